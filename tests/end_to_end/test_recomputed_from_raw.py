"""Published KPI values against the same values recomputed from the raw files by other means."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.end_to_end.conftest import SamplePlayed
from tests.end_to_end.raw_files import Raw, month_start, shifted
from tests.end_to_end.recomputed import ACTIVE, FIRST, NOTHING, Figure, Flow, Recomputed, total

CITIES = ("prato", "parma", "bergamo", "roma")
