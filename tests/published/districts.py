"""Districts and months of the fixture, and how a figure of theirs is written."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from pipelines.catalogue.kpi import kpis as declared_kpis

MONTHS = [f"{2024 + (4 + n) // 12}-{(4 + n) % 12 + 1:02d}" for n in range(30)]
"""2024-05 … 2026-10."""


DISTRICTS = {
    "bergamo": ("Porta Sud di Bergamo", "Bergamo Porta Sud", "Bergamo", "regeneration"),
    "parma": (
        "Area produttiva nord di Parma",
        "Parma northern productive area",
        "Parma",
        "mixed_industry",
    ),
    "prato": ("Distretto tessile di Prato", "Prato textile district", "Prato", "process_industry"),
    "roma": ("Tiburtina Valley di Roma", "Rome Tiburtina Valley", "Roma", "services"),
}


Row = dict[str, Any]


kpis = cache(declared_kpis)


def known_at(month: str) -> datetime:
    """The tenth of the following month."""
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + number // 12, number % 12 + 1, 10, 7, tzinfo=UTC)


def decimal(value: float | None) -> Decimal | None:
    """A figure as the warehouse holds it."""
    return None if value is None else Decimal(str(round(value, 6))).quantize(Decimal("1e-9"))


def index_of(month: str) -> int:
    """Place of a month among those of the fixture."""
    return MONTHS.index(month)


def season(month: str) -> float:
    """Winter is one, summer minus one."""
    return math.cos((int(month[5:]) - 1) / 12 * 2 * math.pi)


def amount(measures: Any, district: str, window: list[str], column: str | None) -> float | None:
    """Sum over months; None where one of them has none."""
    found = [measures[district, m].get(column) for m in window]
    return None if column is None or not found or any(v is None for v in found) else sum(found)


def path_at(district: str, month: str, base: float) -> float:
    """Where the path to the target stands in a month."""
    t = int(month[:4]) + (int(month[5:]) - 12) / 12
    return base * (1 - {"prato": 0.37, "parma": 0.30, "bergamo": 0.4}[district] * (t - 2019) / 11)


def month_after(month: str) -> date:
    """The first day after a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1)


def hash_of(text: str) -> str:
    """A stand-in for the hash of a delivered file."""
    return hashlib.sha256(text.encode()).hexdigest()
