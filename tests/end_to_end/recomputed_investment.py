"""Terms of the KPIs of money and measures, worked out again from the raw registers, and who stands behind them.

Belongs here: sums over projects and over the ledger of measures. Does not belong here: what a measure saves
(`recomputed_measures.py`), how terms become a figure (`recomputed_kpis.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sample.deliver import MONTHS
from tests.end_to_end.recomputed import ACTIVE, Flow, Project, Recomputed
from tests.end_to_end.recomputed_measures import Measure, measures_of, yearly_cost

Terms = tuple[Decimal | None, Decimal | None]


def money(
    of: Recomputed, month: str, amount: Callable[[Project], Decimal | None]
) -> Decimal | None:
    """A sum over the projects that count and tell it."""
    told = [
        said
        for project in of.projects(month)
        if project.status != "revocato" and (said := amount(project)) is not None
    ]
    return sum(told, Decimal(0)) if told else None


def planned(project: Project) -> Decimal | None:
    """The cost of an active project."""
    return project.capex if project.status in ACTIVE else None


def tells_a_firm(
    of: Recomputed, month: str, amount: Callable[[Project], Decimal | None], *, covered: bool
) -> bool:
    """Whether the second firm could tell what the first invests to within 25 %.

    A share has public money as cover; a sum has none, for what public bodies pay is known, and needs three firms.
    """
    told = [
        (one.of_a_firm, amount(one) or Decimal(0))
        for one in of.projects(month)
        if one.status != "revocato"
    ]
    firms = sorted((euro for private, euro in told if private and euro), reverse=True)
    if not firms:
        return False
    total = sum((euro for _, euro in told), Decimal(0)) if covered else sum(firms, Decimal(0))
    few = not covered and len(firms) < 3
    return few or total - sum(firms[:2], Decimal(0)) < firms[0] / 4


def may_tell_a_firm(of: Recomputed, month: str) -> bool:
    """Whether a figure of projects may have to go because a firm invests, now or later: months tell each other."""
    return any(one.of_a_firm for each in (month, MONTHS[-1]) for one in of.projects(each))


def uncovered(project: Project) -> Decimal | None:
    """What an active project lacks, where it tells cost and grant."""
    if project.status not in ACTIVE or project.capex is None or project.funded is None:
        return None
    return max(project.capex - project.funded, Decimal(0))


def private(of: Recomputed, month: str) -> list[Flow]:
    """Each project that tells who pays stands for one who does."""
    return [
        Flow(one.code, True, "", "private", one.private)
        for one in of.projects(month)
        if one.status != "revocato" and one.private is not None and one.public is not None
    ]


def aligned(of: Recomputed, month: str) -> Terms:
    """Where nobody assessed any project there is no share."""
    counted = [one for one in of.projects(month) if one.status != "revocato"]
    aligned = money(of, month, lambda one: one.capex if one.aligned else Decimal(0))
    known = aligned if any(one.assessed for one in counted) else None
    return known, money(of, month, lambda one: one.capex)


def _with_abatement(of: Recomputed, month: str) -> list[tuple[Measure, Decimal]]:
    known = measures_of(of).abatement(month)
    return [(one, known[one.code]) for one in measures_of(of).ledger(month) if one.code in known]


def cost_of_a_tonne(of: Recomputed, month: str) -> Terms:
    """Yearly cost of the ledger and what it avoids in a year, of measures with both."""
    told = _with_abatement(of, month)
    avoided = sum((tonnes for _, tonnes in told), Decimal(0))
    cost = sum((yearly_cost(one) for one, _ in told), Decimal(0))
    return (cost if told else None), (avoided if avoided > 0 else None)


def payback(of: Recomputed, month: str) -> Terms:
    """Capital of the measures that lower what is paid, and by how much a year."""
    told = [one for one in measures_of(of).ledger(month) if one.running < 0]
    capital, saved = (
        sum(part, Decimal(0)) for part in ([o.capex for o in told], [-o.running for o in told])
    )
    return (capital, saved) if told else (None, None)


def who_pays_measures(of: Recomputed, month: str) -> list[Flow]:
    """Holders of the points of each measure in equal parts, without public ones, who are no cover for a firm."""
    found = []
    for one, _ in _with_abatement(of, month):
        parts = [part for part in measures_of(of).parts(month) if part.measure.code == one.code]
        holders = {_holder(of, part.point, one.code) for part in parts}
        found += [
            Flow(who, firm, "", "cost", one.capex / len(holders)) for who, firm in holders if firm
        ]
    return found


def some_measures_are_of_firms(of: Recomputed, month: str) -> bool:
    """Whether a figure over measures may have to go because firms have some, now or later: months tell each other."""
    return any(
        _holder(of, part.point, part.measure.code)[1]
        for each in (month, MONTHS[-1])
        for part in measures_of(of).parts(each)
    )


def _holder(of: Recomputed, point: str | None, code: str) -> tuple[str, bool]:
    """Who holds a point; a measure that acts on none is somebody's."""
    row = of.points.get(point or "")
    return (code, True) if row is None else (row["Titolare"], row["Tipo titolare"] == "impresa")
