"""Emissions beside the energy total, worked out again from the raw files: contracts, waste, processes.

Belongs here: market-based electricity, its proven part, Scope 3 and processes of a month, after `docs/measures.md`.
Does not belong here: what points drew (`recomputed.py`), the pace of emissions (`recomputed_trajectory.py`). No SQL.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from ruamel.yaml import YAML

from tests.end_to_end.raw_files import Row, day_of, month_start, number, shifted
from tests.end_to_end.recomputed import CARRIERS, GWP_AR5, Recomputed

ZERO = ("fotovoltaico", "eolico", "idroelettrico")


class Emissions:
    """One district's emissions that are not in its energy total."""

    def __init__(self, of: Recomputed, own_factors: Path) -> None:
        self.of = of
        self._own = [
            row
            for path in sorted(own_factors.glob("*.yaml"))
            for row in YAML(typ="safe").load(path)["factors"]
        ]

    @cached_property
    def _drawn(self) -> dict[str, dict[str, Decimal]]:
        """kWh of electricity by point and month, the months in their order."""
        found: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for (point, flow, month), read in sorted(self.of._point_months().items()):
            row = self.of.points.get(point)
            if row is None or (flow, row["Ruolo"]) != ("import", "fornitura"):
                continue
            begins, ends = row["Valido dal"], row.get("Valido al")
            within = not begins or begins < month_start(month, 1)
            if CARRIERS[row["Vettore"]] == "electricity" and within:
                assert not ends or ends > month_start(month)
                filled = self.of.filled.get((point, flow, month), Decimal(0))
                found[point][month] = max(read + filled, Decimal(0))
        return found

    @cached_property
    def _contracts(self) -> list[Row]:
        return self.of.raw.newest(
            f"{self.of.district}/contracts/*.xlsx", "Codice contratto", "Strumento"
        )

    @cached_property
    def _guaranteed(self) -> dict[tuple[str, str], Decimal]:
        """kWh of proven origin by point and month: the first of the year they were made in."""
        found: dict[tuple[str, str], Decimal] = {}
        for row in self._contracts:
            if row["Strumento"] != "garanzia d'origine" or not row["Annullata il"]:
                continue
            assert row["Fonte"] in ZERO
            left = Decimal(str(row["Energia (kWh)"]))
            point, year = row["Codice punto"], f"{row['Valido dal']:%Y}"
            for month, kwh in self._drawn[point].items():
                if month[:4] == year:
                    free = kwh - found.get((point, month), Decimal(0))
                    used = min(left, free)
                    found[point, month] = found.get((point, month), Decimal(0)) + used
                    left -= used
        return found

    def _supplied_at(self, point: str, month: str) -> Decimal | None:
        """kg CO2e per kWh of the supplier's mix that serves a whole month."""
        for row in self._contracts:
            begins, ends = row["Valido dal"], row["Valido fino al (escluso)"]
            if (row["Codice punto"], row["Strumento"]) == (point, "mix del fornitore") and (
                begins <= month_start(month) and (not ends or ends >= month_start(month, 1))
            ):
                return Decimal(str(row["Fattore (g CO2e/kWh)"])) / 1000
        return None

    def market(self, month: str) -> Decimal:
        """tCO2e of electricity after contracts: guarantees are nothing, then the supplier's mix, then the residual."""
        residual = self.of.factor(
            int(month[:4]), kind="emission", carrier="electricity", series="AIB residual"
        )
        kg = Decimal(0)
        for point, months in self._drawn.items():
            left = months.get(month, Decimal(0)) - self._guaranteed.get((point, month), Decimal(0))
            mix = self._supplied_at(point, month)
            kg += left * (residual if mix is None else mix)
        return kg / 1000

    def proven(self, month: str) -> tuple[Decimal | None, Decimal]:
        """kWh with guarantees, None where nobody tells of contracts; and all that was drawn."""
        drawn = sum((each.get(month, Decimal(0)) for each in self._drawn.values()), Decimal(0))
        proven = sum((k for (_, at), k in self._guaranteed.items() if at == month), Decimal(0))
        return proven if self._contracts else None, drawn

    def declared(self, month: str, *refs: str) -> Decimal | None:
        """tCO2e of the rows of activity data of these lines, by days; none where no row speaks of the month."""
        first, after = month_start(month), month_start(month, 1)
        tonnes = []
        for row in self.of.raw.rows(f"{self.of.district}/inventory/*.csv", "Riga GPC"):
            start, end = day_of(row["Dal"]), day_of(row["Al"]) + timedelta(days=1)
            days = (min(end, after) - max(start, first)).days
            quantity = number(row["Quantità"])
            if row["Riga GPC"] not in refs or quantity is None or days <= 0:
                continue
            part = quantity * days / (end - start).days
            tonnes.append(part * self._per_tonne(row["Attività"]))
        return sum(tonnes, Decimal(0)) if tonnes else None

    def _per_tonne(self, activity: str) -> Decimal:
        """tCO2e per tonne, all gases."""
        per_unit = {"t/t": Decimal(1), "kg/t": Decimal("0.001")}
        return sum(
            (
                Decimal(str(row["value"])) * per_unit[row["unit"]] * GWP_AR5[row["gas"]]
                for row in self._own
                if row["activity"] == activity
            ),
            Decimal(0),
        )


def year_of(month: str) -> list[str]:
    """Twelve months that end with this one."""
    return [shifted(month, -back) for back in range(12)]
