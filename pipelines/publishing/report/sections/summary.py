"""Page one: at most six sentences, each said only where the data carry it.

Belongs here: which sentence is said when. Does not belong here: its wording (`reports/text/*/summary.yaml`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Section, Sentence, Sentences, Table
from pipelines.publishing.report.sections.boxes import revised_and_missing
from pipelines.publishing.report.sections.carbon_sentences import emissions, energy, movers
from pipelines.publishing.report.sections.figures import there
from pipelines.publishing.report.sections.gaps import UNHEARD, UNREADABLE, due, gaps, meters, since
from pipelines.publishing.report.sections.kpi_tables import kpi_table
from pipelines.publishing.report.sections.lead_chart import lead_chart
from pipelines.publishing.report.sections.levers import open_decisions, overdue
from pipelines.publishing.report.sections.tiles import headline, tiles
from pipelines.publishing.rows import Row

AT_MOST = 6
_KNOWN = 4
"""Rows with which page one of a district without energy figures still fits a page."""


def summary(read: DistrictReading, words: Words) -> Section:
    """The first section: sentences, headline tiles, one chart, what was revised, what is missing."""
    chart = lead_chart(read, words)
    known = already_known(read, words) if read.value("EMI11") is None else None
    return Section(
        "summary",
        words.say("summary.title"),
        (
            Sentences(tuple(sentences(read, words)), ordered=True),
            tiles(read, words),
            *([chart] if chart else []),
            *([known] if known else []),
            revised_and_missing(read, words),
        ),
    )


def already_known(read: DistrictReading, words: Words) -> Table | None:
    """Where emissions cannot be shown yet: what can be read today besides the headline figures."""
    shown = headline(read)
    codes = [
        code
        for code, kpi in read.reading.kpis.items()
        if kpi["theme"] not in ("energy", "water", "emissions", "investment")
        and code not in shown
        and kpi["maturity"] == "core"
        and there(read.kpi(code), kpi, read)
    ]
    return (
        kpi_table("known-kpis", codes[:_KNOWN], read, words, words.say("summary.known"))
        if codes
        else None
    )


def sentences(read: DistrictReading, words: Words) -> list[Sentence]:
    """The rules in order of what a mayor asks; the first six that apply."""
    rules: tuple[Callable[[DistrictReading, Words], Sentence | None], ...] = (
        energy,
        emissions,
        movers,
        paid,
        decisions,
        coverage,
        inclusion,
    )
    said = [sentence for rule in rules if (sentence := rule(read, words))]
    return said[:AT_MOST]


def paid(read: DistrictReading, words: Words) -> Sentence | None:
    """Of the money committed, what was paid, and what the plan foresaw by now."""
    row = read.one("investment_monthly")
    value = read.value("INV07")
    if row is None or value is None or not row.get("committed_eur"):
        return None
    planned = row.get("planned_paid_eur")
    plan = ""
    if planned is not None:
        key = "plan_behind" if planned > value else "plan_ahead"
        same = round(planned / 100_000) == round(value / 100_000)
        plan = words.say(
            "summary.plan_met" if same else f"summary.{key}", planned=_millions(planned, words)
        )
    text = words.say(
        "summary.paid",
        Of_committed=capital(_of_money(row["committed_eur"], words)),
        paid=_millions(value, words),
        plan=plan,
    )
    return Sentence.of(text, "INV07", "INV03")


def _of_money(value: Decimal, words: Words) -> str:
    if value < 1_000_000:
        return words.from_(words.say("thousand_long", value=words.number(value / 1000)))
    return words.from_(words.say("million_long", value=words.number(value / 1_000_000, 1)))


def _millions(value: Decimal, words: Words) -> str:
    """Short after the amount in full: millions alone in Italian, with the sign in English."""
    if value < 1_000_000:
        return words.say("thousand_long", value=words.number(value / 1000))
    number = words.number(value / 1_000_000, 1)
    return number if words.code == "it" else words.say("million_long", value=number)


def decisions(read: DistrictReading, words: Words) -> Sentence | None:
    """Decisions of the CDTT closed on time, and the open one that is due first."""
    row = read.kpi("GOV01")
    if row is None or row["suppressed"]:
        return None
    opened = _open(read, words)
    if row["denominator"] is None or not row["denominator"]:
        if row["value"] is None and row["reason"] != "zero_denominator":
            return None
        return Sentence.of(
            words.say(
                "summary.decisions_none", In_month=capital(words.in_month(read.month)), open=opened
            ),
            "GOV01",
        )
    done, due = words.number(row["numerator"]), words.number(row["denominator"])
    if due == "1":
        key = "summary.decisions_one" if done == "1" else "summary.decisions_one_missed"
        return Sentence.of(words.say(key, open=opened), "GOV01")
    return Sentence.of(words.say("summary.decisions", done=done, due=due, open=opened), "GOV01")


def _open(read: DistrictReading, words: Words) -> str:
    """Decisions open at month end: the one due first, and those whose day has passed at the cut-off."""
    pending = [row for row in open_decisions(read) if row.get("due_on")]
    if not pending:
        return ""
    late = [row for row in pending if overdue(read, row)]
    first = pending[0]
    said = {"title": _quotable(first["title"]), "end": words.month_alone(read.month)}
    if late:
        said["day"] = words.day_lapsed(first["due_on"], year=False)
        if len(pending) == 1:
            return words.say("summary.overdue_one", **said)
        key = "summary.overdue_all" if len(late) == len(pending) else "summary.overdue_more"
        return words.say(key, count=len(late), all=len(pending), **said)
    said["day"] = words.day_in(first["due_on"], year=False)
    if len(pending) == 1:
        return words.say("summary.open_one", **said)
    return words.say("summary.open_more", count=len(pending), **said)


def _quotable(title: str) -> str:
    """A register's title inside our sentence: no emphasis marks, no full stop, not endless."""
    plain = title.replace("*", "").replace("'", "’").strip().rstrip(".")
    return plain if len(plain) <= 90 else plain[:88].rsplit(" ", 1)[0] + "…"


def coverage(read: DistrictReading, words: Words) -> Sentence | None:
    """The theme of which too little has been read to judge it, and who can send the rest."""
    line = read.threshold("grey_below_coverage", "0.8")
    low = [
        row
        for row in read.rows("completeness", read.month)
        if row["coverage"] is not None
        and row["coverage"] < line
        and words.has(f"theme_of.{row['theme']}")
        and row["theme"] in ("energy", "water")
    ]
    if not low:
        return None
    worst = min(low, key=lambda row: (row["coverage"], row["theme"]))
    missing = _owed(read, worst["theme"], words)
    text = words.say(
        _coverage_key(worst),
        Of_theme=words.named("theme_of", worst["theme"]),
        the_share=words.the(words.share(worst["coverage"])),
        missing=missing,
    )
    return Sentence.of(text, "WAT01" if worst["theme"] == "water" else "ENE10")


def _coverage_key(row: Row) -> str:
    if not row["coverage"]:
        return "summary.coverage_none"
    return "summary.coverage_withheld" if row["reason"] == "withheld" else "summary.coverage"


def _owed(read: DistrictReading, theme: str, words: Words) -> str:
    """The points of a theme that are missing, since when, and whose they are."""
    gap = next((each for each in gaps(read) if each.theme == theme and each.missing), None)
    if gap is None:
        return ""
    said = {
        "count": gap.missing,
        "meters": meters(gap, words),
        "expected": gap.expected,
        "who": gap.who or words.say("boxes.nobody"),
    }
    if gap.kind == UNHEARD:
        return words.say("summary.coverage_unheard", **said)
    if gap.kind == UNREADABLE:
        return words.say("summary.coverage_unreadable", **said)
    if gap.since == read.month:
        return words.say("summary.coverage_missing", **said)
    return words.say(
        "summary.coverage_since", since=since(read, gap, words), due=due(read, gap, words), **said
    )


def inclusion(read: DistrictReading, words: Words) -> Sentence | None:
    """The survey's index with its interval, where energy has left room for it."""
    row = read.kpi("DEM03")
    if row is None or row["value"] is None:
        return None
    value = words.number(row["value"], 1)
    if row["interval_low"] is None or row["interval_high"] is None:
        return Sentence.of(words.say("summary.inclusion_plain", value=value), "DEM03")
    low, high = words.number(row["interval_low"], 1), words.number(row["interval_high"], 1)
    return Sentence.of(words.say("summary.inclusion", value=value, low=low, high=high), "DEM03")
