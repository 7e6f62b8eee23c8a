"""`nzd serve`: this machine alone, public files alone, nothing but reading."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.publishing.portal.serving import server


@pytest.fixture
def port(made: Any) -> Iterator[int]:
    running = server(made, 0)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running.server_port
    running.shutdown()
    running.server_close()
    thread.join()


def asked(
    port: int, path: str, method: str = "GET", **headers: str
) -> tuple[int, str, dict[str, str]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path, headers=headers)
    answer = line.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.getheaders())


def test_the_root_leads_to_the_portal_and_pages_and_reports_are_read(port):
    status, _, headers = asked(port, "/")
    assert (status, headers["Location"]) == (302, "/portal/index.html")

    for path in (
        "/portal/it/index.html",
        "/editions/2026-10/r1/prato/it/report.html",
        "/editions/latest.json",
    ):
        status, text, headers = asked(port, path)
        assert (status, headers["X-Content-Type-Options"]) == (200, "nosniff")
        assert text
    assert asked(port, "/portal/it/index.html", "HEAD")[:2] == (200, "")


@pytest.mark.parametrize(
    "path",
    [
        "/memory/", "/seals/journal.jsonl", "/landing/manifest.sqlite", "/declared/kpis.parquet", "/editions/",
        "/editions/2026-10/",
        "/editions/.lock", "/editions/2026-10/.r2.abc/kpi_values.csv", "/portal/../memory/2026-10-r1.json",
        "/portal/%2e%2e/declared/kpis.parquet", "/portal/..%2fdeclared%2fkpis.parquet", "/portal/it/", "/nothing",
        "/editions/2026-10/r1/../../../declared/kpis.parquet",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_there(port, path):
    status, text, _ = asked(port, path)

    assert status == 404
    assert '<base href="/portal/">' in text
    assert "Pagina non trovata" in text


def test_another_name_that_leads_here_is_refused(port):
    assert asked(port, "/portal/it/index.html", Host="evil.example")[0] == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(port, method):
    assert asked(port, "/portal/it/index.html", method)[0] == 501


def test_only_this_machine_is_listened_to(made):
    running = server(made, 0)
    try:
        assert running.server_address[0] == "127.0.0.1"
        with socket.socket() as other:
            other.settimeout(2)
            assert other.connect_ex(("127.0.0.2", running.server_port)) != 0
    finally:
        running.server_close()
