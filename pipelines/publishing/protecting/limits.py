"""When a figure is too close to one firm or one household to be published.

Belongs here: the primary rules of protection, each a pure function of who contributed. Does not belong here:
what a suppression drags along (`disclosure.py`, `matrix.py`).

The rules (thresholds are declared): firms are at least three *and* the p %-rule holds; households are at least
fifteen and none above 15 %; a survey has a base of ten and no cell between one and four.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Limits:
    """The declared thresholds of disclosure control."""

    p_percent: Decimal = Decimal(25)
    minimum_firms: int = 3
    household_minimum: int = 15
    household_largest_share: Decimal = Decimal("0.15")
    survey_base: int = 10
    survey_cell: int = 5

    @classmethod
    def declared(cls, thresholds: Iterable[Mapping[str, Any]]) -> Limits:
        """Limits from `declared/thresholds`; a threshold that is not declared keeps the domain's value."""
        named = {str(row["name"]): Decimal(row["value"]) for row in thresholds}
        usual = cls()
        return cls(
            p_percent=named.get("p_percent", usual.p_percent),
            minimum_firms=int(named.get("minimum_firms", Decimal(usual.minimum_firms))),
            household_minimum=int(named.get("household_minimum", Decimal(usual.household_minimum))),
            household_largest_share=named.get(
                "household_largest_share", usual.household_largest_share
            ),
            survey_base=int(named.get("survey_base", Decimal(usual.survey_base))),
            survey_cell=int(named.get("survey_cell", Decimal(usual.survey_cell))),
        )


@dataclass(frozen=True)
class Contributors:
    """Who made a total: protected holders of one kind, as company groups or households, zeros not counted.

    `total` is of all holders, also the public ones, whose part counts as rest. Amounts are absolute.
    """

    kind: str
    count: int
    largest: Decimal
    second: Decimal
    total: Decimal


SIGNED = "signed"
"""Kind of a firm that agreed with its city: to it no stranger, and so neither protected nor a cover for others."""


def contributors_among(amounts: Mapping[tuple[str, str], Decimal]) -> list[Contributors]:
    """Firms and households among holders, by kind and group; public ones count in the total alone."""
    total = sum((amount for (kind, _), amount in amounts.items() if kind != SIGNED), Decimal(0))
    found = []
    for kind in ("firm", "household"):
        largest = sorted((v for (k, _), v in amounts.items() if k == kind and v > 0), reverse=True)
        if largest:
            first, second = largest[0], largest[1] if len(largest) > 1 else Decimal(0)
            found.append(Contributors(kind, len(largest), first, second, total))
    return found


def firms_sensitive(who: Contributors, limits: Limits) -> bool:
    """Too few firms, or the second could work out the first to within p %.

    Sensitive when `total − largest − second < p/100 · largest`: what the second cannot see is too small a
    cover for the largest.
    """
    if who.count == 0:
        return False
    return who.count < limits.minimum_firms or dominated(who, limits)


def dominated(who: Contributors, limits: Limits) -> bool:
    """The p %-rule alone: the second firm could work out the first from the total, however many there are."""
    rest = who.total - who.largest - who.second
    return who.count > 0 and rest < limits.p_percent / 100 * who.largest


def households_sensitive(who: Contributors, limits: Limits) -> bool:
    """Fewer than fifteen households, or one above 15 % of the total."""
    if who.count == 0:
        return False
    if who.count < limits.household_minimum:
        return True
    return who.largest > limits.household_largest_share * who.total


def sensitive(who: Iterable[Contributors], limits: Limits) -> bool:
    """Every kind of protected holder is tested by its own rule; one that fails is enough."""
    return any(
        households_sensitive(each, limits)
        if each.kind == "household"
        else firms_sensitive(each, limits)
        for each in who
    )


def survey_sensitive(base: Decimal | None, cells: Iterable[Decimal], limits: Limits) -> bool:
    """Fewer than ten answers (or nobody knows how many), or a cell of one to four people."""
    if base is None or base < limits.survey_base:
        return True
    return any(0 < cell < limits.survey_cell for cell in cells)
