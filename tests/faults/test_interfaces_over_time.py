"""What is kept and said of an interface, collection after collection."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.catalogue.catalogue import load
from pipelines.catalogue.service import Window
from pipelines.collecting.fetch import Landing, fetch
from pipelines.collecting.status import status_of
from pipelines.connectors.transports.windows import Days, windows
from pipelines.landing.manifest import Attempt
from pipelines.settings import Settings, checkout

from .conftest import ARRIVED, Deployment, hours

ROME = ZoneInfo("Europe/Rome")
WINDOWED = """
    ask:
      request: {params: {from: "{start}", to: "{end}", until: "{after:%d/%m/%Y}"}}
      window: {begin: 2026-06-01, step: month, lookback_days: 10, lag_days: 1}
      classify: [{status: [404], means: empty}]
"""
DISTRICT = """\
id: alfa
name: Distretto alfa
city: Prova
boundary:
  - version: "1"
    valid_from: 2024-01-01
    municipalities: ["100005"]
    description: {{it: prova, en: test}}
sources:
  logger:
    dataset: meter_intervals
    format: intervals_csv
    from: "{url}"
    with: {{interval: PT1H}}
{more}
"""


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


def deployment(root: Path, url: str, more: str = "") -> Deployment:
    districts, home = root / "districts", root / "home"
    districts.mkdir(parents=True, exist_ok=True)
    text = DISTRICT.format(url=url, more=more)
    (districts / "alfa.yaml").write_text(text, encoding="utf-8")
    settings = Settings(checkout(), home, districts, home / "inbox", home)
    return Deployment(settings, load(districts))


def asking(made: Deployment, at: datetime) -> list[Attempt]:
    """What came of asking the one source once."""
    settings = made.settings
    (binding,) = made.catalogue.bindings
    return fetch(binding, Landing.at(settings.landing, settings.inbox), at)


def monthly(
    server: HTTPServer, odd: Callable[[str], Response | None] = lambda _: None
) -> list[str]:
    """A server that gives hourly readings of the days asked for. Returns the days it was asked."""
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(f"{request.args['from']}..{request.args['to']}")
        start = date.fromisoformat(request.args["from"])
        days = (date.fromisoformat(request.args["to"]) - start).days + 1
        local = datetime(start.year, start.month, start.day, tzinfo=ROME)
        strange = odd(request.args["from"])
        return strange or Response(
            hours("alfa-1", local.astimezone(UTC), days), content_type="text/csv"
        )

    server.expect_request("/hours").respond_with_handler(answer)
    return asked


def test_closed_windows_are_not_asked_again_and_late_corrections_still_arrive(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    asked = monthly(httpserver)
    made = deployment(tmp_path, httpserver.url_for("/hours"), WINDOWED)

    asking(made, ARRIVED)
    first, asked[:] = list(asked), []
    asking(made, ARRIVED + timedelta(days=1))
    second, asked[:] = list(asked), []
    asking(made, ARRIVED + timedelta(days=20))

    assert first == [
        "2026-06-01..2026-06-30",
        "2026-07-01..2026-07-31",
        "2026-08-01..2026-08-31",
        "2026-09-01..2026-09-09",
    ]
    assert second == ["2026-08-01..2026-08-31", "2026-09-01..2026-09-10"]
    assert asked == ["2026-09-01..2026-09-29"]


def test_a_window_that_fails_is_asked_again_and_stops_no_other(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    broken = {"2026-07-01"}
    asked = monthly(httpserver, lambda start: Response(status=400) if start in broken else None)
    made = deployment(tmp_path, httpserver.url_for("/hours"), WINDOWED)

    first = asking(made, ARRIVED)
    broken.clear()
    asked.clear()
    asking(made, ARRIVED + timedelta(hours=1))

    outcomes = [(one.outcome, one.remote_name.partition("@")[2][:7]) for one in first]
    assert outcomes == [
        ("new", "2026-06"),
        ("error", "2026-07"),
        ("new", "2026-08"),
        ("new", "2026-09"),
    ]
    assert asked[0] == "2026-07-01..2026-07-31"


def test_a_server_that_cannot_be_reached_is_not_tried_for_every_window(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    more = "    limits: {seconds: 1}\n" + WINDOWED

    (only,) = asking(deployment(tmp_path, f"http://127.0.0.1:{port}/hours", more), ARRIVED)

    assert (only.error_code, only.remote_name) == ("SOURCE_UNREACHABLE", "")


def test_a_window_without_data_is_written_down_as_such_and_not_asked_for_ever(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    nothing = Response(status=404)
    asked = monthly(httpserver, lambda start: nothing if start == "2026-06-01" else None)
    made = deployment(tmp_path, httpserver.url_for("/hours"), WINDOWED)

    first = asking(made, ARRIVED)
    asked.clear()
    asking(made, ARRIVED + timedelta(days=1))

    assert [one.outcome for one in first] == ["empty", "new", "new", "new"]
    assert "2026-06-01..2026-06-30" not in asked


def test_another_question_has_another_history(httpserver: HTTPServer, tmp_path: Path) -> None:
    asked = monthly(httpserver)
    asking(deployment(tmp_path, httpserver.url_for("/hours"), WINDOWED), ARRIVED)
    asked.clear()
    other = WINDOWED.replace("params: {", "params: {station: B, ")

    asking(deployment(tmp_path, httpserver.url_for("/hours"), other), ARRIVED)

    assert len(asked) == 4


def test_every_window_counts_in_the_figures(httpserver: HTTPServer, tmp_path: Path) -> None:
    monthly(httpserver)
    made = deployment(tmp_path, httpserver.url_for("/hours"), WINDOWED)

    made.collect(ARRIVED)

    assert made.total("alfa") == Decimal("1.25") * 24 * (30 + 31 + 31 + 9)


def test_windows_are_the_same_stretches_whatever_day_it_is() -> None:
    sixty = Window(history_days=300, step="days", days=60)
    today, tomorrow = date(2026, 10, 25), date(2026, 10, 26)

    starts = {days.start for days in windows(sixty, today)}

    assert starts >= {days.start for days in windows(sixty, tomorrow)} - {tomorrow}
    whole = list(windows(Window(begin=date(2024, 2, 1), step="month"), date(2024, 3, 5)))
    assert whole == [
        Days(date(2024, 2, 1), date(2024, 2, 29)),
        Days(date(2024, 3, 1), date(2024, 3, 5)),
    ]
    years = list(windows(Window(begin=date(2025, 7, 1), step="year", lag_days=5), date(2026, 1, 3)))
    assert years == [Days(date(2025, 7, 1), date(2025, 12, 29))]


@pytest.mark.parametrize("moment", ["2026-10-24T23:30", "2026-10-25T00:30", "2026-10-25T01:30"])
def test_r20_a_collection_in_the_night_of_the_clock_change_asks_by_the_local_day(
    httpserver: HTTPServer, tmp_path: Path, moment: str
) -> None:
    """00:30 and 01:30 UTC are both 02:30 of the same local day; a run twice asks twice and keeps one."""
    monthly(httpserver)
    made = deployment(tmp_path, httpserver.url_for("/hours"), WINDOWED)
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    first, second = asking(made, at), asking(made, at + timedelta(minutes=5))

    assert first[-1].remote_name.endswith("@2026-10-01..2026-10-24")
    assert second[-1].outcome == "same_content"


def test_r20_what_a_clock_ahead_of_ours_wrote_down_settles_nothing(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    asked = monthly(httpserver)
    made = deployment(tmp_path, httpserver.url_for("/hours"), WINDOWED)
    begin = WINDOWED.replace("2026-06-01", "2026-09-01")
    ahead = deployment(tmp_path, httpserver.url_for("/hours"), begin)
    asking(ahead, datetime(2026, 9, 10, tzinfo=UTC) + timedelta(days=300))
    asked.clear()

    asking(made, ARRIVED)

    assert "2026-09-01..2026-09-09" in asked


def test_r7_what_is_no_longer_on_disk_is_asked_for_without_condition(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    conditions: list[str | None] = []

    def answer(request: Request) -> Response:
        conditions.append(request.headers.get("If-None-Match"))
        if conditions[-1]:
            return Response(status=304)
        return Response(hours("alfa-1"), headers={"ETag": '"1"'})

    httpserver.expect_request("/c.csv").respond_with_handler(answer)
    made = deployment(tmp_path, httpserver.url_for("/c.csv"))

    (first,) = asking(made, ARRIVED)
    (second,) = asking(made, ARRIVED + timedelta(days=1))
    blob = Landing.at(made.settings.landing, made.settings.inbox).store.path(first.sha256 or "")
    blob.unlink()
    (third,) = asking(made, ARRIVED + timedelta(days=2))

    assert conditions == [None, '"1"', None]
    assert (second.outcome, third.outcome, third.sha256) == (
        "not_modified",
        "same_content",
        first.sha256,
    )
    assert blob.exists()


def test_r7_a_tag_that_changes_over_the_same_bytes_brings_no_second_delivery(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    tags = iter(['"1"', '"2"', '"3"'])
    httpserver.expect_request("/c.csv").respond_with_handler(
        lambda _: Response(hours("alfa-1"), headers={"ETag": next(tags)})
    )
    made = deployment(tmp_path, httpserver.url_for("/c.csv"))

    outcomes = [asking(made, ARRIVED + timedelta(days=day))[0].outcome for day in range(3)]

    assert outcomes == ["new", "same_content", "same_content"]


def test_r17_of_two_runs_at_once_one_asks_and_the_other_ends_well(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    entered, leave = threading.Event(), threading.Event()

    def answer(_: Request) -> Response:
        entered.set()
        leave.wait(5)
        return Response(hours("alfa-1"))

    httpserver.expect_request("/c.csv").respond_with_handler(answer)
    made = deployment(tmp_path, httpserver.url_for("/c.csv"))
    first: list[Attempt] = []
    run = threading.Thread(target=lambda: first.extend(asking(made, ARRIVED)))
    run.start()
    entered.wait(5)

    second = asking(made, ARRIVED)
    leave.set()
    run.join(timeout=10)

    assert ([one.outcome for one in first], second) == (["new"], [])
    assert len(httpserver.log) == 1


def test_r18_bytes_that_were_landed_and_not_written_down_are_taken_over(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    def answer(request: Request) -> Response:
        same = request.headers.get("If-None-Match") == '"1"'
        return Response(status=304) if same else Response(hours("alfa-1"), headers={"ETag": '"1"'})

    httpserver.expect_request("/c.csv").respond_with_handler(answer)
    made = deployment(tmp_path, httpserver.url_for("/c.csv"))
    landing = Landing.at(made.settings.landing, made.settings.inbox)
    landing.manifest.attempts()
    orphan = landing.store.path(landing.store.put(hours("alfa-1")))
    written = orphan.stat().st_mtime_ns

    made.collect(ARRIVED)
    (again,) = asking(made, ARRIVED + timedelta(days=1))

    assert orphan.stat().st_mtime_ns == written
    assert again.outcome == "not_modified"
    assert made.total("alfa") == Decimal("1.25") * 24 * 31


def test_r18_a_run_that_is_killed_half_way_is_gone_on_with_where_it_was(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    victim: list[subprocess.Popen[bytes]] = []

    def odd(start: str) -> Response | None:
        if start == "2026-08-01" and victim:
            os.kill(victim[0].pid, signal.SIGKILL)
            victim[0].wait(timeout=5)
            victim.clear()
        return None

    asked = monthly(httpserver, odd)
    made = deployment(tmp_path, httpserver.url_for("/hours"), WINDOWED)
    program = (
        "import sys; from datetime import datetime; from pathlib import Path\n"
        "from pipelines.catalogue.catalogue import load\n"
        "from pipelines.collecting.fetch import Landing, fetch\n"
        "home, districts, at = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]\n"
        "(binding,) = load(districts).bindings\n"
        "input(); fetch(binding, Landing.at(home, home), datetime.fromisoformat(at))\n"
    )
    settings = made.settings
    arguments = [str(settings.landing), str(settings.districts), ARRIVED.isoformat()]
    process = subprocess.Popen([sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE)
    victim.append(process)
    process.communicate(b"\n", timeout=30)
    asked.clear()

    made.collect(ARRIVED + timedelta(hours=1))

    assert process.returncode == -signal.SIGKILL
    assert asked == ["2026-08-01..2026-08-31", "2026-09-01..2026-09-09"]
    assert made.total("alfa") == Decimal("1.25") * 24 * (30 + 31 + 31 + 9)


def test_r19_a_full_disk_is_an_outcome_and_leaves_no_half_delivery(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    """The limit on the size of a file stands for the disk: the write breaks off in the middle."""
    httpserver.expect_request("/c.csv").respond_with_data(hours("alfa-1", days=200))
    made = deployment(tmp_path, httpserver.url_for("/c.csv"))
    program = (
        "import resource, sys; from datetime import datetime; from pathlib import Path\n"
        "from pipelines.catalogue.catalogue import load\n"
        "from pipelines.collecting.fetch import Landing, fetch\n"
        "home, districts, at = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]\n"
        "(binding,) = load(districts).bindings\n"
        "landing = Landing.at(home, home); landing.manifest.attempts()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "(one,) = fetch(binding, landing, datetime.fromisoformat(at))\n"
        "print(one.outcome, one.error_code)\n"
    )
    settings = made.settings
    arguments = [str(settings.landing), str(settings.districts), ARRIVED.isoformat()]
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, timeout=60, check=False
    )

    assert ran.stdout.split() == [b"error", b"NOT_KEPT"], ran.stderr.decode()
    assert not [path for path in (settings.landing / "blobs").rglob("*") if path.is_file()]
    assert [one.outcome for one in asking(made, ARRIVED + timedelta(hours=1))] == ["new"]


def test_a_source_that_failed_three_times_rests_and_its_last_data_stays_with_its_age(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    good = Response(hours("alfa-1"))
    state = {"now": good}
    requests: list[Request] = []

    def answer(request: Request) -> Response:
        requests.append(request)
        return state["now"]

    httpserver.expect_request("/c.csv").respond_with_handler(answer)
    made = deployment(tmp_path, httpserver.url_for("/c.csv"))
    made.collect(ARRIVED)
    total, state["now"] = made.total("alfa"), Response(status=400)
    down = ARRIVED + timedelta(days=5)
    for minutes in (0, 10, 20):
        asking(made, down + timedelta(minutes=minutes))
    tried = len(requests)

    (resting,) = asking(made, down + timedelta(hours=1))
    made.refresh(down + timedelta(hours=1))
    (line,) = status_of(made.settings, made.catalogue, down + timedelta(hours=1))

    assert (resting.error_code, len(requests)) == ("BREAKER_OPEN", tried)
    assert "2026-09-10, stays in use (5 days old" in made.findings("alfa")["BREAKER_OPEN"]
    assert "HTTP_STATUS" in made.findings("alfa")
    assert (line.state, line.age, made.total("alfa")) == ("failing", 5, total)

    (probe,) = asking(made, down + timedelta(hours=7))
    (again,) = asking(made, down + timedelta(hours=8))
    state["now"] = good
    (back,) = asking(made, down + timedelta(hours=14))

    assert (probe.error_code, again.error_code, back.outcome) == (
        "HTTP_STATUS",
        "BREAKER_OPEN",
        "same_content",
    )
    assert len(requests) == tried + 2
    made.refresh(down + timedelta(hours=14))
    assert "BREAKER_OPEN" not in made.findings("alfa")


def test_what_we_did_not_ask_says_nothing_of_a_source(
    httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/c.csv").respond_with_data(hours("alfa-1"))
    made = deployment(
        tmp_path, httpserver.url_for("/c.csv"), "    headers: {X-Key: {env: KEY_OF_P}}"
    )
    monkeypatch.delenv("KEY_OF_P", raising=False)
    for minutes in range(4):
        (one,) = asking(made, ARRIVED + timedelta(minutes=minutes))
        assert one.error_code == "NOT_CONFIGURED"
    monkeypatch.setenv("KEY_OF_P", "canary-1")

    assert asking(made, ARRIVED + timedelta(hours=1))[0].outcome == "new"


def test_s1_a_limit_of_ours_ends_a_collection_and_says_when_to_go_on(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    asked = monthly(httpserver)
    more = WINDOWED + "      rate: {key: istat, per_minute: 2, max_wait_seconds: 0}\n"
    made = deployment(tmp_path, httpserver.url_for("/hours"), more)

    attempts = asking(made, ARRIVED)

    assert [one.error_code for one in attempts] == [None, None, "RATE_LIMIT_OWN"]
    assert "may be asked again at" in (attempts[-1].error_text or "")
    assert len(asked) == 2


def test_a_paged_answer_is_one_delivery_of_which_every_row_counts(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    everything = [
        {"punto": "alfa-1", "ora": f"2026-08-{day:02d}T{hour:02d}:00:00Z", "kwh": 0.5}
        for day in range(2, 12)
        for hour in range(24)
    ]

    def answer(request: Request) -> Response:
        start = int(request.args["offset"])
        said = {"total": len(everything), "rows": everything[start : start + 50]}
        return Response(json.dumps(said), content_type="application/json")

    httpserver.expect_request("/rows").respond_with_handler(answer)
    (tmp_path / "districts" / "formats").mkdir(parents=True)
    (tmp_path / "districts" / "formats" / "portal_hours.yaml").write_text(
        """\
id: portal_hours
name: {it: Ore, en: Hours}
description: Hourly energy of a portal.
dataset: meter_intervals
parser: interval_table
layout: long
interval: PT1H
read: {file: json, records: /rows}
time: {timestamp: ora, format: iso, label: start, dst: {policy: utc}}
values: [{flow: import, column: kwh, quantity: energy_interval, unit: kWh}]
columns: {point_id: punto, carrier: {const: electricity}, quality: {const: measured}}
""",
        encoding="utf-8",
    )
    ask = """
    ask:
      paging: {style: offset, parameter: offset, size_parameter: limit, size: 500, records: /rows, total: /total}
"""
    made = deployment(tmp_path, httpserver.url_for("/rows"), ask)
    path = made.settings.districts / "alfa.yaml"
    said = path.read_text(encoding="utf-8")
    said = said.replace("intervals_csv", "portal_hours").replace("    with: {interval: PT1H}\n", "")
    path.write_text(said, encoding="utf-8")
    made = Deployment(made.settings, load(made.settings.districts))

    made.collect(ARRIVED)

    assert made.total("alfa") == Decimal("0.5") * 240
    landing = Landing.at(made.settings.landing, made.settings.inbox)
    (attempt,) = landing.manifest.attempts()
    assert attempt.records == 240
