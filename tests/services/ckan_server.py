"""A CKAN of its own for a test: Postgres, Redis and a stand-in for Solr on loopback, all stopped after.

Belongs here: starting and stopping. Does not belong here: what is asked of it (`test_real_ckan`) or
how its content is made (`ckan_site`, which CKAN's own interpreter runs).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import checkout

PATIENCE = 100
INI = """\
[app:main]
use = egg:ckan
config.mode = strict
SECRET_KEY = only-for-this-test
ckan.site_id = nzd
ckan.site_url = {address}
ckan.plugins = datastore
ckan.storage_path = {folder}/storage
sqlalchemy.url = postgresql://ckan@127.0.0.1:{postgres}/ckan
ckan.datastore.write_url = postgresql://ckan@127.0.0.1:{postgres}/datastore
ckan.datastore.read_url = postgresql://reader@127.0.0.1:{postgres}/datastore
ckan.datastore.search.rows_max = {clamp}
ckan.redis.url = redis://127.0.0.1:{redis}/0
solr_url = http://127.0.0.1:{solr}/solr
"""


@dataclass(frozen=True)
class Ckan:
    """Where it answers, and the resource whose rows it holds."""

    address: str
    resource: str


class _Solr(BaseHTTPRequestHandler):
    """Enough of Solr for CKAN to store packages: it takes everything and finds nothing."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        schema = '<schema name="ckan-2.11" version="1.6"></schema>'
        found = {"responseHeader": {"status": 0}, "response": {"numFound": 0, "docs": []}}
        body = (schema if "schema" in self.path else json.dumps(found)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that the server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
        """Say nothing."""


@contextmanager
def ckan_running(
    folders: pytest.TempPathFactory, rows: Sequence[dict[str, Any]], clamp: int
) -> Iterator[Ckan]:
    """One package with one table of these rows, at most `clamp` of them a page."""
    python, initdb, redis = (
        checkout() / ".ckan/bin/python",
        _postgres("initdb"),
        shutil.which("redis-server"),
    )
    for what, found in (
        ("CKAN (make ckan)", python.exists()),
        ("postgres", initdb),
        ("redis-server", redis),
    ):
        if not found:
            pytest.skip(f"{what} is not on this machine")
    folder = folders.mktemp("ckan")
    postgres, redis_port, site = _free_port(), _free_port(), _free_port()
    with ExitStack() as running:
        solr = ThreadingHTTPServer(("127.0.0.1", 0), _Solr)
        threading.Thread(target=solr.serve_forever, daemon=True).start()
        running.callback(solr.server_close)
        running.callback(solr.shutdown)
        running.enter_context(_database(postgres))
        command = [
            redis,
            "--port",
            str(redis_port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            folder,
        ]
        running.enter_context(_process(command, folder / "redis.log"))
        _until(lambda: _answers(redis_port), "redis")
        address = f"http://127.0.0.1:{site}"
        said = INI.format(
            address=address,
            folder=folder,
            postgres=postgres,
            clamp=clamp,
            redis=redis_port,
            solr=solr.server_port,
        )
        (folder / "ckan.ini").write_text(said, encoding="utf-8")
        content = {"fields": [["punto", "text"], ["kwh", "numeric"]], "records": list(rows)}
        (folder / "rows.json").write_text(json.dumps(content), encoding="utf-8")
        log = folder / "ckan.log"
        script = Path(__file__).with_name("ckan_site.py")
        # CKAN's interpreter must not find this project's packages in its way.
        own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        site_process = running.enter_context(
            _process([python, script, folder / "ckan.ini", folder / "rows.json"], log, own)
        )
        _until(lambda: _answers(site) or site_process.poll() is not None, "CKAN")
        said_by_it = log.read_text(encoding="utf-8")
        assert site_process.poll() is None, said_by_it[-2000:]
        ready = next(line for line in said_by_it.splitlines() if line.startswith('{"resource_id"'))
        yield Ckan(address, json.loads(ready)["resource_id"])


@contextmanager
def _database(port: int) -> Iterator[None]:
    """A cluster of its own with two databases; postgres refuses to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="nzd-pg-"))
    drop: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    options = [
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "fsync=off",
        "-c",
        f"unix_socket_directories={folder}",
    ]
    try:
        made = [
            *drop,
            _postgres("initdb"),
            "-D",
            folder / "data",
            "-A",
            "trust",
            "-U",
            "ckan",
            "-E",
            "UTF8",
        ]
        subprocess.run(
            [*map(str, made), "--locale=C", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        command = [*drop, _postgres("postgres"), "-D", folder / "data", "-p", str(port), *options]
        with _process(command, folder / "postgres.log"):
            _until(lambda: _answers(port), "postgres")
            for said in (
                "create database ckan",
                "create database datastore",
                "create role reader login",
            ):
                asked = [
                    "psql",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    str(port),
                    "-U",
                    "ckan",
                    "-c",
                    said,
                    "postgres",
                ]
                _until(
                    lambda asked=asked: (
                        not subprocess.run(asked, capture_output=True, check=False).returncode
                    ),
                    said,
                )
            yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _process(
    command: Sequence[object], log: Path, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as said:
        started = subprocess.Popen(
            [str(part) for part in command], stdout=said, stderr=said, env=environment
        )
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(10)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def _postgres(name: str) -> str | None:
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(places[-1]) if places else None)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def _until(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < deadline, f"{what} did not answer in time"
        time.sleep(0.1)
