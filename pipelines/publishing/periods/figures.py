"""Figures of a quarter or a year, made of the figures that one monthly edition published and of nothing else.

Belongs here: how months become a period. Does not belong here: anything that was not published: a figure of a period
is a function of published figures, so it can give back no more than they do.

A sum is told where every month of it is told, a ratio is the sum of its numerators over the sum of its denominators.
Where a month is hidden, withheld or missing there is no figure, and also none of the other months together: beside
two published months a total would be the hidden third. What speaks of twelve months, of a state or of the year so far
is as it was at the end of the last month.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from pipelines.publishing.periods.period import Period
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import Row, ordered, sha256

_TEXT, _DATE = pa.string(), pa.date32()
_VALUE = pa.decimal128(28, 9)
SCHEMA = pa.schema(
    [
        ("district_id", _TEXT),
        ("period", _TEXT),
        ("period_start", _DATE),
        ("period_end", _DATE),
        ("kpi_code", _TEXT),
        ("rule", _TEXT),
        ("value", _VALUE),
        ("value_adjusted", _VALUE),
        ("interval_low", _VALUE),
        ("interval_high", _VALUE),
        ("unit", _TEXT),
        ("status", _TEXT),
        ("signal", _TEXT),
        ("grade", _TEXT),
        ("coverage", pa.decimal128(9, 6)),
        ("reason", _TEXT),
        ("reason_months", _TEXT),
        ("suppressed", pa.bool_()),
        ("numerator", _VALUE),
        ("denominator", _VALUE),
        ("target", _VALUE),
        ("gap", _VALUE),
        ("months", pa.int32()),
        ("months_told", pa.int32()),
        ("value_year_before", _VALUE),
        ("adjusted_year_before", _VALUE),
        ("why_not_comparable", _TEXT),
        ("boundary_version", _TEXT),
        ("factor_set", _TEXT),
        ("gwp_set", _TEXT),
        ("known_at", pa.timestamp("us", tz="UTC")),
        ("period_value_id", _TEXT),
    ]
)
"""The contract of `period_values.parquet` and `.csv`; others rely on the order."""
PARTS = pa.schema(
    [
        ("district_id", _TEXT),
        ("period", _TEXT),
        ("kpi_code", _TEXT),
        ("month", _TEXT),
        ("value", _VALUE),
        ("numerator", _VALUE),
        ("denominator", _VALUE),
        ("reason", _TEXT),
        ("suppressed", pa.bool_()),
        ("kpi_value_id", _TEXT),
    ]
)
"""Which published monthly figures each figure of a period is made of; `nzd explain` opens each by its id."""

SUM, RATIO, STATE = "sum_of_months", "ratio_of_sums", "as_of_last_month"
NOT_TOLD = "parts_not_told"
"""The reason of a ratio whose numerator or denominator is not published."""
_HIDDEN = ("suppressed", "suppressed_since_edition", "withheld")
_PLACES = Decimal("1e-9")


def rule_of(kpi: Row) -> str:
    """How the months of a KPI become a period."""
    if kpi["period"] == "month" and kpi["value_kind"] == "sum":
        return SUM
    if kpi["period"] == "month" and kpi["value_kind"] == "ratio":
        return RATIO
    return STATE


def figures(reading: Reading, period: Period, edition: str) -> list[Row]:
    """Every KPI of every district over a period, each beside the same period a year before.

    Args:
        reading: The monthly edition that this is a view of.
        period: A quarter or a year that the edition holds the months of.
        edition: Id of the edition of the period, which names its values.
    """
    found = []
    for district in reading.districts:
        for code, kpi in reading.kpis.items():
            now = _figure(reading, district, kpi, period)
            then = _figure(reading, district, kpi, period.before)
            named = sha256(f"{district}|{period.name}|{code}|{edition}".encode())[:12]
            found.append({
                **now,
                "value_year_before": then["value"],
                "adjusted_year_before": then["value_adjusted"],
                "why_not_comparable": _why_not_comparable(reading, now, then),
                "period_value_id": named,
            })  # fmt: skip
    return ordered(found, ("district_id", "kpi_code"))


def parts(reading: Reading, period: Period) -> list[Row]:
    """The published monthly figures that a period is made of: of a state, that of its last month."""
    found = []
    for district in reading.districts:
        for code, kpi in reading.kpis.items():
            months = (period.last,) if rule_of(kpi) == STATE else period.months
            for month in months:
                row = reading.values.get((district, month, code))
                if row is not None:
                    named = {name: row[name] for name in PARTS.names if name in row}
                    found.append({**named, "period": period.name})
    return ordered(found, ("district_id", "kpi_code", "month"))


def _figure(reading: Reading, district: str, kpi: Row, period: Period) -> Row:
    code, rule = str(kpi["code"]), rule_of(kpi)
    rows = [reading.values.get((district, month, code)) for month in period.months]
    about = {
        "district_id": district,
        "period": period.name,
        "period_start": period.start,
        "period_end": period.end,
        "kpi_code": code,
        "rule": rule,
        "unit": kpi["unit"],
        "months": len(rows),
    }
    if rule == STATE:
        return {**about, **_state(rows[-1])}
    there = [row for row in rows if row is not None]
    made = (_sum if rule == SUM else _ratio)(rows, kpi)
    told = made.get("value") is not None
    return {
        **_EMPTY,
        **about,
        **_why(rows, period, rule, made.pop("reason", None), told=told),
        **made,
        "months_told": sum(_counts(row, rule) for row in rows),
        "status": _status(there),
        "signal": "none",
        "grade": max((row["grade"] for row in there if row["grade"]), default=None) if told else None,
        "coverage": min((row["coverage"] for row in there if row["coverage"] is not None), default=None),
        **{name: _common(there, name) for name in ("boundary_version", "factor_set", "gwp_set")},
        "known_at": max((row["known_at"] for row in there), default=None),
    }  # fmt: skip


_EMPTY: Row = dict.fromkeys(
    ("value", "value_adjusted", "interval_low", "interval_high", "numerator", "denominator", "target", "gap",
     "reason_months"))  # fmt: skip
_OF_THE_MONTH = (
    "value", "value_adjusted", "interval_low", "interval_high", "status", "signal", "grade", "coverage", "reason",
    "suppressed", "numerator", "denominator", "target", "gap", "boundary_version", "factor_set", "gwp_set",
    "known_at",
)  # fmt: skip


def _state(row: Row | None) -> Row:
    """The last month's figure as it was published."""
    if row is None:
        return {**_EMPTY, "reason": "not_yet", "suppressed": False, "status": "provisional",
                "signal": "none", "grade": None, "coverage": None, "months_told": 0,
                "boundary_version": None, "factor_set": None, "gwp_set": None, "known_at": None}  # fmt: skip
    told = {name: row[name] for name in _OF_THE_MONTH}
    return {**told, "reason_months": None, "months_told": int(row["value"] is not None)}


def _sum(rows: Sequence[Row | None], kpi: Row) -> Row:  # noqa: ARG001 - both rules share one form
    return {name: _total(rows, name) for name in ("value", "value_adjusted", "numerator")}


def _ratio(rows: Sequence[Row | None], kpi: Row) -> Row:
    """The sum of numerators over that of denominators; below the declared number of cases their counts alone."""
    top, below = _total(rows, "numerator"), _total(rows, "denominator")
    if top is None or below is None:
        return {"value": None}
    counts: Row = {"numerator": top, "denominator": below}
    if not below:
        return {"value": None, **counts, "reason": "zero_denominator"}
    if below < (kpi["minimum_cases"] or 0):
        return {"value": None, **counts, "reason": "few_cases"}
    return {"value": (top / below * (kpi["scale"] or 1)).quantize(_PLACES), **counts}


def _total(rows: Sequence[Row | None], column: str) -> Decimal | None:
    """The sum of a column over every month; None where one of them is not there to be read."""
    found = [row[column] for row in rows if row is not None and not row["suppressed"]]
    if len(found) < len(rows) or any(value is None for value in found):
        return None
    return sum(found, Decimal(0))


def _counts(row: Row | None, rule: str) -> bool:
    if row is None or row["suppressed"]:
        return False
    needed = ("value",) if rule == SUM else ("numerator", "denominator")
    return all(row[name] is not None for name in needed)


def _why(
    rows: Sequence[Row | None], period: Period, rule: str, said: str | None, *, told: bool
) -> Row:
    """Why there is no figure, and because of which months: what is hidden before what is missing."""
    if told or said is not None:
        return {"reason": said, "reason_months": None, "suppressed": False}
    reasons = {
        month: "not_yet" if row is None else str(row["reason"] or NOT_TOLD)
        for month, row in zip(period.months, rows, strict=True)
        if not _counts(row, rule)
    }
    known = list(dict.fromkeys(reasons.values()))
    first = next((reason for reason in _HIDDEN if reason in known), known[0] if known else NOT_TOLD)
    because = [month for month, reason in reasons.items() if reason == first]
    hidden = any(row is not None and row["suppressed"] for row in rows)
    return {
        "reason": first,
        "reason_months": ", ".join(because) or None,
        "suppressed": hidden,
    }


def _status(rows: Sequence[Row]) -> str:
    return "final" if rows and all(row["status"] == "final" for row in rows) else "provisional"


def _common(rows: Sequence[Row], column: str) -> str | None:
    """The one value of a column, or all of them where months differ."""
    found = sorted({str(row[column]) for row in rows if row[column]})
    return ", ".join(found) or None


def _why_not_comparable(reading: Reading, now: Row, then: Row) -> str | None:
    """As of a month (`DistrictReading.why_not_comparable`): missing, coverage, coverage_differs or boundary."""
    if now["value"] is None or then["value"] is None:
        return "missing"
    if now["boundary_version"] != then["boundary_version"]:
        return "boundary"
    read, before = now["coverage"], then["coverage"]
    least = reading.thresholds.get("grey_below_coverage", Decimal("0.8"))
    if any(part is not None and part < least for part in (read, before)):
        return "coverage"
    if read is None or before is None:
        lacking = reading.factor_missing_once(str(now["kpi_code"]), now, then)
        return "coverage_differs" if lacking else None
    line = reading.thresholds.get("incomparable_beyond_coverage", Decimal("0.05"))
    return "coverage_differs" if abs(read - before) > line else None
