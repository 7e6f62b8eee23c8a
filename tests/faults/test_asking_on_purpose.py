"""`nzd source check --ask` asks for real and lands nothing; `nzd source retry` asks a paused source."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.catalogue.catalogue import load
from pipelines.cli import nzd
from pipelines.landing.files import sha256_of
from pipelines.landing.manifest import Manifest
from pipelines.settings import Settings, checkout

from .conftest import ARRIVED, Deployment
from .test_a_district_of_file_servers import DISTRICT
from .test_vanished_records import FORMAT

SOURCE = """\
  load:
    dataset: context_series
    format: load_json
    from: "{url}"
    allow_private: true
    insecure: true
    ask:
      request: {{params: {{from: "{{start}}", to: "{{end}}"}}}}
      window: {{begin: 2026-08-01, step: month, lookback_days: 45, lag_days: 1}}
      paging: {{style: offset, parameter: skip, size_parameter: n, size: 1, records: /rows, total: /total}}
      rate: {{per_minute: 20, per_day: 400}}
"""


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


@pytest.fixture
def asked(httpserver: HTTPServer) -> list[str]:
    """What the interface was asked; it fails while the list begins with 'down'."""
    log: list[str] = []

    def answer(request: Request) -> Response:
        if log[:1] == ["down"]:
            return Response("no", status=404)
        log.append(f"{request.args['from']} {request.args['skip']}")
        rows = [{"t": f"{request.args['from']}T10:00:00Z", "kwh": 2}]
        rows.append({"t": f"{request.args['from']}T11:00:00Z", "kwh": 3})
        skip = int(request.args["skip"])
        said = {"rows": rows[skip : skip + 1], "total": 2}
        return Response(json.dumps(said), content_type="application/json")

    httpserver.expect_request("/load").respond_with_handler(answer)
    return log


@pytest.fixture
def made(tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    districts, home = tmp_path / "districts", tmp_path / "home"
    (districts / "formats").mkdir(parents=True)
    (districts / "formats/load_json.yaml").write_text(FORMAT, encoding="utf-8")
    said = SOURCE.format(url=httpserver.url_for("/load"))
    (districts / "alfa.yaml").write_text(DISTRICT + said, encoding="utf-8")
    for name, value in (("HOME", home), ("INBOX", home / "inbox"), ("DISTRICTS", districts)):
        monkeypatch.setenv(f"NZD_{name}", str(value))
    monkeypatch.setenv("NZD_NOW", ARRIVED.isoformat())
    return Deployment(Settings(checkout(), home, districts, home / "inbox", home), load(districts))


def typed(*words: str) -> Result:
    return CliRunner().invoke(nzd, ["source", *words])


def test_asking_gets_the_first_page_of_the_newest_answer_and_says_what_is_left(
    made: Deployment, asked: list[str]
) -> None:
    found = typed("check", "alfa.load", "--ask")

    assert found.exit_code == 0, found.output
    assert asked == ["2026-09-01 0"]
    for said in (
        "2 answers are due, the newest is load@2026-09-01..2026-09-09",
        "asked: 200, application/json, ",
        "its first page has 1 of 2 records",
        "19 of 20 questions in 60 s left",
        "399 of 400 questions in 86400 s left",
    ):
        assert said in found.output
    assert not (made.settings.landing / "blobs").exists()
    assert Manifest(made.settings.landing / "manifest.sqlite").attempts() == []


def test_an_interface_that_refuses_the_question_is_in_the_way(
    made: Deployment, asked: list[str]
) -> None:
    asked.append("down")

    found = typed("check", "alfa.load", "--ask")

    assert found.exit_code == 1
    assert "! SOURCE_MISSING: " in found.output


def test_a_paused_source_is_asked_on_purpose_and_the_manifest_keeps_who_wanted_it(
    made: Deployment, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "anna")
    asked.append("down")
    for hours in (4, 3, 2, 1):
        made.collect(ARRIVED - timedelta(hours=hours))
    manifest = Manifest(made.settings.landing / "manifest.sqlite")
    assert manifest.attempts()[-1].error_code == "BREAKER_OPEN"
    asked.clear()
    before = sha256_of(made.settings.landing / "manifest.sqlite")

    found = typed("retry", "alfa.load")

    assert found.exit_code == 0, found.output
    assert "load@2026-08-01..2026-08-31: new" in found.output
    assert "load@2026-08-01..2026-08-31: 2 rows" in found.output
    assert sha256_of(made.settings.landing / "manifest.sqlite") != before
    assert {one.asked_by for one in manifest.attempts() if one.sha256} == {"anna"}
    assert {one.asked_by for one in manifest.attempts() if one.error_code} == {None}


def test_retrying_an_unknown_source_says_so(made: Deployment) -> None:
    assert "alfa.load" in typed("retry", "alfa.laod").output
