"""R14 and R16: an interface that renames a field, sends it otherwise, or no longer has a record."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.catalogue import load
from pipelines.collecting.current import read_current
from pipelines.settings import Settings, checkout

from .conftest import ARRIVED, Deployment
from .test_a_district_of_file_servers import DISTRICT

SOURCES = """\
  load:
    dataset: context_series
    format: load_json
    from: "${NZD_INBOX}/load/*.json"
  places:
    dataset: project_locations
    format: pnrr_locations_csv
    from: "${NZD_INBOX}/places/*.csv"
"""
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
DAY = timedelta(days=1)


@pytest.fixture
def made(tmp_path: Path) -> Deployment:
    districts, home = tmp_path / "districts", tmp_path / "home"
    (districts / "formats").mkdir(parents=True)
    (districts / "formats/load_json.yaml").write_text(FORMAT, encoding="utf-8")
    (districts / "alfa.yaml").write_text(DISTRICT + SOURCES, encoding="utf-8")
    for name in ("load", "places"):
        (home / "inbox" / name).mkdir(parents=True)
    settings = Settings(checkout(), home, districts, home / "inbox", home)
    return Deployment(settings, load(districts))


def drop(made: Deployment, name: str, month: int, field: str, values: list[Any]) -> None:
    rows = [
        {"t": f"2026-{month:02}-{day:02}T10:00:00Z", field: value}
        for day, value in enumerate(values, start=1)
    ]
    path = made.settings.inbox / "load" / name
    path.write_text(json.dumps({"rows": rows}), encoding="utf-8")


def places(made: Deployment, name: str, *codes: str) -> None:
    lines = [f"J51B21002940006;{code[:3]};{code[3:]};X" for code in codes]
    head = "CUP;Provincia;Comune;Descrizione Comune"
    (made.settings.inbox / "places" / name).write_text("\n".join([head, *lines, ""]))


def current(made: Deployment, dataset: str, column: str) -> list[Any]:
    rows = read_current(made.settings.view, made.catalogue.datasets[dataset])
    return sorted(one for one in rows[column].to_pylist() if one is not None)


def details(made: Deployment) -> dict[str, str]:
    rows = pq.read_table(made.settings.view / "collected/findings.parquet").to_pylist()
    return {row["code"]: row["detail_en"] for row in rows if row["source_id"] == "load"}


def test_r14_a_renamed_field_takes_nothing_and_its_likely_name_is_said(made: Deployment) -> None:
    drop(made, "07.json", 7, "kwh", [1.5, 2.5, 3.5])
    made.collect()
    drop(made, "08.json", 8, "energy_kwh", [1.5, 2.5, 3.5])

    made.collect(ARRIVED + DAY)

    assert "energy_kwh" in details(made)["MISSING_COLUMN"]
    assert current(made, "context_series", "quantity") == [
        Decimal("1.5"),
        Decimal("2.5"),
        Decimal("3.5"),
    ]


def test_r14_a_field_that_became_words_is_said_and_never_a_number(made: Deployment) -> None:
    drop(made, "07.json", 7, "kwh", [1.5, 2.5, 3.5])
    made.collect()
    drop(made, "08.json", 8, "kwh", ["low", "high", "low"])

    made.collect(ARRIVED + DAY)

    assert sum(current(made, "context_series", "quantity")) == Decimal("7.5")
    assert {"TOO_MANY_BAD_ROWS", "NO_ROWS", "COLUMN_RETYPED"} & details(made).keys()


def test_r14_a_field_that_became_a_text_of_the_same_number_is_the_number(made: Deployment) -> None:
    drop(made, "07.json", 7, "kwh", [1.5, 2.5, 3.5])
    made.collect()
    drop(made, "08.json", 8, "kwh", ["1.5", "2.5", "3.5"])

    made.collect(ARRIVED + DAY)

    assert sum(current(made, "context_series", "quantity")) == 15


def test_r16_a_record_that_vanished_from_a_register_no_longer_counts(made: Deployment) -> None:
    places(made, "1.csv", "100005", "016024", "034027")
    made.collect()
    places(made, "2.csv", "100005", "034027")

    made.collect(ARRIVED + DAY)

    assert current(made, "project_locations", "municipality_code") == ["034027", "100005"]
    found = pq.read_table(made.settings.view / "collected/findings.parquet").to_pylist()
    assert [
        (row["source_id"], row["count"], row["severity"], row["detail_en"])
        for row in found
        if row["code"] == "RECORD_VANISHED"
    ] == [("places", 1, "info", "they no longer count")]
    made.refresh(ARRIVED)
    assert len(current(made, "project_locations", "municipality_code")) == 3  # as of that day


def test_r16_a_value_that_vanished_from_a_series_stays_until_it_is_sent_empty(
    made: Deployment,
) -> None:
    drop(made, "07.json", 7, "kwh", [1.5, 2.5, 3.5])
    made.collect()
    drop(made, "07_again.json", 7, "kwh", [1.5, 2.5])

    made.collect(ARRIVED + DAY)

    assert sum(current(made, "context_series", "quantity")) == Decimal("7.5")

    drop(made, "07_emptied.json", 7, "kwh", [1.5, 2.5, None])
    made.collect(ARRIVED + 2 * DAY)

    assert sum(current(made, "context_series", "quantity")) == 4
