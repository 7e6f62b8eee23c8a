"""Cases of carriers, money, decisions, missing readings and inclusion.

Belongs here: what the data are. Does not belong here: energy and emissions
(`cases.py`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.publishing.months import months_back
from tests.unit.publishing.page_one.cases import Case
from tests.unit.publishing.page_one.small_edition import BEFORE, MONTH, Rows, value


def _carriers(**yearly: tuple[float, float]) -> Rows:
    """Twelve months of each carrier, this year and the year before."""
    return [
        {
            "month": month,
            "carrier": carrier,
            "sector": "all",
            "tco2e": Decimal(str(amount)) / 12,
            "reason": None,
        }
        for carrier, years in yearly.items()
        for amount, end in zip(years, (MONTH, BEFORE), strict=True)
        for month in months_back(end, 12)
    ]


def _movers(name: str, **yearly: tuple[float, float]) -> Case:
    return Case(name, "movers", [], {"emissions_by_carrier_sector": _carriers(**yearly)})


MOVERS = (
    _movers("both fell", natural_gas=(600, 660), electricity=(400, 408)),
    _movers("both rose", natural_gas=(600, 540), electricity=(400, 399)),
    _movers("both the same", natural_gas=(600, 600.2), electricity=(400, 400)),
    _movers("one the same, one fell", natural_gas=(600, 600.2), electricity=(400, 420)),
    _movers("one fell, one rose", natural_gas=(600, 610), electricity=(400, 380)),
    _movers("one rose, one the same", natural_gas=(600, 590), electricity=(400, 400)),
    _movers(
        "a credit among them: a share would say nothing",
        natural_gas=(600, 590),
        electricity=(-400, 400),
    ),
    _movers("one carrier alone", natural_gas=(600, 590)),
)


def _money(name: str, paid: Any, committed: Any, planned: Any = None) -> Case:
    row = {
        "month": MONTH,
        "committed_eur": None if committed is None else Decimal(committed),
        "planned_paid_eur": None if planned is None else Decimal(planned),
    }
    return Case(name, "money", [value("INV07", paid)], {"investment_monthly": [row]})


MONEY = (
    _money("behind the plan", 12000000, 14400000, 12800000),
    _money("as planned", 5110000, 8100000, 5130000),
    _money("small sums and no plan", 850, 11000),
    _money("thousands of a million", 450000, 1000000),
    _money("nothing paid, and nothing planned", 0, 2000000, 0),
    _money("nothing paid, something planned", 0, 2000000, 300000),
    _money("all paid", 8000000, 8000000),
    _money("one million, all paid", 1000000, 1000000),
    _money("more paid than committed", 3000000, 2000000),
    _money("nothing committed", 0, 0),
    _money("a thousand million", 999900000, 1000000000),
)


def _decisions(name: str, done: int, due: int, *days: date, **more: Any) -> Case:
    said = {"numerator": float(done), "denominator": float(due)}
    rows = [
        {"title": f"T{n}", "due_on": day, "closed_on": None, "raised_on": date(2026, 1, 1)}
        for n, day in enumerate(days)
    ]
    one = value("GOV01", None, **{"reason": "few_cases", **said, **more})
    return Case(name, "decisions", [one], {"decisions": rows} if rows else {})


def _november(*days: int) -> list[date]:
    return [date(2026, 11, day) for day in days]


DECISIONS = (
    _decisions("some on time, one open", 5, 6, *_november(30)),
    _decisions("all, more open", 3, 3, *_november(11, 20)),
    _decisions("both, one overdue since the first", 2, 2, *_november(1)),
    _decisions("the only one, one of two overdue", 1, 1, *_november(8, 20)),
    _decisions("the only one missed, two of three overdue", 0, 1, *_november(6, 8, 20)),
    _decisions("everything late", 0, 4, *_november(6, 8)),
    _decisions("none due, nothing open", 0, 0, reason="zero_denominator"),
    _decisions("many", 12, 12),
    _decisions("hidden", 3, 3, suppressed=True),
)


def _gap(missing: int, expected: int, **more: Any) -> dict[str, Any]:
    return {
        "month": MONTH,
        "source_id": "water",
        "dataset": "meter_registers",
        "theme": "water",
        "carrier": None,
        "points_missing": missing,
        "points_expected": expected,
        "contact_name": "Gestore idrico",
        "due_on": date(2026, 11, 21),
        "reason_code": "not_delivered",
        **more,
    }


def _coverage(name: str, share: str, *gaps: dict[str, Any], **more: Any) -> Case:
    row = {"month": MONTH, "theme": "water", "coverage": Decimal(share), "reason": None, **more}
    return Case(name, "coverage", [], {"completeness": [row], "gaps": list(gaps)})


_NEVER: dict[str, Any] = {"source_id": None, "dataset": "metering_points"}
_ALSO_BEFORE: dict[str, Any] = {"month": "2026-09", "due_on": date(2026, 10, 21)}
COVERAGE = (
    _coverage("some of it, this month", "0.74", _gap(41, 156)),
    _coverage(
        "one since September", "0.08", _gap(1, 2), _gap(1, 2, **_ALSO_BEFORE), reason="withheld"
    ),
    _coverage("all of it, this month", "0", _gap(8, 8)),
    _coverage("both of them since September", "0", _gap(2, 2), _gap(2, 2, **_ALSO_BEFORE)),
    _coverage("the only one", "0", _gap(1, 1)),
    _coverage("never heard of", "0.5", _gap(3, 6, **_NEVER)),
    _coverage("what came makes no figure", "0.5", _gap(2, 4, reason_code="reading_lower")),
    _coverage("enough", "0.81", _gap(2, 4)),
)


def _inclusion(name: str, amount: Any, **more: Any) -> Case:
    return Case(name, "inclusion", [value("DEM03", amount, **more)])


INCLUSION = (
    _inclusion(
        "of June, below its target",
        56.5,
        interval_low=51.7,
        interval_high=61.3,
        target=60.0,
        period_end=date(2026, 7, 1),
    ),
    _inclusion("of this month, target met", 60, target=60.0),
    _inclusion("too few answers", None, reason="suppressed", suppressed=True),
)
OTHERS = (*MOVERS, *MONEY, *DECISIONS, *COVERAGE, *INCLUSION)
