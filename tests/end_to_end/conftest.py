"""The sample deployment, played once for all tests that read what came of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.publishing.editions.edition import publish
from pipelines.settings import now, settings
from pipelines.version import code_version
from pipelines.warehouse.build import build
from sample.deliver import MONTHS
from sample.play import play_round


@dataclass(frozen=True)
class SamplePlayed:
    """The state after the last round, and which sources failed in each.

    Tests read it and leave it as it is.
    """

    home: Path
    failed: dict[str, list[str]]

    def edition(self, month: str) -> Path:
        """The folder of a month's first edition."""
        return self.home / "editions" / month / "r1"


@pytest.fixture(scope="session")
def sample_played(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> SamplePlayed:
    """All rounds of the sample through the one clock, the last editions published."""
    home = tmp_path_factory.mktemp("sample")
    failed: dict[str, list[str]] = {}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NZD_HOME", str(home))
        environment.setenv("NZD_DISTRICTS", str(checkout / "sample" / "districts"))
        environment.setenv("NZD_NOW", os.environ.get("NZD_NOW", ""))  # played rounds set it
        deployment = settings()
        catalogue = load(deployment.districts)
        for month in MONTHS:
            outcomes = play_round(deployment, catalogue, month)
            if month == MONTHS[-1]:
                outcomes = collect_all(deployment, catalogue, now())
                build(deployment, catalogue, now())
                publish(deployment, month, now(), code_version())
            failed[month] = [str(one.binding) for one in outcomes if one.failed]
    return SamplePlayed(home, failed)
