"""An attacker: everything that editions publish of a district's uses as equations, and how far they close in on a sum.

Belongs here: what follows from published files, public factors and the fact that nobody uses less than nothing. Does
not belong here: the product's own idea of what follows (`protecting/relations.py`): nothing is taken from it.

The attacker is strong: it knows which carriers, sectors and flows there are, every factor and the data quality of every
line, and of a published amount that is the sum of whole carriers, sectors or flows it guesses that it is that sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from scipy.optimize import linprog

Row = dict[str, Any]
Use = tuple[str, str, str, str]
"""Month, carrier, sector and flow."""
Terms = dict[Use, float]
Known = tuple[Terms, float, float]
"""A sum of uses, what it is published to be, and half the last digit of that."""
_SCOPES = {"EMI01": ("1",), "EMI02": ("2_location",), "EMI05": ("1", "2_location"),
           "EMI11": ("1", "2_location"), "EMI12": ("1", "2_location"), "EMI03": ("2_market",)}  # fmt: skip
_YEARLY = ("EMI03", "EMI11", "EMI12", "ENE14", "ENE16", "ENE17")


def rows(path: Path) -> list[Row]:
    """Rows of one Parquet file."""
    return pq.read_table(path).to_pylist()  # type: ignore[no-any-return]


def year_to(month: str, count: int = 12) -> list[str]:
    """Months that end with one."""
    last = int(month[:4]) * 12 + int(month[5:]) - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(last - count + 1, last + 1)]


@dataclass
class Truth:
    """What is true and not public: the uses of a district, and per kWh what each line emits."""

    uses: dict[Use, float] = field(default_factory=lambda: defaultdict(float))
    per_kwh: dict[tuple[Use, str], float] = field(default_factory=lambda: defaultdict(float))
    quality: dict[Use, float] = field(default_factory=lambda: defaultdict(float))
    hourly: dict[str, float] = field(default_factory=dict)


def truth_of(marts: Path, district: str) -> Truth:
    """The uses of one district, from the internal marts."""
    found = Truth()
    for row in rows(marts / "fct_energy_by_carrier_sector.parquet"):
        if row["district_id"] == district and row["adds_to_total"] and row["energy_kwh"]:
            use = (row["month"], row["carrier"], row["sector"], row["flow"])
            found.uses[use] += float(row["energy_kwh"])
    for row in rows(marts / "fct_emission_lines.parquet"):
        use = (row["month"], row["carrier"], row["sector"], "import")
        if row["district_id"] != district or row["kg_co2e"] is None or use not in found.uses:
            continue
        if not row["biogenic"]:
            each = float(row["kg_co2e"]) / found.uses[use]
            found.per_kwh[use, row["scope"]] += each
            if row["scope"] in ("1", "2_location"):
                found.quality[use] += each * float(row["data_quality"])
    for row in rows(marts / "fct_energy_monthly.parquet"):
        if row["district_id"] == district and row["interval_metered_kwh"]:
            found.hourly[row["month"]] = float(row["interval_metered_kwh"])
    return found


def equations(edition: Path, district: str, truth: Truth) -> Iterator[Known]:
    """Every published figure that is a sum of uses, as terms and what they add up to."""
    yield from _cells(edition, district, truth)
    for row in rows(edition / "kpi_values.parquet"):
        if row["district_id"] != district:
            continue
        last = (
            f"{row['period_end'] - timedelta(days=1):%Y-%m}" if row["period_end"] else row["month"]
        )
        window = year_to(last) if row["kpi_code"] in _YEARLY else [last]
        yield from _figure(row, row["value"], window, truth)
        if row["previous_year"] is not None:
            before = [f"{int(month[:4]) - 1}{month[4:]}" for month in window]
            yield from _figure({**row, "numerator": None, "denominator": None},
                               row["previous_year"], before, truth)  # fmt: skip
        for name in ("numerator", "denominator"):
            yield from _guessed(row[name], [row["month"]], truth)
    for name, columns in (
        ("completeness", ("expected", "present")),
        ("energy_baselines", ("saving_kwh", "cumulated_saving_kwh")),
    ):
        for row in rows(edition / "tables" / f"{name}.parquet"):
            if row["district_id"] == district:
                for column in columns:
                    yield from _guessed(row[column], [row["month"]], truth)


def _cells(edition: Path, district: str, truth: Truth) -> Iterator[Known]:
    for name, column in (("energy", "energy_kwh"), ("emissions", "tco2e")):
        for row in rows(edition / "tables" / f"{name}_by_carrier_sector.parquet"):
            if row["district_id"] != district or row[column] is None:
                continue
            chosen = _chosen(truth, [row["month"]], row["carrier"], row["sector"])
            if name == "energy":
                yield dict.fromkeys(chosen, 1.0), float(row[column]), 5e-7
            else:
                yield _emitted(truth, chosen, ("1", "2_location")), float(row[column]) * 1000, 5e-4
    for row in rows(edition / "tables" / "inventory_views.parquet"):
        if row["district_id"] != district or row["value"] is None or row["row"] != "total":
            continue
        # The total over carriers and sectors of twelve months, where there is one.
        if row["column"] == "total" and row["view"] == "nzc_a11":
            yield (
                dict.fromkeys(_chosen(truth, year_to(row["month"])), 1.0),
                float(row["value"]) * 1000,
                1e-3,
            )


def _figure(row: Row, value: Any, window: list[str], truth: Truth) -> Iterator[Known]:
    code = row["kpi_code"]
    if value is None:
        return
    everything = dict.fromkeys(_chosen(truth, window), 1.0)
    number = float(value)
    if code == "ENE01":
        yield everything, number * 1000, 1e-6
    elif code in ("EMI01", "EMI02", "EMI03", "EMI05", "EMI11"):
        yield _emitted(truth, everything, _SCOPES[code]), number * 1000, 1e-6
    elif code == "EMI06" and row["denominator"] and row["numerator"] is not None:
        emitted = float(row["denominator"]) - float(row["numerator"])
        of_year = _chosen(truth, year_to(row["month"]))
        yield _emitted(truth, of_year, _SCOPES["EMI11"]), emitted * 1000, 1e-6
    elif code in ("ENE17", "EMI12") and row["numerator"] is not None:
        terms = everything if code == "ENE17" else _emitted(truth, everything, _SCOPES[code])
        yield terms, float(row["numerator"]) * (1 if code == "ENE17" else 1000), 1e-6
    else:
        yield from _share(code, number, window, truth)


def _share(code: str, number: float, window: list[str], truth: Truth) -> Iterator[Known]:
    everything = _chosen(truth, window)
    part: set[Use] | None = None
    if code == "ENE07":
        part = _chosen(truth, window, flow="self_consumed")
    elif code == "ENE14":
        part = _chosen(truth, window, "electricity")
    elif code == "ENE16":
        hourly = sum(truth.hourly.get(month, 0.0) for month in window)
        part = next((s for s, total in _sums(truth, window) if _same(total, hourly)), None)
    elif code == "EMI10":
        emitted = _emitted(truth, everything, ("1", "2_location"))
        half = 1e-9 * sum(one * truth.uses[use] for use, one in emitted.items())
        yield {use: truth.quality[use] - number * one for use, one in emitted.items()}, 0.0, half
    if part is not None:
        yield (
            {use: 100 * (use in part) - number for use in everything},
            0.0,
            1e-9 * sum(truth.uses[use] for use in everything),
        )


def _guessed(amount: Any, window: list[str], truth: Truth) -> Iterator[Known]:
    """An amount that is the sum of whole carriers, sectors or flows."""
    if amount:
        for part, total in _sums(truth, window):
            if _same(total, float(amount)):
                yield dict.fromkeys(part, 1.0), float(amount), 1e-6
                return


def _sums(truth: Truth, window: list[str]) -> Iterator[tuple[set[Use], float]]:
    uses = _chosen(truth, window)
    sides = [("all", *sorted({use[side] for use in uses})) for side in (1, 2, 3)]
    for carrier, sector, flow in product(*sides):
        part = _chosen(truth, window, carrier, sector, flow)
        if part:
            yield part, sum(truth.uses[use] for use in part)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def _chosen(
    truth: Truth,
    months: Iterable[str],
    carrier: str = "all",
    sector: str = "all",
    flow: str = "all",
) -> set[Use]:
    wanted = set(months)
    return {
        use
        for use in truth.uses
        if use[0] in wanted
        and all(
            want in ("all", has) for want, has in zip((carrier, sector, flow), use[1:], strict=True)
        )
    }


def _emitted(truth: Truth, uses: Iterable[Use], scopes: tuple[str, ...]) -> Terms:
    return {use: sum(truth.per_kwh.get((use, scope), 0.0) for scope in scopes) for use in uses}


def how_far_apart(
    known: list[Known],
    truth: Mapping[Any, float],
    target: Iterable[Any],
) -> float:
    """How far apart the values lie that a hidden sum could have, as a share of its true value."""
    names = list(truth)
    size = np.array([truth[name] for name in names])
    place = {name: number for number, name in enumerate(names)}
    lines = {}
    for terms, total, half in known:
        line = np.zeros(len(names))
        for name, one in terms.items():
            if name in place:
                line[place[name]] = one * size[place[name]]
        largest = abs(line).max(initial=0.0)
        if largest > 0:
            lines[tuple(np.round(line / largest, 9))] = (
                line / largest,
                total / largest,
                max(half / largest, 1e-6),
            )
    matrix = np.array([line for line, _, _ in lines.values()])
    right = np.array([total for _, total, _ in lines.values()])
    slack = np.array([half for _, _, half in lines.values()])
    upper, limit = np.vstack([matrix, -matrix]), np.concatenate([right + slack, slack - right])
    aim = np.zeros(len(names))
    for name in target:
        aim[place[name]] = size[place[name]]
    ends = []
    for sign in (1, -1):
        solved = linprog(sign * aim / aim.sum(), A_ub=upper, b_ub=limit, method="highs")
        if solved.status == 3:
            return float("inf")
        assert solved.status == 0, f"what is published contradicts itself: {solved.message}"
        ends.append(sign * solved.fun)
    return float(ends[1] - ends[0])
