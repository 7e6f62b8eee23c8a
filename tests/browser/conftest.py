"""A published edition and a Chromium, where there is one."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from pipelines.publishing.editions.delayed import note
from pipelines.publishing.editions.edition import Edition, publish
from pipelines.publishing.editions.gate import Reason, Waiting
from pipelines.publishing.editions.withdrawal import withdraw
from pipelines.settings import Settings
from tests.published import deployment, known_at


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A deployment of the publishing fixture with its October edition."""
    settings = deployment(tmp_path_factory.mktemp("browser"), "2026-10")
    publish(settings, "2026-10", known_at("2026-10"), "test")
    return settings


@pytest.fixture(scope="session")
def edition(published: Settings) -> Edition:
    """The October edition of the publishing fixture."""
    return Edition(published.editions / "2026-10" / "r1", "2026-10", 1)


@pytest.fixture(scope="session")
def notices(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of which one district waits, and an edition that was taken away."""
    home = tmp_path_factory.mktemp("notices")
    settings = dataclasses.replace(published, home=home)
    for one, other in ((published.editions, settings.editions), (published.seals, settings.seals)):
        shutil.copytree(one, other)
    gone = Edition(settings.editions / "2026-10" / "r1", "2026-10", 1)
    withdraw(
        settings, gone, "Un errore di misura.", "error", "Comune di Prato", known_at("2026-10")
    )
    behind = Reason("headline_grade", "ENE01", "E", "D", ("coverage",), (("curve", "Ufficio"),))
    note(settings, "2026-10", known_at("2026-10"), [Waiting("parma", (behind,))])
    return settings.editions
