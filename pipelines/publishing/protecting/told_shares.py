"""Shares of energy and water in what is published: coverage, what was estimated, and the KPIs that are such shares.

Belongs here: which shares are told in steps, and what goes with them. Does not belong here: the steps
(`publishing/shares.py`), shares that models have of energy (`rounded_shares.py`).

A share is told as at least a step, and exactly where it is all or nothing. What it is made of is not told beside it:
the whole less the part is one bill, where one bill was estimated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from pipelines.publishing.months import months_back
from pipelines.publishing.protecting.disclosure import Place, told_month
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.relations import Hidden
from pipelines.publishing.rows import Row
from pipelines.publishing.shares import at_least, at_most, below, steps

_AT_LEAST = "coverage"
_AT_MOST = ("estimated_share", "substituted_share", "allocated_share")
_AMOUNTS = ("expected", "present")
"""What coverage is made of."""
_EMISSIONS = "emissions"
_OF_CARRIERS = ("electricity", "natural_gas", "district_heat", "pv")
"""Themes of one carrier: beside the totals of energy and emissions the share of one bounds all others."""
_LETTERS = {_AT_LEAST: "grade_coverage", "estimated_share": "grade_estimated"}
_GRADED_BY = ("coverage", "estimated", "quarantine", "age", "factor_age", "evidence")


@dataclass(frozen=True)
class Telling:
    """Districts and months in which a share is not told at all.

    Attributes:
        factors: Of the energy that has its factors: it is the share of a hidden use.
        ages: The mean age of factors, weighed with their emissions: it is the mix of hidden uses.
        carriers: Of one carrier: a firm that knows what is missing would know the carrier, and with it the hidden rest.
    """

    factors: frozenset[Place] = frozenset()
    ages: frozenset[Place] = frozenset()
    carriers: frozenset[Place] = frozenset()


def what_tells(lines: Iterable[Row], hidden: Mapping[Place, Hidden]) -> Telling:
    """Where shares would tell what is hidden.

    Args:
        lines: Rows of `fct_emission_lines`.
        hidden: What is hidden of the figures made of uses.
    """
    some = frozenset(place for place, gone in hidden.items() if gone.keys)
    factors = set()
    ages: dict[Place, set[int]] = defaultdict(set)
    for row in lines:
        place = (row["district_id"], row["month"])
        if row["scope"] not in ("1", "2_location"):
            continue
        if row["kg_co2e"] is None and row["activity"]:
            factors.add(place)
        if row["factor_age_years"] is not None:
            ages[place].add(row["factor_age_years"])
    mixed = {place for place, told in ages.items() if len(told) > 1}
    return Telling(some & factors, some & mixed, some)


def qualities(rows: Iterable[Row], telling: Telling, limits: Limits) -> list[Row]:
    """Rows of completeness or of the parts of grades; those of registers, which have no points, as they are.

    Args:
        rows: Rows of `fct_completeness` or `fct_kpi_quality`.
        telling: What is not told at all.
        limits: The declared thresholds.
    """
    told = steps(limits.p_percent)
    return [
        _without_age(_quality(row, telling, told), telling) if row["points"] is not None else row
        for row in rows
    ]


def _without_age(row: Row, telling: Telling) -> Row:
    """The mean age is that of the month also beside figures of twelve; its letter stays."""
    place = (row["district_id"], row.get("shown_month") or told_month(row))
    return {**row, "factor_age_years": None} if place in telling.ages else row


def without_amounts(schema: pa.Schema) -> pa.Schema:
    """A schema without the amounts that a coverage is made of."""
    return pa.schema([each for each in schema if each.name not in _AMOUNTS])


def _quality(row: Row, telling: Telling, told: tuple[Decimal, ...]) -> Row:
    shares: Row = {name: _told(row[name], at_most, told) for name in _AT_MOST}
    shares[_AT_LEAST] = _told(row[_AT_LEAST], at_least, told)
    gone = set(_untold(row, telling))
    if not gone:
        return {**row, **shares}
    letters = {_LETTERS[name]: None for name in gone if name in _LETTERS}
    told_row = {**row, **shares, **dict.fromkeys(gone), **letters}
    return {**told_row, "grade": _grade(told_row), "reason": row["reason"] or "suppressed"}


def _untold(row: Row, telling: Telling) -> Iterator[str]:
    """Shares of a row that would tell a hidden use; all and nothing tell none."""
    if row["theme"] == _EMISSIONS and _any(row, telling.factors):
        yield _AT_LEAST
    if row["theme"] in _OF_CARRIERS and _any(row, telling.carriers):
        yield from (name for name in (_AT_LEAST, *_AT_MOST) if row[name] not in (None, 0, 1))


def _any(row: Row, places: Collection[Place]) -> bool:
    """Whether any month that a row speaks of is one of these."""
    last = row.get("shown_month") or told_month(row)
    window = months_back(last, 12) if row.get("period") == "rolling_12" else (last,)
    return any((row["district_id"], month) in places for month in window)


def _grade(row: Row) -> str | None:
    """The whole grade, but where only what is not told can be its reason; an E shows in the figures' grey anyway."""
    told = {row[f"grade_{part}"] for part in _GRADED_BY}
    return row["grade"] if row["grade"] in {*told, "E"} else None


def _told(
    share: Decimal | None,
    side: Callable[[Decimal, tuple[Decimal, ...]], Decimal],
    told: tuple[Decimal, ...],
) -> Decimal | None:
    return None if share is None else side(share, told)


def figures(
    values: Sequence[Row],
    kpis: Iterable[Row],
    qualities: Iterable[Row],
    telling: Telling,
    limits: Limits,
) -> list[Row]:
    """KPI values with their coverage in steps, and in steps themselves where they are declared so.

    Args:
        values: KPI values as they may be read otherwise.
        kpis: Rows of `declared/kpis`.
        qualities: Rows of `fct_kpi_quality`: metered themes have points.
        telling: What is not told at all.
        limits: The declared thresholds.
    """
    told = steps(limits.p_percent)
    qualities = list(qualities)
    metered = {row["theme"] for row in qualities if row["points"] is not None}
    parts = {
        (row["district_id"], row["month"], row["kpi_code"]): _quality(row, telling, told)
        for row in qualities
        if row["points"] is not None
    }
    declared = {str(kpi["code"]): kpi for kpi in kpis}
    return [
        _figure(
            row,
            declared[row["kpi_code"]],
            parts.get((row["district_id"], row["month"], row["kpi_code"])),
            metered,
            told,
        )
        for row in values
    ]


def _figure(
    row: Row, kpi: Row, part: Row | None, metered: Collection[str], told: tuple[Decimal, ...]
) -> Row:
    row = {**row, "value_below": None}
    if part is not None:
        row["coverage"] = part["coverage"]
        row["grade"] = row["grade"] if part["grade"] is not None else None
    elif kpi["completeness"] in metered:
        row["coverage"] = None  # of what meters tell nothing is told that was not looked at
    if not kpi.get("disclosure_in_steps"):
        return row
    # A value that is not due yet has its parts too, and the whole is a use like any other.
    row |= {"numerator": None, "denominator": None}
    if row["value"] is None:
        return row
    return {**row, **_in_steps(row, Decimal(kpi["scale"]), told)}


def _in_steps(row: Row, scale: Decimal, told: tuple[Decimal, ...]) -> Row:
    step = at_least(row["value"] / scale, told)
    value, ends = step * scale, (0 * scale, scale)
    if row["value"] == 0 or step == 1:
        before = row["previous_year"] if row["previous_year"] in ends else None
        return {"value": value, "previous_year": before}
    reached = row["target"] is not None and value >= row["target"]
    return {
        "value": value,
        "value_below": below(step, told) * scale,
        "previous_year": None,
        # Whether a target within a step is reached is one thing more that the step does not tell.
        "gap": None,
        "signal": "green" if reached else "none" if row["target"] is None else "grey",
    }
