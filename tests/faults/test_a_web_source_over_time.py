"""What is kept and said of a source behind an address, answer after answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from pipelines.catalogue.catalogue import load
from pipelines.collecting.status import status_of
from pipelines.landing.manifest import Attempt, Manifest

from .conftest import ARRIVED, Deployment, deployment_at, hours

GOOD = hours("alfa-1")
CORRECTED = GOOD.replace(b";1.25;", b";2.25;", 1)
TOTAL = Decimal("1.25") * 24 * 31
LOG_IN = b"<!DOCTYPE html><html><body>Accedi</body></html>"
SECRET = "canary-77aa31"


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


@pytest.fixture
def web(
    httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Deployment, HTTPServer]:
    monkeypatch.setenv("TOKEN_OF_ALFA", SECRET)
    place = httpserver.url_for("/curves.csv") + "?token=${{TOKEN_OF_ALFA}}"
    made = deployment_at(tmp_path, place)
    (made.settings.districts / "beta.yaml").unlink()
    return Deployment(made.settings, load(made.settings.districts)), httpserver


def asked(deployment: Deployment, at: datetime) -> tuple[Attempt, str]:
    """The attempt of this collection and the state that `nzd status` shows after it."""
    deployment.collect(at)
    manifest = Manifest(deployment.settings.landing / "manifest.sqlite")
    (line,) = status_of(deployment.settings, deployment.catalogue, at)
    return manifest.attempts("alfa", "logger")[-1], line.state


def test_each_answer_is_written_down_and_figures_move_with_good_ones_only(
    web: tuple[Deployment, HTTPServer],
) -> None:
    deployment, server = web
    answers = [
        (Response(GOOD, headers={"ETag": '"1"'}), "new", 200, "ok", TOTAL),
        (Response(status=304), "not_modified", 304, "ok", TOTAL),
        (Response(status=403), "error", 403, "failing", TOTAL),
        (Response(LOG_IN, content_type="text/html"), "new", 200, "refused", TOTAL),
        (Response(GOOD, headers={"ETag": '"1"'}), "same_content", 200, "ok", TOTAL),
        (Response(CORRECTED), "new", 200, "ok", TOTAL + 1),
    ]
    for day, (answer, outcome, status, state, total) in enumerate(answers):
        server.expect_oneshot_request("/curves.csv").respond_with_response(answer)

        attempt, shown = asked(deployment, ARRIVED + timedelta(days=day))

        assert (attempt.outcome, attempt.status, shown) == (outcome, status, state)
        assert deployment.total("alfa") == total
    assert {"NOT_A_TABLE", "RESTATED"} <= deployment.findings("alfa").keys()
    kept = [path for path in deployment.settings.home.rglob("*") if path.is_file()]
    assert not [path for path in kept if SECRET.encode() in path.read_bytes()]


def test_a_source_whose_secret_is_not_set_says_so_and_stops_no_other(
    web: tuple[Deployment, HTTPServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment, server = web
    server.expect_oneshot_request("/curves.csv").respond_with_data(GOOD)
    deployment.collect(ARRIVED)
    monkeypatch.delenv("TOKEN_OF_ALFA")

    attempt, state = asked(deployment, ARRIVED + timedelta(days=1))

    assert (attempt.error_code, state) == ("NOT_CONFIGURED", "failing")
    assert "TOKEN_OF_ALFA" in deployment.findings("alfa")["NOT_CONFIGURED"]
    assert deployment.total("alfa") == TOTAL
