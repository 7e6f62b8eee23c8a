"""The change of a month cell by cell: carrier and sector.

Belongs here: what of a cell's change is its factor's and what its activity's. Does not belong here: why an activity
moved (`point_causes.py`; `reasons.py` where the house keeps no points), sums and ratios of months (`causes.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipelines.publishing.comparing.adding_up import LEAST, ROUNDED, Causes, together
from pipelines.publishing.comparing.moved_points import Place
from pipelines.publishing.comparing.point_causes import PointCauses
from pipelines.publishing.comparing.reasons import Reasons
from pipelines.publishing.comparing.told import EMISSIONS, ENERGY, Cell
from pipelines.publishing.rows import Row

CELLS = {
    "final_energy_kwh": (ENERGY, "energy_kwh", None),
    "energy_tco2e": (EMISSIONS, "tco2e", None),
    "scope1_tco2e": (EMISSIONS, "tco2e", ("1",)),
    "scope2_location_tco2e": (EMISSIONS, "tco2e", ("2_location",)),
}
"""Measures that a table by carrier and sector adds up to, with the scopes of their carriers."""
_OF_POINTS = {ENERGY: "final_energy_kwh", EMISSIONS: "energy_tco2e"}
"""The same of points."""


@dataclass(frozen=True)
class CellCauses:
    """The cells of two editions, and the reasons between them."""

    reasons: Reasons
    points: PointCauses

    def of_month(self, district: str, month: str, numerator: str) -> Causes:
        """Cell by cell; cells that either edition hides only by what their points may tell together."""
        name, column, scopes = CELLS[numerator]
        both = (self.reasons.old, self.reasons.new)
        old, new = (each.cells.get((name, district, month), {}) for each in both)
        found: list[Causes] = []
        hidden = set()
        for cell in sorted(set(old) | set(new)):
            if scopes and not (self.reasons.new.scopes.get(cell[0], set()) & set(scopes)):
                continue
            rows = (old.get(cell), new.get(cell))
            if any(row is not None and row[column] is None for row in rows):
                hidden.add(cell)
                continue
            was, now = (row[column] if row is not None else Decimal(0) for row in rows)
            factor = (
                self._by_factor(district, month, cell, *rows) if name == EMISSIONS else Decimal(0)
            )
            rest = now - was - factor
            if factor and abs(rest) <= ROUNDED:  # the last digits of both tables are nobody's doing
                factor, rest = factor + rest, Decimal(0)
            found.append({"factor": factor})
            if rest:
                found.append(self._of_use((district, month), cell, rest))
        if hidden:
            found.append(self.points.of_cells((district, month), _OF_POINTS[name], hidden))
        return together(found)

    def _of_use(self, place: Place, cell: Cell, rest: Decimal) -> Causes:
        """Why the use of a cell moved; what the editions show of its carrier, where the house keeps no points."""
        known = self.points.of_use(place, cell, rest)
        return known or {self.reasons.of_cell(*place, cell[0]): rest}

    def _by_factor(
        self, district: str, month: str, cell: Cell, old: Row | None, new: Row | None
    ) -> Decimal:
        """Activity of the new edition times the difference of the factors; a factor that was missing was nothing."""
        place = (district, month, cell[0])
        before, after = self.reasons.old, self.reasons.new
        if before.factors.get(place) == after.factors.get(place):
            return Decimal(0)
        energy = (each.cells.get((ENERGY, district, month), {}) for each in (before, after))
        was_used, is_used = (cells.get(cell) is not None for cells in energy)
        if new is None:  # no factor any more: what the old one gave; of a cell that went, nothing
            return -(old["tco2e"] if old and is_used else Decimal(0))
        if old is None:
            return Decimal(new["tco2e"]) if was_used else Decimal(0)
        now, was = new.get("kg_per_kwh"), old.get("kg_per_kwh")
        if not now or was is None:
            return Decimal(0)
        return Decimal(new["tco2e"] * (1 - was / now)).quantize(LEAST)
