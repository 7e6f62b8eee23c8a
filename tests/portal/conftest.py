"""A home with two editions and its portal, made once; a copy for tests that change it; a Chromium."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.publishing.editions.edition import publish
from pipelines.publishing.portal.site import make_portal
from pipelines.settings import Settings
from tests.published import deployment, known_at


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """September, then October with late readings of September; nobody changes it."""
    home = tmp_path_factory.mktemp("portal")
    for month, late in (("2026-09", False), ("2026-10", True)):
        settings = deployment(home, month, late_water=late)
        publish(settings, month, known_at(month), "test")
    make_portal(settings)
    return settings


@pytest.fixture
def own(made: Settings, tmp_path: Path) -> Settings:
    """A copy of that home."""
    for name in ("editions", "portal", "memory", "seals"):
        shutil.copytree(made.home / name, tmp_path / name)
    return replace(made, home=tmp_path, view=tmp_path)
