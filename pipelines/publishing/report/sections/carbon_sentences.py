"""Sentences of page one on energy and emissions, each said only where the data carry it.

Belongs here: which of them is said when. Does not belong here: their wording (`reports/text/*/summary.yaml`), which
sentences a page has (`summary.py`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Sentence
from pipelines.publishing.report.sections.figures import amount, distance, joined, why_missing

_SAME = Decimal("0.05")
"""Percent below which two values are the same in print."""


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
