"""Facts of page one of a quarter or a year: what holds of the period's figures, and what is printed.

Belongs here: facts. Does not belong here: which sentence follows (`reports/period_page_one.yaml`), its wording
(`reports/text/*/periods.yaml`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from pipelines.publishing.language import Words, capital, rounded
from pipelines.publishing.periods.figures import STATE
from pipelines.publishing.periods.reading import DistrictPeriod
from pipelines.publishing.report.document import Sentence
from pipelines.publishing.report.page_one.rules import Facts, declared, said
from pipelines.publishing.report.page_one.said import sentence
from pipelines.publishing.report.sections.figures import amount, joined, why_missing
from pipelines.publishing.report.sections.period_figures import (
    in_period,
    months_said,
    percent_change,
    untold,
)
from pipelines.publishing.report.sections.period_registers import closed_in, finished_in
from pipelines.publishing.rows import Row
from pipelines.settings import checkout

_SAME = Decimal("0.05")
"""Percent below which two values are the same in print."""
_ALL = 100
_NAMED = 3
"""Measures that are named; of more the number is told."""
_OUTCOMES = ("approved", "rejected", "withdrawn")
_NOTHING = Facts({"asked": False, "value": False}, {})


def sentences(of: DistrictPeriod, words: Words) -> list[Sentence]:
    """The first of the declared rules that have something to say, as many as page one holds."""
    rules = declared(checkout() / "reports" / "period_page_one.yaml")
    found = [
        one
        for rule in rules.rules
        if (
            one := said(rule, FACTS[rule.rule](of, words), words, "periods")
            if rule.cases
            else sentence(rule.rule, of.at_end, words)
        )
    ]
    return found[: rules.at_most]


def energy(of: DistrictPeriod, words: Words) -> Facts:
    """Energy of the period, raw and at equal weather, and its working days."""
    row = of.row("ENE01")
    if row is None or row["reason"] == "not_collected":
        return _NOTHING
    moved, adjusted = percent_change(row), percent_change(row, "value_adjusted")
    now, then = of.working_days(of.period), of.working_days(of.period.before)
    percent = words.percent(abs(adjusted or Decimal(0)), 1)
    months = months_said(row, words)
    known = {
        **_compared(row, moved),
        "asked": True,
        "coverage known": row["coverage"] is not None,
        "adjusted known": adjusted is not None,
        "adjusted unchanged": adjusted is not None and abs(adjusted) < _SAME,
        "adjusted fell": adjusted is not None and adjusted < 0,
        "days known": now is not None and then is not None,
        "days alike": now == then,
        "months named": bool(months),
    }
    printed = {
        **_printed(row, moved, of, words),
        "of": words.of(f"**{percent}**"),
        "percent": percent,
        "now": now,
        "then": then,
        "reason": why_missing(row, of.declared("ENE01"), words),
        "months": months,
    }
    return Facts(known, printed)


def water(of: DistrictPeriod, words: Words) -> Facts:
    """Water withdrawn."""
    row = of.row("WAT01")
    if row is None:
        return _NOTHING
    moved = percent_change(row)
    return Facts(_compared(row, moved), _printed(row, moved, of, words))


def decisions(of: DistrictPeriod, words: Words) -> Facts:
    """Decisions closed in the period by their outcome, and how many of those due were closed on time."""
    counted = Counter(str(row["outcome"]) for row in closed_in(of))
    row = of.row("GOV01")
    due = row["denominator"] if row is not None else None
    done = row["numerator"] if row is not None else None
    outcomes = [
        words.say(f"periods.outcome_count.{name}", count=counted[name])
        for name in _OUTCOMES
        if counted[name]
    ]
    return Facts(
        {"taken": bool(outcomes), "due": bool(due)},
        {
            "count": counted.total(),
            "outcomes": words.both(outcomes) if outcomes else "",
            "done": words.number(done or 0),
            "due": words.number(due or 0),
        },
    )


def finished(of: DistrictPeriod, words: Words) -> Facts:
    """Measures finished within the period, by name where they are few."""
    marks = "«{}»" if words.code == "it" else "“{}”"
    found = [marks.format(str(row["name"]).replace("*", "")) for row in finished_in(of)]
    return Facts(
        {"finished": bool(found), "many": len(found) > _NAMED},
        {"count": len(found), "names": words.both(found[:_NAMED]) if found else ""},
    )


def paid(of: DistrictPeriod, words: Words) -> Facts:
    """What was paid within the period."""
    value = of.paid()
    return Facts(
        {"paid": value is not None and value >= 0},
        {"value": joined(amount(value or Decimal(0), "EUR", 0, words))},
    )


def not_told(of: DistrictPeriod, words: Words) -> Facts:  # noqa: ARG001 - facts share one form
    """How many of the figures of months have none for the period."""
    count = len(untold(of))
    rows = [row for code in of.whole.reading.kpis if (row := of.row(code))]
    months = [row for row in rows if row["rule"] != STATE and row["reason"] != "not_collected"]
    return Facts({"untold": bool(count)}, {"count": count, "all": len(months)})


FACTS: dict[str, Callable[[DistrictPeriod, Words], Facts]] = {
    "energy": energy,
    "water": water,
    "decisions": decisions,
    "finished": finished,
    "paid": paid,
    "untold": not_told,
}
"""Who finds the facts of each rule."""


def _compared(row: Row, moved: Decimal | None) -> dict[str, bool]:
    why = row["why_not_comparable"]
    return {
        "value": row["value"] is not None,
        "compared": moved is not None,
        "boundary changed": why == "boundary",
        "little read": why == "coverage",
        "read otherwise": why == "coverage_differs",
        "unchanged": moved is not None and abs(moved) < _SAME,
        "fell": moved is not None and moved < 0,
    }


def _read(coverage: Decimal, words: Words) -> str:
    """The least that was read in a month; what rounds to all is not called «at least»."""
    if rounded(coverage * 100, 0) == _ALL:
        return words.say("periods.read_whole")
    return words.say("periods.read_least", the_share=words.the(words.share(coverage)))


def _printed(
    row: Row, moved: Decimal | None, of: DistrictPeriod, words: Words
) -> dict[str, object]:
    kpi, value = of.declared(row["kpi_code"]), row["value"] or Decimal(0)
    return {
        "In_period": capital(in_period(of.period, words)),
        "value": joined(amount(value, kpi["unit"], int(kpi["decimals"]), words)),
        "read": _read(row["coverage"] or Decimal(0), words),
        "the": words.the(words.percent(abs(moved or Decimal(0)), 1)),
    }
