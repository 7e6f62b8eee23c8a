"""Facts of the month's energy: raw, at equal weather, with its working days and degree days.

Belongs here: what holds and what is printed. Does not belong here: which sentence follows (`reports/page_one.yaml`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.page_one.compared import (
    MULTIPLIED,
    SAME,
    percent_change,
    whole,
)
from pipelines.publishing.report.page_one.owed import owed
from pipelines.publishing.report.page_one.rules import Facts
from pipelines.publishing.report.sections.figures import amount, joined, why_missing
from pipelines.publishing.report.sections.part_read import the_part
from pipelines.publishing.rows import Row

CODE = "ENE01"


def energy_state(read: DistrictReading) -> dict[str, bool]:
    """Whether the month's energy has a value, is hidden, withheld for lack of readings or not collected at all."""
    row, water = read.kpi(CODE), read.kpi("WAT01")
    reason = row["reason"] if row is not None else None
    return {
        "value": row is not None and row["value"] is not None,
        "hidden": row is not None and bool(row["suppressed"]),
        "withheld": _without(row) and reason == "withheld",
        "not collected": _without(row) and reason == "not_collected",
        "water not collected": water is None
        or (water["value"] is None and water["reason"] == "not_collected"),
    }


def _without(row: Row | None) -> bool:
    return row is not None and row["value"] is None and not row["suppressed"]


def facts(read: DistrictReading, words: Words) -> Facts:
    """What page one can say of the month's energy."""
    row, then = read.kpi(CODE), read.kpi(CODE, read.year_before)
    known, printed = _of_value(read, row, words)
    for found in (
        _raw(read, row, then, words),
        _weather(read, row, then, words),
        _days(read, words),
    ):
        known |= found.known
        printed |= found.printed
    gap = owed(read, "energy", words)
    return Facts({**known, **gap.known}, {**printed, **gap.printed})


def _of_value(
    read: DistrictReading, row: Row | None, words: Words
) -> tuple[dict[str, bool], dict[str, object]]:
    value = row["value"] if row is not None else None
    coverage = row["coverage"] if row is not None else None
    kpi = read.declared(CODE)
    figure = amount(value or Decimal(0), kpi["unit"], int(kpi["decimals"]), words)
    zero = not any(sign in "123456789" for sign in figure[0])
    known = {
        **energy_state(read),
        "coverage known": coverage is not None,
        "read whole": whole(coverage),
        "prints as zero": value is not None and zero,
        "negative": value is not None and value < 0 and not zero,
        "provisional": row is not None and row["status"] == "provisional",
    }
    month = words.of_month(read.month)
    printed: dict[str, object] = {
        "In_month": capital(words.in_month(read.month)),
        "of_month": month,
        "value": joined(figure),
        "coverage": "" if coverage is None else the_part(coverage, words),
        "the_share": "" if coverage is None else the_part(coverage, words, little=True),
        "reason": why_missing(row, kpi, words),
    }
    return known, printed


def _raw(read: DistrictReading, row: Row | None, then: Row | None, words: Words) -> Facts:
    why = read.why_not_comparable(CODE)
    change = None
    if why is None and row is not None:
        change = percent_change(row["value"], row["previous_year"])
    size = abs(change or Decimal(0))
    before = row["previous_year"] if row is not None else None
    known = {
        "comparable": why is None,
        "compared": change is not None,
        "boundary changed": why == "boundary",
        "little read": why == "coverage",
        "read otherwise before": why == "coverage_differs",
        "hidden before": why == "missing" and then is not None and bool(then["suppressed"]),
        "first year": why == "missing" and then is None,
        "zero before": why is None and before == 0,
        "unchanged": change is not None and size < SAME,
        "multiplied": change is not None and change >= MULTIPLIED,
        "fell": change is not None and change < 0,
    }
    times = Decimal(1)
    if row is not None and change is not None and before:
        times = row["value"] / before
    printed: dict[str, object] = {
        "then": the_part(then["coverage"], words)
        if then is not None and then["coverage"] is not None
        else "",
        "the_percent": words.the(words.percent(size, 1)),
        "times": words.number(times, 1 if times < 10 else 0),
    }
    return Facts(known, printed)


def _weather(read: DistrictReading, row: Row | None, then: Row | None, words: Words) -> Facts:
    """The change at equal weather, and how much of the energy has a model to bring it there."""
    adjusted: Decimal | None = None
    if row is not None and then is not None:
        adjusted = percent_change(row["value_adjusted"], then["value_adjusted"])
    models = read.one("energy_baselines") or {}
    modelled = models.get("modelled_percent")
    if modelled == 0:
        adjusted = None
    raw: Decimal | None = None
    if row is not None:
        raw = percent_change(row["value"], row["previous_year"])
    size = abs(adjusted or Decimal(0))
    turns = raw is not None and adjusted is not None and abs(raw) >= SAME and raw * adjusted < 0
    line = read.threshold("grey_below_coverage", "0.8") * 100
    known = {
        "adjusted": adjusted is not None,
        "adjusted unchanged": adjusted is not None and size < SAME,
        "adjusted fell": adjusted is not None and adjusted < 0,
        "adjusted turns": turns,
        "modelled in part": modelled is not None and Decimal(modelled) < line,
    }
    percent = words.percent(size, 1)
    printed: dict[str, object] = {
        "of": words.of(f"**{percent}**"),
        "percent": percent,
        "modelled_share": words.the(words.percent(Decimal(modelled or 0), 0)),
    }
    return Facts(known, printed)


def _days(read: DistrictReading, words: Words) -> Facts:
    now, then = (read.one("calendar", month) for month in (read.month, read.year_before))
    warm, before = (_degree_days(read, month) for month in (read.month, read.year_before))
    both = now is not None and then is not None
    known = {
        "days known": both,
        "days same": both and now is not None and then is not None
        and now["working_days"] == then["working_days"],
        # A summer month has none: then nothing of them is worth a clause.
        "degree days known": warm is not None and before is not None
        and any(words.number(each) != "0" for each in (warm, before)),
    }  # fmt: skip
    printed: dict[str, object] = {
        "days_now": now["working_days"] if now is not None else "",
        "days_then": then["working_days"] if then is not None else "",
        "degrees_now": "" if warm is None else words.number(warm),
        "degrees_then": "" if before is None else words.number(before),
    }
    return Facts(known, printed)


def _degree_days(read: DistrictReading, month: str) -> Decimal | None:
    """Eurostat's: its base is the same in every climate zone, and it has no heating season."""
    found = (
        row["heating_degree_days"]
        for row in read.rows("degree_days", month)
        if row["method"] == "eurostat"
    )
    return next(found, None)
