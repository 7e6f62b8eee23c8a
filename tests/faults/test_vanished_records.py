"""R16: an interface that no longer has, in its whole answer for some days, what it had before."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.catalogue.catalogue import load
from pipelines.catalogue.declaration import DeclarationError
from pipelines.collecting.current import read_current
from pipelines.settings import Settings, checkout

from .conftest import ARRIVED, Deployment
from .test_a_district_of_file_servers import DISTRICT

DAY = timedelta(days=1)
FORMAT = """\
id: load_json
name: {it: Carico, en: Load}
description: Load by the hour.
dataset: context_series
parser: table
read: {file: json, records: /rows, decimal: "."}
columns:
  place: {const: x}
  variable: {const: load}
  unit: {const: kWh}
  interval_start: {column: t, date_format: iso}
  interval_end: {column: t, date_format: iso, plus_minutes: 60}
  quantity: kwh
"""
SOURCE = """\
  load:
    dataset: context_series
    format: load_json
    from: "{url}"
    allow_private: true
    insecure: true
    {more}
    ask:
      request: {{params: {{from: "{{start}}", to: "{{end}}", zone: {zone}}}}}
      window: {{begin: 2026-08-01, step: month, lookback_days: 45, lag_days: 1}}
      paging: {{style: none, records: /rows}}
"""
AUGUST = {f"2026-08-{day:02}T10:00:00Z": day for day in (1, 2, 14, 15, 30, 31)}
KWH = {**AUGUST, "2026-09-05T10:00:00Z": 5}


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


class Interface:
    """Hourly load of the days that are asked for, as far as it is there."""

    def __init__(self, server: HTTPServer) -> None:
        self.rows: dict[str, Any] = dict(KWH)
        self.broken = False
        server.expect_request("/load").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        if self.broken:
            return Response("no", status=404)
        first, last = request.args["from"], request.args["to"]
        rows = [{"t": t, "kwh": n} for t, n in self.rows.items() if first <= t[:10] <= last]
        said = {"rows": rows, "total": len(rows)}
        return Response(json.dumps(said), content_type="application/json")


def deployment(root: Path, server: HTTPServer, more: str = "", zone: str = "a") -> Deployment:
    districts, home = root / "districts", root / "home"
    (districts / "formats").mkdir(parents=True, exist_ok=True)
    (districts / "formats/load_json.yaml").write_text(FORMAT, encoding="utf-8")
    said = SOURCE.format(url=server.url_for("/load"), more=more, zone=zone)
    (districts / "alfa.yaml").write_text(DISTRICT + said, encoding="utf-8")
    settings = Settings(checkout(), home, districts, home / "inbox", home)
    return Deployment(settings, load(districts))


def august(made: Deployment) -> Decimal:
    rows = read_current(made.settings.view, made.catalogue.datasets["context_series"]).to_pylist()
    return sum((r["quantity"] for r in rows if r["month"] == "2026-08"), Decimal(0))


def said(made: Deployment) -> list[tuple[str, int, str]]:
    rows = pq.read_table(made.settings.view / "collected/findings.parquet").to_pylist()
    return [
        (row["month"], row["count"], row["detail_en"])
        for row in rows
        if row["code"] == "RECORD_VANISHED"
    ]


def collected(made: Deployment, at: datetime) -> tuple[Decimal, list[tuple[str, int, str]]]:
    made.collect(at)
    return august(made), said(made)


def test_r16_a_vanished_record_is_said_and_still_counts_where_nothing_says_it_is_withdrawn(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    interface = Interface(httpserver)
    made = deployment(tmp_path, httpserver)
    assert collected(made, ARRIVED) == (93, [])
    del interface.rows["2026-08-14T10:00:00Z"]

    assert collected(made, ARRIVED + DAY) == (93, [("2026-08", 1, "they still count")])


def test_r16_declared_dropped_it_no_longer_counts_and_earlier_views_keep_it(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    interface = Interface(httpserver)
    made = deployment(tmp_path, httpserver, "vanished: drop")
    collected(made, ARRIVED)
    del interface.rows["2026-08-14T10:00:00Z"]
    interface.rows["2026-08-15T10:00:00Z"] = 16

    assert collected(made, ARRIVED + DAY) == (80, [("2026-08", 1, "they no longer count")])
    made.refresh(ARRIVED)
    assert (august(made), said(made)) == (93, [])
    interface.rows["2026-08-14T10:00:00Z"] = 14
    assert collected(made, ARRIVED + 2 * DAY) == (94, [])


def test_r16_an_interface_that_says_how_many_there_are_takes_back_what_it_lacks(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    interface = Interface(httpserver)
    made = deployment(tmp_path, httpserver)
    text = (tmp_path / "districts/alfa.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "{style: none, records: /rows}",
        "{style: offset, parameter: skip, size_parameter: n, size: 50, records: /rows, total: /total}",
    )
    (tmp_path / "districts/alfa.yaml").write_text(text, encoding="utf-8")
    made = Deployment(made.settings, load(tmp_path / "districts"))
    assert collected(made, ARRIVED) == (93, [])
    del interface.rows["2026-08-14T10:00:00Z"]

    assert collected(made, ARRIVED + DAY) == (79, [("2026-08", 1, "they no longer count")])


def test_a_window_that_ends_a_day_later_and_brings_the_same_is_no_duplicate(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    Interface(httpserver)
    made = deployment(tmp_path, httpserver)
    made.collect(ARRIVED)
    made.collect(ARRIVED + DAY)

    found = pq.read_table(made.settings.view / "collected/findings.parquet").to_pylist()
    assert "DUPLICATE_DELIVERY" not in {row["code"] for row in found}


def test_r16_nothing_vanishes_while_the_interface_fails_or_sets_rows_aside(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    interface = Interface(httpserver)
    made = deployment(tmp_path, httpserver, "vanished: drop")
    collected(made, ARRIVED)
    del interface.rows["2026-08-14T10:00:00Z"]
    interface.broken = True
    assert collected(made, ARRIVED + DAY) == (93, [])

    interface.broken, interface.rows["2026-08-15T10:00:00Z"] = False, "fifteen"
    assert collected(made, ARRIVED + 2 * DAY) == (93, [])


def test_r16_the_edges_of_a_window_are_the_servers_own_midnights(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    interface = Interface(httpserver)
    # 23:00 on the 31st of July in UTC is the 1st of August here; this server cuts days in UTC.
    interface.rows["2026-07-31T23:00:00Z"] = 100
    made = deployment(tmp_path, httpserver, "vanished: drop")
    text = (tmp_path / "districts/alfa.yaml").read_text(encoding="utf-8")
    (tmp_path / "districts/alfa.yaml").write_text(
        text.replace("begin: 2026-08-01", "begin: 2026-07-01"), encoding="utf-8"
    )
    made = Deployment(made.settings, load(tmp_path / "districts"))
    assert collected(made, ARRIVED) == (193, [])
    interface.rows["2026-08-30T10:00:00Z"] = 31  # August's answer has other bytes now, July's not

    assert collected(made, ARRIVED + DAY) == (194, [])


def test_r16_another_question_takes_nothing_back(httpserver: HTTPServer, tmp_path: Path) -> None:
    interface = Interface(httpserver)
    made = deployment(tmp_path, httpserver, "vanished: drop")
    collected(made, ARRIVED)
    interface.rows = {"2026-08-02T11:00:00Z": 7, "2026-09-05T10:00:00Z": 5}
    made = deployment(tmp_path, httpserver, "vanished: drop", zone="b")

    assert collected(made, ARRIVED + DAY) == (100, [])


def test_vanished_is_no_word_for_a_source_of_files(tmp_path: Path) -> None:
    said = '  x: {dataset: meter_intervals, format: intervals_csv, from: "${NZD_INBOX}/*", vanished: drop}\n'
    (tmp_path / "alfa.yaml").write_text(DISTRICT + said, encoding="utf-8")

    with pytest.raises(DeclarationError, match="vanished: only an interface"):
        load(tmp_path)
