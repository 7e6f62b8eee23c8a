"""Editions for each case of page one's rules: what the data are.

Belongs here: the cases of energy and emissions. Does not belong here: the rest (`cases_of_registers.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.unit.publishing.page_one.small_edition import (
    BEFORE,
    MONTH,
    Rows,
    degree_days,
    target,
    value,
    working_days,
)


@dataclass(frozen=True)
class Case:
    """What the data are, and the rule that speaks of them; `sentences.yaml` has what it is to say."""

    name: str
    rule: str
    values: Rows
    tables: dict[str, Rows] = field(default_factory=dict)


_LAST = value("ENE01", 4772.2, BEFORE, value_adjusted=4731.3, coverage=0.954)


def _now(amount: Any = 4486.0, then: Any = 4772.2, **more: Any) -> dict[str, Any]:
    past = None if then is None else float(then)
    return value("ENE01", amount, **{"previous_year": past, "coverage": 0.95, **more})


def _energy(name: str, *values: dict[str, Any], **tables: Rows) -> Case:
    return Case(name, "energy", values, tables)


_OWED = {
    "month": MONTH,
    "source_id": "curves",
    "dataset": "meter_intervals",
    "theme": "energy",
    "carrier": "electricity",
    "points_missing": 3,
    "points_expected": 11,
    "contact_name": "Distributore",
    "due_on": date(2026, 11, 1),
    "reason_code": "not_delivered",
}
ENERGY = (
    _energy(
        "fell",
        _now(value_adjusted=4490.5),
        _LAST,
        calendar=working_days(22, 23),
        degree_days=degree_days("55", "81.2"),
    ),
    _energy(
        "rose, weather known of all, same working days",
        _now(5154.0, value_adjusted=5251.7),
        _LAST,
        calendar=working_days(22, 22),
        degree_days=degree_days("1055", "981"),
    ),
    _energy(
        "rose although it fell at equal weather, in a summer month",
        _now(4888.0, value_adjusted=4584.6),
        _LAST,
        calendar=working_days(22, 23),
        degree_days=degree_days("0", "0.3"),
    ),
    _energy(
        "fell although it rose at equal weather, final",
        _now(value_adjusted=4778.6, status="final"),
        _LAST,
        calendar=working_days(22, 22),
    ),
    _energy(
        "unchanged, raw and adjusted, without a calendar",
        _now(4773.0, value_adjusted=4731.4),
        _LAST,
        degree_days=degree_days("55", "81"),
    ),
    _energy(
        "a model for a part of the energy alone",
        _now(value_adjusted=4490.5),
        _LAST,
        energy_baselines=[{"month": MONTH, "modelled_percent": 8}],
    ),
    _energy(
        "no model at all",
        _now(value_adjusted=4486.0),
        _LAST,
        energy_baselines=[{"month": MONTH, "modelled_percent": 0}],
    ),
    _energy(
        "4.8 times as much, and a thousand million",
        _now(1000000000, 210000000, coverage=1.0),
        value("ENE01", 210000000, BEFORE, coverage=1.0),
    ),
    _energy("from nothing", _now(1, 0), value("ENE01", 0, BEFORE, coverage=0.95)),
    _energy("nothing used", _now(0), _LAST),
    _energy("more fed in than drawn", _now(-12.5, coverage=0.999), _LAST),
    _energy("the first year, coverage unknown", _now(81.4, None, coverage=None)),
    _energy(
        "the figure of a year before is missing",
        _now(then=None),
        value("ENE01", None, BEFORE, reason="not_delivered"),
    ),
    _energy(
        "the figure of a year before is hidden",
        _now(then=None),
        value("ENE01", None, BEFORE, suppressed=True, reason="suppressed"),
    ),
    _energy("the boundary has changed", _now(boundary_version="2"), _LAST),
    _energy("little was read", _now(coverage=0.62), _LAST),
    _energy(
        "much more was read than a year before",
        _now(),
        {**_LAST, "coverage": value("", 0.88)["value"]},
    ),
    _energy("hidden", value("ENE01", None, suppressed=True, reason="suppressed")),
    _energy("withheld", value("ENE01", None, reason="withheld", coverage=0.11), gaps=[_OWED]),
    _energy("missing", value("ENE01", None, reason="not_delivered")),
    _energy(
        "not collected, water is", value("ENE01", None, reason="not_collected"), value("WAT01", 5)
    ),
    _energy("neither energy nor water is collected", value("ENE01", None, reason="not_collected")),
)


def _path(name: str, now: Any, asked: Any, *then: Any, **tables: Rows) -> Case:
    """Value and path of this month, and of a year before where given."""
    goal = None if asked is None else float(asked)
    values = [value("EMI11", now, target=goal, coverage=0.95), value("ENE01", 1)]
    if then:
        values.append(value("EMI11", then[0], BEFORE, target=float(then[1]), coverage=0.95))
    return Case(name, "emissions", values, {"targets": target(), **tables})


EMISSIONS = (
    _path("above, the gap halved", 9678, 9319, 10507, 9797),
    _path("the gap doubled", 9920, 9319, 10097, 9797),
    _path("the gap nearly doubled", 9904, 9319, 10100, 9797),
    _path("the gap nearly halved", 9479, 9319, 10100, 9797),
    _path("the gap grew", 9719, 9319, 10100, 9797),
    _path("the gap shrank", 9609, 9319, 10100, 9797),
    _path("below as before", 3348, 3415, 3500, 3555),
    _path("crossed upwards", 1080, 1000, 1099, 1100),
    _path("crossed downwards", 992, 1000, 1111, 1100),
    _path("on the path", 1000.2, 1000, 1111, 1100),
    _path("a path that has come to zero", 12, 0),
    _path(
        "the target is reached",
        700,
        1000,
        emission_trajectory=[{"month": MONTH, "arrival": "reached"}],
    ),
    _path("no target", 700, None, targets=[]),
    _path("declared to have none", 700, None, targets=target(None)),
    _path("the comparison is suspended", 700, None),
    Case(
        "an interval is known",
        "emissions",
        [value("EMI11", 1000, interval_low=950.0, interval_high=1050.0)],
    ),
    Case("little was read", "emissions", [value("EMI11", 1000, coverage=0.08)]),
    Case(
        "hidden where energy is told",
        "emissions",
        [value("EMI11", None, suppressed=True), value("ENE01", 5)],
    ),
    Case(
        "hidden as energy is: said once",
        "emissions",
        [value("EMI11", None, suppressed=True), value("ENE01", None, suppressed=True)],
    ),
    Case(
        "the first month",
        "emissions",
        [value("EMI11", None, reason="not_enough_months"), value("ENE01", 5)],
    ),
)
