"""The sample deployment, played once for all tests that read what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.version import code_version
from sample.deliver import MONTHS


@dataclass(frozen=True)
class SamplePlayed:
    """The state after the last round. Tests read it and leave it as it is."""

    home: Path

    def edition(self, month: str) -> Path:
        """The folder of a month's first edition."""
        return self.home / "editions" / month / "r1"


@pytest.fixture(scope="session")
def sample_played(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> SamplePlayed:
    """What `nzd demo` leaves: all rounds of the sample through the one clock, the last editions published.

    Where NZD_SAMPLE_HOME names a home that the demo of this very code has played, that one is read.
    """
    given = os.environ.get("NZD_SAMPLE_HOME")
    if given:
        return SamplePlayed(_of_this_code(Path(given)))
    home = tmp_path_factory.mktemp("sample")
    places = {"NZD_HOME": str(home), "NZD_DISTRICTS": str(checkout / "sample" / "districts")}
    demo = subprocess.run(
        [Path(sys.executable).with_name("nzd"), "demo"],
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout + demo.stderr
    return SamplePlayed(home)


def _of_this_code(home: Path) -> Path:
    manifest = json.loads((home / "editions" / MONTHS[-1] / "r1" / "manifest.json").read_text())
    assert manifest["code_version"] == code_version(), f"{home} was played by other code"
    return home
