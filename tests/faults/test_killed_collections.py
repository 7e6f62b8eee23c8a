"""A collection killed at any moment, disturbed or repeated, ends where an undisturbed one ends."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.landing.manifest import Manifest
from pipelines.settings import checkout
from tests.declaring import PROVA

from .conftest import ARRIVED, hours

SCRIPT = Path(__file__).with_name("collecting_process.py")
FILES, PAGES, KILLS = 8, 4, 10
MONTHS = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 9)]
FOLDER = """\
  folder:
    dataset: meter_intervals
    format: intervals_csv
    from: "${NZD_INBOX}/*.csv"
    with: {interval: PT1H}
"""
PAGE = """\
  web_{n}:
    dataset: meter_intervals
    format: intervals_csv
    from: "http://127.0.0.1:{port}/{n}.csv"
    allow_private: true
    with: {{interval: PT1H}}
"""


@dataclass
class Web:
    """A server with validators that counts the whole bodies it gave."""

    port: int
    bodies: Counter[str] = field(default_factory=Counter)


@pytest.fixture
def web() -> Iterator[Web]:
    found = Web(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = hours(f"web-{self.path[1]}", MONTHS[0], days=10)
            if self.headers.get("If-None-Match") == '"1"':
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            half = len(body) // 2
            try:
                self.wfile.write(body[:half])
                time.sleep(0.05)
                self.wfile.write(body[half:])
                found.bodies[self.path] += 1
            except OSError:
                return  # the reader was killed

        def log_message(self, *_: object) -> None:
            """Not on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def processes() -> Iterator[subprocess.Popen[str]]:
    """What starts a collection in a process of its own (`collecting_process`)."""
    started = subprocess.Popen(
        [sys.executable, str(SCRIPT)],
        env={**os.environ, "PYTHONPATH": str(checkout())},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    yield started
    started.communicate(timeout=60)


@dataclass
class Collection:
    """A collection that has begun, in the process of this number."""

    process: int
    said: IO[str]

    def goes_on(self) -> bool:
        return not select.select([self.said], [], [], 0)[0]

    def kill(self) -> None:
        if self.goes_on():
            with suppress(ProcessLookupError):  # it ended this very moment
                os.kill(self.process, signal.SIGKILL)
        self.ended()

    def ended(self) -> int:
        """Its exit code, once it has one."""
        assert select.select([self.said], [], [], 120)[0], "it does not end"
        return int(self.said.readline())


@dataclass
class Place:
    """A deployment that processes collect."""

    root: Path
    web: Web
    processes: subprocess.Popen[str]

    def __post_init__(self) -> None:
        (self.root / "inbox").mkdir(parents=True)
        for number, start in enumerate(MONTHS[:FILES], start=1):
            (self.root / "inbox" / f"2026-{number:02d}.csv").write_bytes(
                hours("folder-1", start, days=20, value=f"{number}.25")
            )
        (self.root / "districts").mkdir()
        pages = "".join(PAGE.format(n=n, port=self.web.port) for n in range(PAGES))
        (self.root / "districts" / "prova.yaml").write_text(PROVA + FOLDER + pages)

    @property
    def home(self) -> Path:
        return self.root / "home"

    def begin(self, at: datetime = ARRIVED) -> Collection:
        said, told = self.processes.stdout, self.processes.stdin
        assert said is not None
        assert told is not None
        place = {"root": str(self.root), "home": str(self.home), "at": at.isoformat()}
        told.write(f"{json.dumps(place)}\n")
        told.flush()
        return Collection(int(said.readline()), said)

    def collect(self, at: datetime = ARRIVED) -> float:
        began = time.monotonic()
        assert self.begin(at).ended() == 0
        return time.monotonic() - began

    def current(self) -> pa.Table:
        parts = sorted((self.home / "current" / "meter_intervals").glob("*.parquet"))
        return pa.concat_tables([pq.read_table(path, partitioning=None) for path in parts])

    def landed(self) -> set[str]:
        """Pages that the manifest holds."""
        path = self.home / "landing" / "manifest.sqlite"
        if not path.exists():
            return set()
        return {
            f"/{one.source_id.removeprefix('web_')}.csv"
            for one in Manifest(path).attempts("prova")
            if one.sha256 and one.source_id.startswith("web_")
        }


def test_ten_kills_at_random_moments_lose_nothing_and_fetch_nothing_twice(
    tmp_path: Path, web: Web, processes: subprocess.Popen[str]
) -> None:
    undisturbed = Place(tmp_path / "calm", web, processes)
    lasting = undisturbed.collect()
    web.bodies.clear()
    place = Place(tmp_path / "killed", web, processes)
    moments = random.Random(20261123)  # noqa: S311 - the same moments in every run

    for _ in range(KILLS):
        held = place.landed()
        before = Counter(web.bodies)
        begun = place.begin()
        time.sleep(moments.uniform(0.02, lasting))
        begun.kill()
        again = {page for page in held if web.bodies[page] > before[page]}
        assert again == set(), "a page that the manifest holds was fetched whole again"
    place.collect()

    assert place.current().equals(undisturbed.current())
    attempts = Manifest(place.home / "landing" / "manifest.sqlite").attempts("prova", "folder")
    new = Counter(one.remote_name for one in attempts if one.outcome == "new")
    assert new == {f"2026-{n:02d}.csv": 1 for n in range(1, FILES + 1)}
    blobs = [path for path in (place.home / "landing" / "blobs").glob("*/*/*") if path.is_file()]
    assert len([path for path in blobs if len(path.name) == 64]) == FILES + PAGES


def test_a_manifest_that_another_process_holds_is_waited_for(
    tmp_path: Path, web: Web, processes: subprocess.Popen[str]
) -> None:
    place = Place(tmp_path, web, processes)
    place.collect()
    calm = place.current()
    (tmp_path / "inbox" / "2026-09.csv").write_bytes(hours("folder-1", MONTHS[7], days=2))
    holder = sqlite3.connect(place.home / "landing" / "manifest.sqlite")
    holder.execute("begin immediate")

    begun = place.begin()
    time.sleep(1)
    assert begun.goes_on(), "it waits rather than go on without its manifest"
    holder.rollback()
    holder.close()

    assert begun.ended() == 0
    assert place.current().num_rows >= calm.num_rows


def test_a_clock_that_went_back_loses_no_delivery(
    tmp_path: Path, web: Web, processes: subprocess.Popen[str]
) -> None:
    place = Place(tmp_path, web, processes)
    place.collect()
    before = place.current().num_rows
    (tmp_path / "inbox" / "2026-08b.csv").write_bytes(hours("folder-2", MONTHS[6], days=3))

    # As of yesterday only what was known then counts; nothing is forgotten.
    place.collect(ARRIVED - timedelta(days=1))
    place.collect()

    assert place.current().num_rows == before + 3 * 24


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system is mounted by root only")
def test_a_disk_that_fills_while_landing_is_an_error_and_the_next_run_makes_it_good(
    tmp_path: Path, web: Web, processes: subprocess.Popen[str]
) -> None:
    place = Place(tmp_path, web, processes)
    place.home.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=320k", "tmpfs", str(place.home)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    try:
        assert place.begin().ended() != 0
        subprocess.run(["mount", "-o", "remount,size=64m", str(place.home)], check=True)

        place.collect()

        calm = Place(tmp_path / "calm", web, processes)
        calm.collect()
        assert place.current().equals(calm.current())
    finally:
        subprocess.run(["umount", str(place.home)], check=True)
