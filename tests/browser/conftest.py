"""A published edition and a Chromium, where there is one."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.edition import Edition, publish


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The October edition of the publishing fixture."""
    path = Path(__file__).parents[1] / "publishing_fixture.py"
    spec = importlib.util.spec_from_file_location("publishing_fixture_in_browser", path)
    assert spec is not None
    assert spec.loader is not None
    sample = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = sample
    spec.loader.exec_module(sample)
    home = tmp_path_factory.mktemp("browser")
    return publish(
        sample.deployment(home, "2026-10"), "2026-10", sample.known_at("2026-10"), "test"
    )


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
