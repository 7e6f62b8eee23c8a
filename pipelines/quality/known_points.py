"""What the district's register says of its points, as far as a delivery can be judged by it.

Belongs here: reading limits off accepted rows of `metering_points`. Does not belong here: judging
by them (`plausible`, `owner`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

REGISTER = "metering_points"
_COLUMNS = ("point_id", "contract_power_kw", "installed_kw", "expected_annual_use")


@dataclass(frozen=True)
class Limits:
    """What one point can draw or make: powers in kW, use of a year in the unit of its carrier."""

    contract_kw: float | None = None
    installed_kw: float | None = None
    annual: float | None = None

    def power_of(self, flow: str) -> float | None:
        """The power that a flow of this point cannot exceed, kW; None where nothing is declared."""
        if flow == "production":
            return self.installed_kw
        if flow == "export":
            known = [kw for kw in (self.contract_kw, self.installed_kw) if kw is not None]
            return max(known, default=None) if self.installed_kw is not None else None
        return self.contract_kw if flow == "import" else None


@dataclass(frozen=True)
class KnownPoints:
    """The points of a district's register by their code; empty where no register has come."""

    limits: dict[str, Limits] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Iterable[pa.Table]) -> KnownPoints:
        """From accepted rows of the register; of several rows of a point the largest limits."""
        found: dict[str, Limits] = {}
        for table in tables:
            there = [name for name in _COLUMNS if name in table.column_names]
            for row in table.select(there).to_pylist():
                one = Limits(*(_number(row.get(name)) for name in _COLUMNS[1:]))
                found[row["point_id"]] = _larger(found.get(row["point_id"], one), one)
        return cls(found)

    def hash_of(self, points: Iterable[str], *, presence: bool) -> str:
        """What the register says of these points, in short; whether a point is in it at all counts
        where `presence` is asked for.
        """
        found = [(point, self.limits.get(point)) for point in sorted(set(points))]
        said = [
            f"{point}={one}"
            for point, one in found
            if one and (presence or any(vars(one).values()))
        ]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


NOTHING_KNOWN = KnownPoints()


def _number(value: Any) -> float | None:
    return None if value is None or value <= 0 else float(value)


def _larger(one: Limits, other: Limits) -> Limits:
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return Limits(
        *(max((x for x in pair if x is not None), default=None) for pair in pairs),
    )
