"""Every figure of an edition's month of one district, opened: what the page and the data of provenance both read.

Belongs here: the explanations and the numbers of their deliveries. Does not belong here: how either is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipelines.publishing.opening.explanation import Explanation, explained
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import Row


@dataclass(frozen=True)
class Opened:
    """The explanations of a district's figures and the number of every delivery in them; both views read this."""

    reading: Reading
    district: str
    figures: tuple[Explanation, ...]
    deliveries: tuple[Row, ...]

    def number(self, delivery: Row) -> int:
        """The delivery's number within the page, from one."""
        return self._numbers[_delivery_key(delivery)]

    @cached_property
    def _numbers(self) -> dict[tuple[str, ...], int]:
        return {_delivery_key(row): n for n, row in enumerate(self.deliveries, start=1)}


def opened(reading: Reading, district: str) -> Opened:
    """Every figure of the edition's month of one district, explained."""
    figures = tuple(
        explained(reading, district, reading.month, code)
        for code in reading.kpis
        if (district, reading.month, code) in reading.values
    )
    rows = {_delivery_key(row): row for each in figures for row in each.deliveries}
    return Opened(reading, district, figures, tuple(row for _, row in sorted(rows.items())))


def _delivery_key(row: Row) -> tuple[str, ...]:
    return (row["dataset"], row["source_id"], str(row["received_at"]), row["sha256"] or "")
