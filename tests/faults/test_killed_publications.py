"""A publication that is killed at any moment leaves readers the last good edition and the next one a clean house.

Belongs here: processes that are killed, and two at once, while someone reads. Does not belong here: what is published.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipelines.publishing.editions.seals import seal_of
from pipelines.publishing.editions.verify import verify
from pipelines.publishing.journal import JOURNAL, entries
from pipelines.publishing.shelf import editions, latest, numbered
from pipelines.settings import Settings, checkout
from tests.faults.publishing_process import BUSY, MONTH
from tests.published import DISTRICTS, deployment

KILLS = 10
FILES = 75
"""About as many files as an edition of one district has."""


class Publishers:
    """The processes of `publishing_process.py`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.publishing_process", str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert self._said() == "ready"

    @property
    def settings(self) -> Settings:
        home = self.home
        return Settings(checkout(), home, home / "districts", home / "inbox", home)

    def begin(self, version: str) -> int:
        """The number of a process that publishes; one of a version like "x@placing" kills itself there."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{version}\n")
        self._process.stdin.flush()
        return int(self._said())

    def end(self) -> int:
        """Its exit code."""
        return int(self._said())

    def written(self) -> int | None:
        """How many files the edition has that is being written; None where none is."""
        beside = next((self.home / "editions").glob(f"{MONTH}/.r*"), None)
        return None if beside is None else sum(len(names) for _, _, names in os.walk(beside))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@dataclass
class Reader:
    """Someone who opens the latest edition again and again and checks every file it names."""

    editions: Path
    read: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                said = json.loads((self.editions / "latest.json").read_text())
                folder = self.editions.parent / said["path"]
                about = json.loads((folder / "manifest.json").read_text())
                for file in about["files"]:
                    found = hashlib.sha256((folder / file["path"]).read_bytes()).hexdigest()
                    if found != file["sha256"]:
                        self.wrong.append(f"{about['id']} {file['path']}")
                self.read.add(about["id"])
            except (OSError, ValueError, LookupError) as error:
                self.wrong.append(repr(error))
            time.sleep(0.05)


@pytest.fixture(scope="module")
def publishers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publishers]:
    home = tmp_path_factory.mktemp("killed")
    with pytest.MonkeyPatch.context() as patch:
        for other in [each for each in DISTRICTS if each != "prato"]:
            patch.delitem(DISTRICTS, other)
        deployment(home, MONTH)
    made = Publishers(home)
    made.begin("first")
    assert made.end() == 0
    yield made
    made.close()


def test_a_reader_finds_a_whole_edition_at_every_moment(publishers: Publishers) -> None:
    folder = publishers.home / "editions"
    reader = Reader(folder)
    thread = threading.Thread(target=reader.run, daemon=True)
    thread.start()
    moments = random.Random(7)  # noqa: S311 - the same moments on every run
    for number in range(KILLS):
        process = publishers.begin(f"killed-{number}")
        _wait(publishers, moments.randint(0, FILES), len(numbered(folder)))
        time.sleep(moments.random() * 0.01)
        os.kill(process, signal.SIGKILL)
        publishers.end()
    publishers.begin("last")
    assert publishers.end() == 0
    reader.stop.set()
    thread.join()

    assert reader.wrong == []
    assert reader.read
    assert [path.name for path in folder.glob(f"{MONTH}/.*")] == []
    standing = editions(folder)
    assert [one.revision for one in standing] == list(range(1, len(standing) + 1))
    assert all(verify(publishers.settings, one).ok for one in standing)
    newest = latest(folder)
    assert newest is not None
    assert newest.manifest["code_version"] == "last"


def test_killed_around_its_seal_an_edition_stands_with_it_or_not_at_all(
    publishers: Publishers,
) -> None:
    """Before the seal is written, between seal and place, between place and the line that confirms it; and the power
    fails while that line is written.
    """
    settings = publishers.settings
    for moment, stands in (("sealing", False), ("placing", False), ("confirming", True)):
        before = editions(settings.editions)
        publishers.begin(f"killed@{moment}")
        assert publishers.end() == -signal.SIGKILL
        there = editions(settings.editions)
        assert len(there) == len(before) + stands
        assert {seal_of(settings, one).word for one in there} == {"sealed"}
        assert ("sealed" in entries(settings.seals)[-1]) == (moment != "sealing")
    whole = entries(settings.seals)
    with (settings.seals / JOURNAL).open("ab") as file:
        file.write(b'{"at": "2026-11-10T08:00:00+00:00", "befo')
    assert entries(settings.seals) == whole

    publishers.begin("after them all")
    assert publishers.end() == 0

    after = editions(settings.editions)
    assert len(after) == len(there) + 1
    assert all(verify(settings, one).ok for one in after)
    placed = [line["placed"] for line in entries(settings.seals) if "placed" in line]
    assert placed == [one.id for one in after]


def _wait(publishers: Publishers, files: int, before: int) -> None:
    """Until so many files are written, or the edition has its place. What never comes ends with the test's time."""
    folder = publishers.home / "editions"
    while (publishers.written() or 0) < files and len(numbered(folder)) == before:
        time.sleep(0.001)


def test_of_two_at_once_one_publishes_and_one_is_told_to_wait(publishers: Publishers) -> None:
    beside = Publishers(publishers.home)
    publishers.begin("one of two")
    while publishers.written() is None:
        time.sleep(0.001)
    beside.begin("the other")

    assert beside.end() == BUSY
    assert publishers.end() == 0
    newest = latest(publishers.home / "editions")
    assert newest is not None
    assert newest.manifest["code_version"] == "one of two"
    beside.close()
