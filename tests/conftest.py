"""What every test may ask for: the checkout, and the folder of real files where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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
