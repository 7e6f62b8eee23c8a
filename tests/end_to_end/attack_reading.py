"""What the published files of an edition say of one district, number by number.

Belongs here: turning every decimal of every table into what it can be a sum of, and the shares that are published of
such sums. Does not belong here: what follows (`attack.py`).

Of a number the attacker does not read its column's name: it holds every sum of points that anybody would think of (by
carrier, sector, flow, meter, kind of holder, floor area, model), in kWh, Smc, m3 and kilograms, of a month, three,
twelve, of the year so far and of each a year before, against every number of every table. So a table that is new is
attacked without a line being written here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from tests.end_to_end.attack import Atom, Told
from tests.end_to_end.attack_truth import Row, Truth

_SCALES = (1.0, 1000.0, 0.001)
_DIGITS = 5
"""Numbers of fewer digits are found among sums by chance."""
_MONTH_COLUMNS = ("for_month", "month")
_ALL = "all"


def rows(path: Path) -> list[Row]:
    """Rows of one Parquet file."""
    return pq.read_table(path).to_pylist()  # type: ignore[no-any-return]


def year_to(month: str, count: int = 12) -> list[str]:
    """Months that end with one."""
    last = int(month[:4]) * 12 + int(month[5:]) - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(last - count + 1, last + 1)]


def windows(month: str) -> Iterator[tuple[str, ...]]:
    """What a number of a month may be of."""
    for count in (1, 12, 3, int(month[5:])):
        yield tuple(year_to(month, count))
        yield tuple(f"{int(each[:4]) - 1}{each[4:]}" for each in year_to(month, count))


@dataclass
class Sums:
    """Every sum of atoms that anybody would think of, by month."""

    truth: Truth
    _found: dict[tuple[str, ...], tuple[Any, list[dict[Atom, float]]]] = field(default_factory=dict)

    @cached_property
    def _monthly(self) -> dict[tuple[str, ...], dict[str, dict[Atom, float]]]:
        found: dict[tuple[str, ...], dict[str, dict[Atom, float]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        for atom, about in self.truth.about.items():
            first = product(*((about.sides[side], _ALL) for side in ("carrier", "sector", "flow")))
            for whole in first:
                if whole[2] == _ALL and about.sides["flow"] == "export":
                    continue  # what is exported is used elsewhere
                others = [("", "")] + [
                    (side, about.sides[side])
                    for side in ("method", "kind", "floor", "model", "source")
                    if about.sides[side] != "-"
                ]
                for (side, value), (unit, one) in product(others, about.worth.items()):
                    found[(*whole, side, value, unit)][about.month][atom] = one
        for atom, about in self.truth.about.items():
            # Production is what a site uses itself and what it exports.
            if about.sides["flow"] in ("self_consumed", "export"):
                found["production", "", "", "", "", "kWh"][about.month][atom] = 1.0
        return found

    def of(self, window: tuple[str, ...]) -> tuple[Any, list[dict[Atom, float]]]:
        """Sums over a window that differ, sorted by what they add up to, with their terms."""
        if window not in self._found:
            differing: dict[frozenset[tuple[Atom, float]], tuple[float, dict[Atom, float]]] = {}
            for by_month in self._monthly.values():
                terms = {a: one for each in window for a, one in by_month.get(each, {}).items()}
                total = sum(one * self.truth.amounts[atom] for atom, one in terms.items())
                if total:
                    differing.setdefault(frozenset(terms.items()), (total, terms))
            ordered = sorted(differing.values(), key=lambda pair: pair[0])
            self._found[window] = (
                np.array([total for total, _ in ordered]),
                [terms for _, terms in ordered],
            )
        return self._found[window]

    def equal_to(
        self, number: float, half: float, window: tuple[str, ...]
    ) -> dict[Atom, float] | None:
        """The sum over a window that a number is, to its last digit."""
        totals, terms = self.of(window)
        near = max(half, 2e-10 * abs(number))
        first = int(np.searchsorted(totals, number - near))
        last = int(np.searchsorted(totals, number + near, side="right"))
        if first == last:
            return None
        return terms[min(range(first, last), key=lambda place: abs(totals[place] - number))]


def told_of(edition: Path, marts: Path, district: str, sums: Sums) -> Iterator[Told]:
    """Everything of one edition that speaks of energy, water and emissions."""
    for name, row in _rows_of(edition, district):
        for column, number in row.items():
            if isinstance(number, Decimal):
                yield from _found(f"{name}.{column}", number, _months_of(row), sums)
    yield from _ratios(edition, marts, district, sums)
    yield from _factor_shares(edition, district, sums)
    yield from _whole_percents(edition, district, sums)


def _rows_of(edition: Path, district: str) -> Iterator[tuple[str, Row]]:
    paths = [edition / "kpi_values.parquet", *sorted((edition / "tables").glob("*.parquet"))]
    for path in paths:
        for row in rows(path):
            if row.get("district_id") == district:
                yield path.stem, row


def _months_of(row: Row) -> set[str]:
    months = {row[name] for name in _MONTH_COLUMNS if row.get(name)}
    if row.get("period_end"):
        months.add(told_month(row))
    return months


def told_month(row: Row) -> str:
    """The month a KPI value speaks of."""
    return f"{row['period_end'] - timedelta(days=1):%Y-%m}"


def _found(where: str, number: Decimal, months: Iterable[str], sums: Sums) -> Iterator[Told]:
    exponent = number.as_tuple().exponent
    if not number or len(number.normalize().as_tuple().digits) < _DIGITS:
        return
    half = 0.5 * 10.0 ** int(exponent)
    for month in months:
        for window in dict.fromkeys(windows(month)):
            for scale in _SCALES:
                terms = sums.equal_to(float(number) * scale, half * scale, window)
                if terms is not None:
                    low, high = ((float(number) + side * half) * scale for side in (-1, 1))
                    yield Told(terms, low, high, where)
                    return


def _ratios(edition: Path, marts: Path, district: str, sums: Sums) -> Iterator[Told]:
    """KPI values that are a ratio of sums, each of them a sum of uses or known to everybody."""
    inside = {
        (row["month"], row["kpi_code"]): row
        for row in rows(marts / "fct_kpi_values.parquet")
        if row["district_id"] == district and row["numerator"] is not None and row["denominator"]
    }
    for row in rows(edition / "kpi_values.parquet"):
        parts = inside.get((row["month"], row["kpi_code"]))
        if (
            row["district_id"] != district
            or row["value"] is None
            or parts is None
            or not parts["value"]
        ):
            continue
        above, below = (_sum_of(parts[name], row, sums) for name in ("numerator", "denominator"))
        if above is None or (below is None and row["denominator"] is None):
            continue  # a share of what nobody knows says nothing
        scale = float(parts["value"]) / (float(parts["numerator"]) / float(parts["denominator"]))
        ratio, whole = float(row["value"]) / scale, float(parts["denominator"])
        half = 0.5e-9 / abs(scale) * abs(whole)
        if below is None:
            yield Told(
                above, ratio * whole - half, ratio * whole + half, f"{row['kpi_code']}.value"
            )
        else:
            yield Told(_less(above, below, ratio), -half, half, f"{row['kpi_code']}.value")


def _sum_of(amount: Decimal, row: Row, sums: Sums) -> dict[Atom, float] | None:
    for month in _months_of(row):
        for window in windows(month):
            for scale in _SCALES:
                terms = sums.equal_to(float(amount) * scale, 1e-6 * scale, window)
                if terms is not None and abs(amount) > 0:
                    return {atom: one / scale for atom, one in terms.items()}
    return None


def _less(
    above: Mapping[Atom, float], below: Mapping[Atom, float], times: float
) -> dict[Atom, float]:
    return {atom: above.get(atom, 0.0) - times * below.get(atom, 0.0) for atom in {*above, *below}}


def _factor_shares(edition: Path, district: str, sums: Sums) -> Iterator[Told]:
    """What share of an emission figure one factor makes."""
    scopes = {"EMI01": ("1",), "EMI02": ("2_location",), "EMI03": ("2_market",),
              "EMI05": ("1", "2_location"), "EMI11": ("1", "2_location")}  # fmt: skip
    for row in rows(edition / "tables" / "factor_report.parquet"):
        if row["district_id"] != district or row["share"] is None or row["kpi_code"] not in scopes:
            continue
        window = year_to(row["month"], 12 if row["kpi_code"] in ("EMI03", "EMI11") else 1)
        part: dict[Atom, float] = {}
        whole: dict[Atom, float] = {}
        for atom, about in sums.truth.about.items():
            if about.month in window:
                whole[atom] = sum(
                    about.worth.get(f"kg {one}", 0.0) for one in scopes[row["kpi_code"]]
                )
                if about.sides["carrier"] == row["carrier"]:
                    part[atom] = about.worth.get(f"kg {row['scope']} {row['gas']}", 0.0)
        share = float(row["share"])
        total = sum(one * sums.truth.amounts[atom] for atom, one in whole.items())
        yield Told(_less(part, whole, share), -5e-7 * total, 5e-7 * total, "factor_report.share")


def _whole_percents(edition: Path, district: str, sums: Sums) -> Iterator[Told]:
    """Shares of energy in whole per cent: of models in the month's, and of grades of models in a carrier's."""
    for row in rows(edition / "tables" / "energy_baselines.parquet"):
        for column, grades in (("modelled_percent", "ABCD"), ("modelled_well_percent", "AB")):
            if row["district_id"] == district and row[column] is not None:
                whole = _drawn(sums, row["month"], None)
                part = {a for a in whole if sums.truth.about[a].sides["model"] in grades}
                yield _percent(part, whole, row[column], f"energy_baselines.{column}", sums)
    for row in rows(edition / "tables" / "baseline_grades.parquet"):
        if row["district_id"] == district and row["energy_percent"] is not None:
            whole = _drawn(sums, row["month"], row["carrier"])
            part = {a for a in whole if sums.truth.about[a].sides["model"] == row["model_grade"]}
            yield _percent(
                part, whole, row["energy_percent"], "baseline_grades.energy_percent", sums
            )


def _drawn(sums: Sums, month: str, carrier: str | None) -> set[Atom]:
    """What is used in a month; of one carrier, what is drawn."""
    return {
        atom for atom, about in sums.truth.about.items()
        if about.month == month and "kWh" in about.worth and about.sides["flow"] != "export"
        and (carrier is None or (about.sides["carrier"] == carrier and about.sides["flow"] == "import"))
    }  # fmt: skip


def _percent(
    part: Iterable[Atom], whole: Iterable[Atom], percent: int, where: str, sums: Sums
) -> Told:
    total = sum(sums.truth.amounts[atom] for atom in whole)
    terms = _less(dict.fromkeys(part, 1.0), dict.fromkeys(whole, 1.0), percent / 100)
    return Told(terms, -0.005 * total, 0.005 * total, where)
