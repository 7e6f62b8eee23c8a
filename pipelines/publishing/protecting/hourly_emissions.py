"""Scope 2 hour by hour beside the factor of the year, as far as it may be told: the protected table `hourly_emissions`.

Belongs here: which months leave the house, and twelve of them together. Does not belong here: the hours (the
warehouse), who is too few (`limits.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.months import months_back
from pipelines.publishing.protecting.disclosure import Evidence, Place
from pipelines.publishing.protecting.limits import Limits, sensitive
from pipelines.publishing.rows import Row, ordered, read_rows, to_table

_ENERGY, _TONNES = pa.decimal128(28, 6), pa.decimal128(28, 9)
SCHEMA = pa.schema(
    [
        ("district_id", pa.string()),
        ("month", pa.string()),
        ("period", pa.string()),
        ("source_id", pa.string()),
        ("place", pa.string()),
        ("basis", pa.string()),
        ("electricity_kwh", _ENERGY),
        ("hourly_kwh", _ENERGY),
        ("hourly_tco2e", _TONNES),
        ("annual_tco2e", _TONNES),
        ("difference_percent", _ENERGY),
        ("days_without_factors", pa.int32()),
        ("days", pa.string()),
        ("suppressed", pa.bool_()),
        ("reason", pa.string()),
    ]
)
"""`period` is a month or twelve; `days` are those that lack hours of factors, YYYY-MM-DD, by spaces."""

_AMOUNTS = ("electricity_kwh", "hourly_kwh", "hourly_tco2e", "annual_tco2e")
_BESIDE = "EMI02"
"""The figure it stands beside: where that is hidden, so is this."""
_MEASURES = ("hourly_electricity_kwh", "other_electricity_kwh")
"""Whose hours are known, and whose are not: either tells the other beside the total."""


def hourly_emissions(
    marts: Path,
    month: str,
    readable: Collection[tuple[str, str, str]],
    evidence: Evidence,
    limits: Limits,
) -> pa.Table:
    """Months up to the edition's, and twelve together where each of them may be read.

    Args:
        marts: The folder of the view's marts.
        month: The edition's month.
        readable: District, month and code of every KPI value that is published.
        evidence: Who stands behind the electricity whose hours are known, and behind the rest.
        limits: The declared thresholds.
    """
    days: dict[Place, list[date]] = defaultdict(list)
    for row in read_rows(marts / "fct_hourly_factor_gaps.parquet"):
        days[row["district_id"], row["month"]].append(row["day"])
    months: dict[Place, Row] = {}
    for row in read_rows(marts / "fct_hourly_emissions.parquet"):
        place = (row["district_id"], row["month"])
        if place[1] <= month:
            open_ = (*place, _BESIDE) in readable and not _tells(place, evidence, limits)
            months[place] = _as_readable(row, days[place], hidden=not open_)
    told = [*months.values(), *_years(months)]
    return to_table(ordered(told, ("district_id", "month", "period")), SCHEMA)


def _tells(place: Place, evidence: Evidence, limits: Limits) -> bool:
    who = evidence.contributors.get(place, {})
    return any(sensitive(who.get(measure, ()), limits) for measure in _MEASURES)


def _as_readable(row: Row, days: Sequence[date], *, hidden: bool) -> Row:
    amounts = dict.fromkeys(_AMOUNTS) if hidden else {name: row[name] for name in _AMOUNTS}
    return {
        **row,
        **amounts,
        "period": "month",
        "difference_percent": _difference(amounts),
        "days": " ".join(f"{day:%Y-%m-%d}" for day in sorted(days)),
        "suppressed": hidden,
        "reason": "suppressed" if hidden else None,
    }


def _difference(amounts: Row) -> Decimal | None:
    hourly, annual = amounts["hourly_tco2e"], amounts["annual_tco2e"]
    if hourly is None or not annual:
        return None
    return Decimal(100 * (hourly - annual) / annual).quantize(Decimal("0.000001"))


def _years(months: Mapping[Place, Row]) -> list[Row]:
    """Twelve months of one series: of two zones or bases there is no sum."""
    found = []
    for (district, month), newest in months.items():
        window = [months.get((district, each)) for each in months_back(month, 12)]
        year = [row for row in window if row is not None and not row["suppressed"]]
        series = {(row["source_id"], row["place"], row["basis"]) for row in year}
        if len(year) < 12 or len(series) > 1:
            continue
        sums = {name: sum((row[name] for row in year), Decimal(0)) for name in _AMOUNTS}
        found.append(
            {
                **newest,
                **sums,
                "period": "year",
                "difference_percent": _difference(sums),
                "days_without_factors": sum(row["days_without_factors"] for row in year),
                "days": " ".join(row["days"] for row in year if row["days"]),
            }
        )
    return found
