"""Page one of a quarter or a year: at most six sentences, each said only where the period's figures carry it.

Belongs here: which sentence is said when. Does not belong here: its wording (`reports/text/*/periods.yaml`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from pipelines.publishing.language import Words, capital
from pipelines.publishing.periods.figures import STATE
from pipelines.publishing.periods.reading import DistrictPeriod
from pipelines.publishing.report.document import Sentence
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

_AT_MOST = 6
_SAME = Decimal("0.05")
"""Percent below which two values are the same in print."""
_NAMED = 3
"""Measures that are named; of more the number is told."""
_OUTCOMES = ("approved", "rejected", "withdrawn")


def sentences(of: DistrictPeriod, words: Words) -> list[Sentence]:
    """The rules in order of what a council asks; the first six that apply."""
    rules: tuple[Callable[[DistrictPeriod, Words], Sentence | None], ...] = (
        energy,
        water,
        emissions,
        decisions,
        finished,
        paid,
        not_told,
    )
    said = [one for rule in rules if (one := rule(of, words))]
    return said[:_AT_MOST]


def energy(of: DistrictPeriod, words: Words) -> Sentence | None:
    """Raw and at equal weather in one sentence, with the working days."""
    row = of.row("ENE01")
    if row is None or row["reason"] == "not_collected":
        return None
    if row["value"] is None:
        months = months_said(row, words)
        reason = why_missing(row, of.declared("ENE01"), words)
        said = f" ({months})" if months else ""
        return Sentence.of(words.say("periods.energy_none", reason=reason, months=said), "ENE01")
    parts = {
        "In_period": capital(in_period(of.period, words)),
        "value": _value(row, of, words),
        "raw": _raw(row, words),
        "adjusted": _adjusted(row, words),
        "days": _days(of, words) if row["why_not_comparable"] is None else "",
    }
    if row["coverage"] is None:
        return Sentence.of(words.say("periods.energy_plain", **parts), "ENE01", "ENE02")
    share = words.the(words.share(row["coverage"]))
    return Sentence.of(words.say("periods.energy", the_share=share, **parts), "ENE01", "ENE02")


def water(of: DistrictPeriod, words: Words) -> Sentence | None:
    """Water withdrawn, against a year before."""
    row = of.row("WAT01")
    if row is None or row["value"] is None:
        return None
    text = words.say(
        "periods.water",
        In_period=capital(in_period(of.period, words)),
        value=_value(row, of, words),
        raw=_raw(row, words),
    )
    return Sentence.of(text, "WAT01")


def emissions(of: DistrictPeriod, words: Words) -> Sentence | None:
    """The twelve months to the period's end and where they stand on the path, by the rule of the monthly report."""
    return sentence("emissions", of.at_end, words)


def decisions(of: DistrictPeriod, words: Words) -> Sentence | None:
    """Decisions closed in the period by their outcome, and how many of those due were closed on time."""
    counted = Counter(str(row["outcome"]) for row in closed_in(of))
    row = of.row("GOV01")
    said = []
    if counted:
        outcomes = [
            words.say(f"periods.outcome_count.{name}", count=counted[name])
            for name in _OUTCOMES
            if counted[name]
        ]
        count = counted.total()
        said.append(words.say("periods.decisions", count=count, outcomes=words.both(outcomes)))
    if row is not None and row["denominator"]:
        done, due = (words.number(row[name]) for name in ("numerator", "denominator"))
        said.append(words.say("periods.on_time", done=done, due=due))
    return Sentence.of(" ".join(said), "GOV01") if said else None


def finished(of: DistrictPeriod, words: Words) -> Sentence | None:
    """Measures finished within the period, by name where they are few."""
    found = [str(row["name"]).replace("*", "") for row in finished_in(of)]
    if not found:
        return None
    names = words.both(
        [f"«{name}»" if words.code == "it" else f"“{name}”" for name in found[:_NAMED]]
    )
    if len(found) > _NAMED:
        names = words.say("periods.among_them", names=names)
    return Sentence.of(words.say("periods.finished", count=len(found), names=names))


def paid(of: DistrictPeriod, words: Words) -> Sentence | None:
    """What was paid within the period."""
    value = of.paid()
    if value is None or value < 0:
        return None
    return Sentence.of(
        words.say("periods.paid", value=joined(amount(value, "EUR", 0, words))), "INV07"
    )


def not_told(of: DistrictPeriod, words: Words) -> Sentence | None:
    """How many of the figures of months have none for the period."""
    count = len(untold(of))
    rows = [row for code in of.whole.reading.kpis if (row := of.row(code))]
    months = [row for row in rows if row["rule"] != STATE and row["reason"] != "not_collected"]
    return Sentence.of(words.say("periods.untold", count=count, all=len(months))) if count else None


def _value(row: Row, of: DistrictPeriod, words: Words) -> str:
    kpi = of.declared(row["kpi_code"])
    return joined(amount(row["value"], kpi["unit"], int(kpi["decimals"]), words))


def _raw(row: Row, words: Words) -> str:
    moved = percent_change(row)
    if moved is None:
        return words.say(f"periods.why_{row['why_not_comparable'] or 'missing'}")
    if abs(moved) < _SAME:
        return words.say("periods.same")
    key = "periods.down" if moved < 0 else "periods.up"
    return words.say(key, the=words.the(words.percent(abs(moved), 1)))


def _adjusted(row: Row, words: Words) -> str:
    moved = percent_change(row, "value_adjusted")
    if moved is None:
        return ""
    if abs(moved) < _SAME:
        return words.say("periods.adjusted_same")
    percent = words.percent(abs(moved), 1)
    key = "periods.adjusted_down" if moved < 0 else "periods.adjusted_up"
    return words.say(key, of=words.of(f"**{percent}**"), percent=percent)


def _days(of: DistrictPeriod, words: Words) -> str:
    now, then = of.working_days(of.period), of.working_days(of.period.before)
    if now is None or then is None:
        return ""
    key = "periods.days_same" if now == then else "periods.days"
    return words.say(key, now=now, then=then)
