"""How often one may ask holds over processes and restarts, and is refused before a service bans us."""

from __future__ import annotations

import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from pipelines.catalogue.service import Rate
from pipelines.connectors.transports import SourceFailed
from pipelines.connectors.transports.allowance import Allowance

from .interfaces import ask, failure
from .test_interface_pages import OFFSET, offset_server, rows, serve

ISTAT = {"key": "istat", "per_minute": 5, "max_wait_seconds": 0}


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


def _take(folder: Path, tries: int, granted: multiprocessing.Queue[int]) -> None:
    count = 0
    for _ in range(tries):
        try:
            Allowance(folder, "istat", Rate.model_validate({**ISTAT, "per_minute": 20})).take(10)
            count += 1
        except SourceFailed:
            pass
    granted.put(count)


def test_s1_the_sixth_question_within_a_minute_is_refused_here_not_there(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    asked = serve(httpserver, lambda *_: {"rows": rows(1)})
    url = httpserver.url_for("/data")
    for _ in range(5):
        ask(url, {"rate": ISTAT}, state=tmp_path)
    moment = datetime.now(UTC) + timedelta(minutes=1)

    failed = failure(url, {"rate": ISTAT}, state=tmp_path)

    assert (failed.code, failed.whole, len(asked)) == ("RATE_LIMIT_OWN", True, 5)
    said = failed.message.partition(" again at ")[2][:19]
    when = datetime.fromisoformat(said).replace(tzinfo=UTC)
    assert moment - timedelta(seconds=10) <= when <= moment + timedelta(seconds=1)


def test_pages_redirects_and_repetitions_are_counted_as_what_they_are(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    asked = serve(httpserver, offset_server(rows(50), clamp=5))

    failed = failure(httpserver.url_for("/data"), {"paging": OFFSET, "rate": ISTAT}, state=tmp_path)

    assert (failed.code, len(asked)) == ("RATE_LIMIT_OWN", 5)


def test_processes_share_one_allowance(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    granted: multiprocessing.Queue[int] = context.Queue()  # type: ignore[assignment]
    workers = [context.Process(target=_take, args=(tmp_path, 10, granted)) for _ in range(4)]
    for worker in workers:
        worker.start()
    total = sum(granted.get(timeout=20) for _ in workers)
    for worker in workers:
        worker.join(timeout=5)

    assert total == 20


def test_other_keys_have_their_own_allowance(tmp_path: Path) -> None:
    rate = Rate(per_minute=1, max_wait_seconds=0)

    Allowance(tmp_path, "one", rate).take(10)
    Allowance(tmp_path, "two", rate).take(10)

    with pytest.raises(SourceFailed):
        Allowance(tmp_path, "one", rate).take(10)


def test_a_short_wait_is_waited_and_a_wait_beyond_the_deadline_is_not(tmp_path: Path) -> None:
    quick = Allowance(tmp_path, "quick", Rate(per_second=2))
    began = time.monotonic()
    for _ in range(3):
        quick.take(10)

    assert 0.9 <= time.monotonic() - began < 3
    quick.take(10)
    with pytest.raises(SourceFailed) as refused:
        quick.take(0.01)
    assert refused.value.code == "RATE_LIMIT_OWN"


def test_what_a_clock_ahead_of_ours_wrote_down_does_not_stop_us_for_ever(tmp_path: Path) -> None:
    allowance = Allowance(tmp_path, "portal")
    allowance.hold(3600)
    (held,) = tmp_path.glob("held-*")
    ahead = datetime.now(UTC) + timedelta(days=400)
    held.write_text(f"{ahead.isoformat()} {(ahead + timedelta(days=1)).isoformat()}")

    allowance.take(10)


def test_a_count_that_cannot_be_read_asks_nothing(tmp_path: Path) -> None:
    allowance = Allowance(tmp_path, "istat", Rate(per_minute=5))
    allowance.take(10)
    for path in tmp_path.glob("asked.sqlite*"):
        if path.suffix != ".lock":
            path.write_bytes(b"no database at all" * 100)

    with pytest.raises(SourceFailed) as refused:
        allowance.take(10)

    assert refused.value.code == "RATE_LIMIT_OWN"
    assert "Nothing was asked" in refused.value.message


@pytest.mark.parametrize(
    "said", [{"per_second": 5, "per_minute": 5}, {"per_second": 1, "per_minute": 100}]
)
def test_spans_that_contradict_each_other_are_refused_when_declared(said: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="a longer span"):
        Rate.model_validate(said)
