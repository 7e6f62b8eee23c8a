"""One edition's word, indexed: what it published, ready to be held against another's.

Belongs here: looking things up in published tables. Does not belong here: what differs and why (`causes.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa

from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.rows import Row

Cell = tuple[str, str]
"""Carrier and sector."""

ALL = "all"
EMISSIONS, ENERGY = "emissions_by_carrier_sector", "energy_by_carrier_sector"


@dataclass(frozen=True)
class Told:
    """What one edition published: its KPI values, a way to its tables, its manifest; and its points, in the house."""

    values: Sequence[Row]
    table: Callable[[str], list[Row]]
    about: Mapping[str, Any]
    points: pa.Table | None = None
    """What every point added to it, of the house; nothing of it is told that protection would hide."""

    @cached_property
    def by_key(self) -> dict[tuple[str, str, str], Row]:
        """KPI values by district, month and KPI."""
        return {(row["district_id"], row["month"], row["kpi_code"]): row for row in self.values}

    @cached_property
    def kpis(self) -> dict[str, Row]:
        """Declarations by code."""
        return {row["code"]: row for row in self.table("kpis")}

    @cached_property
    def cells(self) -> dict[tuple[str, str, str], dict[Cell, Row]]:
        """Rows of the tables by carrier and sector, without their margins."""
        found: dict[tuple[str, str, str], dict[Cell, Row]] = defaultdict(dict)
        for name in (EMISSIONS, ENERGY):
            for row in self.table(name):
                if ALL not in (row["carrier"], row["sector"]):
                    place = (name, row["district_id"], row["month"])
                    found[place][row["carrier"], row["sector"]] = row
        return dict(found)

    @cached_property
    def scopes(self) -> dict[str, set[str]]:
        """Scopes that each carrier has factors of."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.table("factors_used"):
            found[row["carrier"]].add(row["scope"])
        return dict(found)

    @cached_property
    def factors(self) -> dict[tuple[str, str, str], set[tuple[Any, ...]]]:
        """The factors that served a carrier in a month."""
        found: dict[tuple[str, str, str], set[tuple[Any, ...]]] = defaultdict(set)
        for row in self.table("factors_used"):
            if row["scope"] != "2_market":
                said = (row["scope"], row["gas"], row["factor_code"], row["kg_per_kwh"], row["gwp"])
                found[row["district_id"], row["month"], row["carrier"]].add(said)
        return dict(found)

    @cached_property
    def coverage(self) -> dict[tuple[str, str, str], Decimal]:
        """How much of each theme was read in a month."""
        return {
            (row["district_id"], row["month"], row["theme"]): row["coverage"]
            for row in self.table("completeness")
            if row["coverage"] is not None and row.get("period", "month") == "month"
        }

    @cached_property
    def completeness(self) -> dict[tuple[str, str, str], Row]:
        """What was read of each theme in a month."""
        return {
            (row["district_id"], row["month"], row["theme"]): row
            for row in self.table("completeness")
            if row.get("period", "month") == "month"
        }

    @cached_property
    def corrections(self) -> dict[tuple[str, str, str], set[tuple[Any, ...]]]:
        """Entries of the register of corrections that change a carrier's rows in a month."""
        found: dict[tuple[str, str, str], set[tuple[Any, ...]]] = defaultdict(set)
        for row in self.table("corrections"):
            if row["state"] in ("in_force", "set_aside"):
                place = (row["district_id"], row["month"], row["carrier"])
                found[place].add((row["correction_id"], row["state"], row["known_at"]))
        return dict(found)

    @cached_property
    def carriers(self) -> dict[tuple[str, str], set[str]]:
        """Carriers that a source measures."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self.table("measuring_sources"):
            found[row["district_id"], row["source_id"]].add(row["carrier"])
        return dict(found)

    @cached_property
    def ways(self) -> dict[tuple[str, str], Row]:
        """Where each district stood on its way to a target."""
        return {
            (row["district_id"], row["month"]): row for row in self.table("emission_trajectory")
        }

    @cached_property
    def thresholds(self) -> dict[str, Decimal]:
        """Declared lines by name."""
        return {row["name"]: Decimal(row["value"]) for row in self.table("thresholds")}

    @cached_property
    def limits(self) -> Limits:
        """Whom protection covers."""
        return Limits.declared(self.table("thresholds"))

    @cached_property
    def deliveries(self) -> list[Row]:
        """Everything that arrived."""
        return self.table("deliveries")
