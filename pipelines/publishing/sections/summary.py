"""Page one: at most six sentences, each said only where the data carry it.

Belongs here: which sentence is said when. Does not belong here: its wording (`reports/text/*/summary.yaml`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pipelines.publishing.document import Section, Sentence, Sentences, Table
from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.rows import Row
from pipelines.publishing.sections.boxes import revised_and_missing
from pipelines.publishing.sections.figures import (
    amount,
    distance,
    joined,
    kpi_table,
    there,
    why_missing,
)
from pipelines.publishing.sections.gaps import UNHEARD, UNREADABLE, due, gaps, since
from pipelines.publishing.sections.lead_chart import lead_chart
from pipelines.publishing.sections.levers import open_decisions, overdue
from pipelines.publishing.sections.tiles import headline, tiles

AT_MOST = 6
_KNOWN = 5
"""Rows with which page one of a district without energy figures still fits a page."""
_SAME = Decimal("0.05")
"""Percent below which two values are the same in print."""


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


def energy(read: DistrictReading, words: Words) -> Sentence | None:
    """Raw and at equal weather in one sentence, with the working days."""
    row, kpi = read.kpi("ENE01"), read.declared("ENE01")
    month = words.of_month(read.month)
    if row is None or row["value"] is None:
        if row is not None and row["suppressed"]:
            return Sentence.of(words.say("summary.energy_hidden", of_month=month), "ENE01")
        if row is not None and row["reason"] == "not_collected":
            return Sentence.of(words.say("summary.nothing_collected")) if _no_water(read) else None
        reason = why_missing(row, kpi, words)
        return Sentence.of(
            words.say("summary.energy_missing", of_month=month, reason=reason), "ENE01"
        )
    raw = _percent_change(row["value"], row["previous_year"]) if read.comparable("ENE01") else None
    parts = {
        "In_month": capital(words.in_month(read.month)),
        "value": joined(amount(row["value"], kpi["unit"], int(kpi["decimals"]), words)),
        "raw": _raw(raw, read, words),
        "adjusted": _adjusted(raw, _adjusted_change(read), words) if raw is not None else "",
        "days": _days(read, words) if raw is not None else "",
    }
    if row["coverage"] is None:
        return Sentence.of(words.say("summary.energy_no_coverage", **parts), "ENE01")
    return Sentence.of(
        words.say("summary.energy", coverage=words.share(row["coverage"]), **parts),
        "ENE01",
        "ENE02",
    )


def _no_water(read: DistrictReading) -> bool:
    row = read.kpi("WAT01")
    return row is None or (row["value"] is None and row["reason"] == "not_collected")


def _percent_change(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    return None if now is None or not then else (now - then) / abs(then) * 100


def _raw(change: Decimal | None, read: DistrictReading, words: Words) -> str:
    if change is None:
        why, then = read.why_not_comparable("ENE01"), read.kpi("ENE01", read.year_before)
        share = words.share(then["coverage"]) if then is not None and then["coverage"] else ""
        return words.say(f"summary.raw_none_{why or 'missing'}", then=words.the(share))
    if abs(change) < _SAME:
        return words.say("summary.raw_same")
    key = "summary.raw_down" if change < 0 else "summary.raw_up"
    return words.say(key, the=words.the(words.percent(abs(change), 1)))


def _adjusted_change(read: DistrictReading) -> Decimal | None:
    now, then = read.kpi("ENE01"), read.kpi("ENE01", read.year_before)
    if now is None or then is None:
        return None
    return _percent_change(now["value_adjusted"], then["value_adjusted"])


def _adjusted(raw: Decimal, adjusted: Decimal | None, words: Words) -> str:
    if adjusted is None:
        return ""
    if abs(adjusted) < _SAME:
        return words.say("summary.adjusted_same")
    percent = words.percent(abs(adjusted), 1)
    instead = "_instead" if abs(raw) >= _SAME and (raw < 0) != (adjusted < 0) else ""
    key = f"summary.adjusted_{'down' if adjusted < 0 else 'up'}{instead}"
    return words.say(key, of=words.of(f"**{percent}**"), percent=percent)


def _days(read: DistrictReading, words: Words) -> str:
    now, then = (read.one("calendar", month) for month in (read.month, read.year_before))
    if now is None or then is None:
        return ""
    if now["working_days"] == then["working_days"]:
        return words.say("summary.days_same", now=now["working_days"])
    return words.say("summary.days", now=now["working_days"], then=then["working_days"])


def emissions(read: DistrictReading, words: Words) -> Sentence | None:
    """Twelve months of emissions, where they stand on the path, and how the gap has moved."""
    row, kpi = read.kpi("EMI11"), read.declared("EMI11")
    if row is None or row["value"] is None:
        return None
    target = read.target("EMI11")
    place, trend = "", ""
    gap = distance(row)
    if target is None:
        place = words.say("summary.no_path")
    elif target["path"] is None:
        place = words.say("summary.no_target_declared")
    elif gap is None:
        place = words.say("summary.path_suspended")
    else:
        percent = words.percent(abs(gap / row["target"] * 100), 1)
        by = words.number(abs(gap))
        key = "on_path" if by == "0" else "above" if gap > 0 else "below"
        place = words.say(f"summary.{key}", gap=by, percent=percent, year=target["target_year"])
        trend = _gap_trend(gap, distance(read.kpi("EMI11", read.year_before)), words)
    value = joined(amount(row["value"], kpi["unit"], 0, words))
    if read.little(row):
        share = words.share(row["coverage"])
        text = words.say("summary.emissions_partial", value=value, coverage=share)
        return Sentence.of(text, "EMI11")
    text = words.say("summary.emissions", value=value, place=place, trend=trend)
    return Sentence.of(text, "EMI11", "EMI07")


def _gap_trend(now: Decimal, then: Decimal | None, words: Words) -> str:
    """How a gap has moved in a year; "nearly doubled" only between 1.8 and 2 times."""
    if then is None or words.number(then) == words.number(now) or not then:
        return ""
    printed = {"then": words.number(abs(then)), "now": words.number(abs(now))}
    if (now > 0) != (then > 0):
        return words.say(
            "summary.trend_crossed_up" if now > 0 else "summary.trend_crossed_down", **printed
        )
    if now < 0:
        return words.say("summary.trend_below", **printed)
    ratio = float(now / then)
    for low, high, key in (
        (1.95, 2.1, "doubled"),
        (1.8, 1.95, "nearly_doubled"),
        (0.48, 0.51, "halved"),
        (0.51, 0.56, "nearly_halved"),
    ):
        if low <= ratio < high:
            return words.say(f"summary.trend_{key}", **printed)
    return words.say("summary.trend_grown" if ratio > 1 else "summary.trend_shrunk", **printed)


def movers(read: DistrictReading, words: Words) -> Sentence | None:
    """Which carrier the emissions come from, and how each has moved in a year."""
    sums = [
        read.twelve_months("emissions_by_carrier_sector", "tco2e", month, "carrier", "sector")
        for month in (read.month, read.year_before)
    ]
    now, then = sums
    if len(now) < 2 or any(value is None for value in now.values()):
        return None
    known = {name: value for name, value in now.items() if value is not None}
    total = sum(known.values(), Decimal(0))
    largest = sorted(known, key=lambda name: -known[name])[:2]
    moved = [known[name] - before for name in largest if (before := then.get(name)) is not None]
    if not total or len(moved) < len(largest):
        return None
    first = _moved("summary.mover", largest[0], moved[0], words)
    alike = (moved[0] < 0) == (moved[1] < 0)
    others = _moved("summary.also" if alike else "summary.other", largest[1], moved[1], words)
    text = words.say(
        "summary.movers",
        Carrier=capital(words.named("carrier_the", largest[0])),
        the_share=words.the(words.percent(known[largest[0]] / total * 100, 0)),
        of_first=words.named("carrier_of", largest[0]),
        first_change=first,
        others=others,
    )
    return Sentence.of(text, "EMI11", "EMI01", "EMI02")


def _moved(key: str, carrier: str, by: Decimal, words: Words) -> str:
    printed = words.number(abs(by))
    way = "same" if printed == "0" else "down" if by < 0 else "up"
    value = joined((printed, words.named("unit", "tCO2e")))
    return words.say(f"{key}_{way}", of_carrier=words.named("carrier_of", carrier), value=value)


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
    who = gap.who or words.say("boxes.nobody")
    if gap.kind == UNHEARD:
        return words.say("summary.coverage_unheard", count=gap.missing, who=who)
    if gap.kind == UNREADABLE:
        return words.say(
            "summary.coverage_unreadable", count=gap.missing, expected=gap.expected, who=who
        )
    if gap.since == read.month:
        return words.say(
            "summary.coverage_missing", count=gap.missing, expected=gap.expected, who=who
        )
    return words.say(
        "summary.coverage_since",
        since=since(read, gap, words),
        count=gap.missing,
        expected=gap.expected,
        who=who,
        due=due(read, gap, words),
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
