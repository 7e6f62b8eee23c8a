"""What every test may ask for: the checkout, and the folder of real files where there is one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli.entry import collect_rarely
from tests.packing import Signer

ROOT = Path(__file__).parents[1]
PLAYED = bool(os.environ.get("NZD_SAMPLE_HOME"))
TOGETHER = (*(() if PLAYED else ("end_to_end",)), "real_data", "warehouse", "browser", "portal")
"""Folders whose tests share something that takes long to make: each runs in one process."""

SLOWEST_FIRST = (
    "end_to_end/test_a_fifth_district.py",
    "end_to_end/test_recomputed_from_raw.py",
    "end_to_end/test_edition.py",
    "end_to_end",
    "real_data",
    "faults",
    "baselines",
    "services",
    "warehouse",
    "browser",
    "portal",
    "contracts",
)
"""Folders and files whose tests take long, begun first: one of them at the end would keep one process waiting."""


def pytest_configure() -> None:
    """What is tested in this process runs as `nzd` runs it."""
    collect_rarely()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is slow first, each folder in its own order."""

    def place(item: pytest.Item) -> int:
        path = f"{item.path}/"
        rooms = [place for place, room in enumerate(SLOWEST_FIRST) if f"/{room}/" in path]
        return rooms[0] if rooms else len(SLOWEST_FIRST)

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where tests run in several processes, what is made once per folder or file is made once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByRoom(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            return next((room for room in TOGETHER if f"/{room}/" in file), file)

    config.option.loadscopereorder = False  # not by their number, which says nothing of their time
    return ByRoom(config, log)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of this checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Files as their publishers made them, which are no part of the project."""
    folder = Path(os.environ.get("NZD_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no folder of real files at {folder}; set NZD_REAL_DATA to run this test")
    return folder


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """Someone who signs documents."""
    return Signer(tmp_path_factory.mktemp("signer"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window; one for all tests of a process, because its driver runs only once in it."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium on this machine: no page was opened")
    with sync_api.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()
