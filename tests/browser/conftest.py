"""A published edition and a Chromium, where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.publishing.editions.edition import Edition, publish
from tests.published import deployment, known_at


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The October edition of the publishing fixture."""
    home = tmp_path_factory.mktemp("browser")
    return publish(deployment(home, "2026-10"), "2026-10", known_at("2026-10"), "test")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium on this machine: the pages were not opened")
    with sync_api.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()
