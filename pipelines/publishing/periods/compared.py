"""Old → new between two editions of quarters or years.

Belongs here: which figures differ. Does not belong here: why: a change of a month and its causes stand between the
monthly editions that the two are views of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.publishing.language import DASH
from pipelines.publishing.rows import plain, read_rows


@dataclass(frozen=True)
class Moved:
    """One figure that is not the same; None where there was or is none."""

    district: str
    code: str
    unit: str
    old: tuple[str, Decimal | None]
    new: tuple[str, Decimal | None]

    def __str__(self) -> str:
        (before, was), (after, now) = self.old, self.new
        change = DASH if was is None or now is None else plain(now - was)
        return f"{self.district} {self.code}: {before} {_shown(was)} → {after} {_shown(now)} {self.unit} ({change})"


def compared(old: Path, new: Path) -> Iterator[Moved]:
    """Figures of two periods that differ, hidden ones left out as between months."""
    earlier = {
        (row["district_id"], row["kpi_code"]): row
        for row in read_rows(old / "period_values.parquet")
    }
    for row in read_rows(new / "period_values.parquet"):
        was = earlier.get((row["district_id"], row["kpi_code"]))
        if was is None or was["suppressed"] or row["suppressed"] or was["value"] == row["value"]:
            continue
        yield Moved(
            row["district_id"],
            row["kpi_code"],
            row["unit"],
            (was["period"], was["value"]),
            (row["period"], row["value"]),
        )


def _shown(value: Decimal | None) -> str:
    return DASH if value is None else plain(value)
