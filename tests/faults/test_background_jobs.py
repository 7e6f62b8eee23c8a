"""Services that prepare their answer: asked once, asked how far it is, fetched, whatever happens
in between."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.catalogue.catalogue import load
from pipelines.catalogue.declaration import DeclarationError
from pipelines.collecting.fetch import Landing, fetch
from pipelines.landing.manifest import Attempt
from pipelines.settings import Settings, checkout

from .conftest import ARRIVED, Deployment, hours
from .test_a_district_of_file_servers import DISTRICT

SOURCE = """\
  logger:
    dataset: meter_intervals
    format: intervals_csv
    from: "{root}/export"
    with: {{interval: PT1H}}
    allow_private: true
    insecure: true
    ask:
      request: {{method: POST, json: {{from: "2026-08-01"}}}}
      result: /file
      decode: base64
      job:
        ticket: {{at: /ticket}}
        status: {{address: "{root}/status/{{ticket}}"}}
        state: {{at: /state}}
        done: '^ready$'
        failed: '^failed$'
        result: {{address: "{root}/result/{{ticket}}"}}
        interval_seconds: 0.01
        max_wait_seconds: {patience}
        ticket_hours: {hours}
"""
COLLECTS = """
import sys
from pathlib import Path
from pipelines.catalogue.catalogue import load
from pipelines.collecting.fetch import Landing, fetch
from datetime import datetime
home, at = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
(binding,) = load(home.parent / "districts").bindings
fetch(binding, Landing.at(home / "landing", home / "inbox"), at)
"""


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


class Exporter:
    """A portal that hands out tickets, prepares for a while, and gives a table in base64."""

    def __init__(self, server: HTTPServer) -> None:
        self.log: list[str] = []
        self.states = ["waiting", "waiting", "ready"]
        self.gone = False
        server.expect_request("/export").respond_with_handler(self._export)
        for path in ("status", "result"):
            for ticket in ("T1", "T2"):
                server.expect_request(f"/{path}/{ticket}").respond_with_handler(self._about)

    def _export(self, request: Request) -> Response:
        assert request.json == {"from": "2026-08-01"}
        self.log.append("export")
        return _json({"ticket": f"T{self.log.count('export')}"})

    def _about(self, request: Request) -> Response:
        self.log.append(request.path.removeprefix("/"))
        if self.gone:
            return Response("unknown ticket", status=404)
        if request.path.startswith("/status"):
            return _json({"state": self.states.pop(0) if len(self.states) > 1 else self.states[0]})
        return _json({"file": base64.b64encode(hours("alfa-1")).decode()})


def _json(said: object) -> Response:
    return Response(json.dumps(said), content_type="application/json")


def deployment(
    root: Path, server: HTTPServer, patience: float = 5, keeps: float = 24
) -> Deployment:
    districts, home = root / "districts", root / "home"
    districts.mkdir(parents=True, exist_ok=True)
    said = SOURCE.format(root=server.url_for("").rstrip("/"), patience=patience, hours=keeps)
    (districts / "alfa.yaml").write_text(DISTRICT + said, encoding="utf-8")
    return Deployment(Settings(checkout(), home, districts, home / "inbox", home), load(districts))


def asking(made: Deployment, days: int = 0) -> Attempt:
    settings = made.settings
    (binding,) = made.catalogue.bindings
    (found,) = fetch(
        binding, Landing.at(settings.landing, settings.inbox), ARRIVED + timedelta(days=days)
    )
    return found


def test_a_job_is_asked_for_once_and_its_result_is_landed(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    exporter = Exporter(httpserver)
    made = deployment(tmp_path, httpserver)

    made.collect()

    assert exporter.log == ["export", "status/T1", "status/T1", "status/T1", "result/T1"]
    assert made.total("alfa") == 31 * 24 * 5 / 4


def test_a_job_that_takes_longer_is_fetched_by_a_later_collection_and_is_no_failure(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    exporter = Exporter(httpserver)
    exporter.states = ["waiting"]
    made = deployment(tmp_path, httpserver, patience=0)
    for day in range(4):  # more than the breaker would take
        assert asking(made, day).error_code == "JOB_PENDING"
    exporter.states = ["ready"]

    assert asking(made, 4).outcome == "new"
    assert exporter.log.count("export") == 1
    assert asking(made, 5).outcome == "same_content"  # fetched and forgotten: a new job
    assert exporter.log.count("export") == 2


def test_a_killed_collection_leaves_its_ticket_to_the_next(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    exporter = Exporter(httpserver)
    exporter.states = ["waiting"]
    made = deployment(tmp_path, httpserver, patience=60)
    words = [sys.executable, "-c", COLLECTS, str(made.settings.home), ARRIVED.isoformat()]
    with subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(checkout())}) as process:
        for _ in range(1500):
            if len(exporter.log) > 2:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    exporter.states = ["ready"]

    assert asking(made, 1).outcome == "new"
    assert exporter.log.count("export") == 1


def test_a_job_that_fails_or_is_forgotten_is_asked_for_anew_by_the_next_collection(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    exporter = Exporter(httpserver)
    exporter.states = ["failed"]
    made = deployment(tmp_path, httpserver)
    first = asking(made)
    exporter.states, exporter.gone = ["ready"], True
    second = asking(made, 1)
    exporter.gone = False

    assert (first.error_code, second.error_code) == ("ANSWER_FAILED", "SOURCE_MISSING")
    assert "failed" in (first.error_text or "")
    assert exporter.log.count("export") == 2


def test_an_old_ticket_is_not_asked_for(httpserver: HTTPServer, tmp_path: Path) -> None:
    exporter = Exporter(httpserver)
    exporter.states = ["waiting"]
    made = deployment(tmp_path, httpserver, patience=0, keeps=0.000001)
    asking(made)
    exporter.states = ["ready"]
    time.sleep(0.01)

    assert asking(made, 1).outcome == "new"
    assert exporter.log[-1] == "result/T2"


def test_an_answer_without_ticket_is_a_failure_unless_it_may_be_the_result(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    said = {"file": base64.b64encode(hours("alfa-1")).decode()}
    httpserver.expect_request("/export").respond_with_json(said)
    made = deployment(tmp_path, httpserver)
    assert asking(made).error_code == "ANSWER_UNEXPECTED"
    path = tmp_path / "districts/alfa.yaml"
    path.write_text(path.read_text().replace("job:\n", "job:\n        direct: true\n"))

    assert asking(Deployment(made.settings, load(tmp_path / "districts"))).outcome == "new"


def test_a_job_with_pages_or_without_a_state_is_no_declaration(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    made = deployment(tmp_path, httpserver)
    path = made.settings.districts / "alfa.yaml"
    path.write_text(
        path.read_text().replace("        state: {at: /state}\n", "        state: {}\n")
    )

    with pytest.raises(DeclarationError, match="say where it stands"):
        load(made.settings.districts)
