"""Where one published value comes from: formula with its numbers, factors, deliveries, rows set aside, grade, history.

Belongs here: what an edition itself can tell about a value. Does not belong here: anything protection has hidden; an
explanation is as public as the edition, and of a hidden value it holds nothing. What only the city's machine may see
is read by `pipelines/tracing`, a room above this one, which no page of an edition can import.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pipelines.publishing.opening.parts import Part, parts_of
from pipelines.publishing.protecting.change_parts import ORDER
from pipelines.publishing.protecting.origins import METERED, datasets_of, newest_states, speaks_of
from pipelines.publishing.protecting.surveys import MEASURES
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import Row

_SPLIT = {
    "ENE01": ("energy", "month"),
    "EMI05": ("emissions", "month"),
    "EMI11": ("emissions", "year"),
}
"""KPIs whose change is split, with the measure and the period of the split."""
_PACE = ("EMI14", "EMI15", "EMI16")


class Earlier(NamedTuple):
    """What a figure was from one edition on, and why it had moved; `known_at` is that edition's cut-off."""

    edition: str
    value: Decimal | None
    suppressed: bool
    known_at: datetime
    causes: tuple[str, ...]
    parts: tuple[tuple[str, Decimal | None], ...] = ()
    """The size of each cause, where the edition that is read tells it: what moved the figure in it."""


@dataclass(frozen=True)
class Explanation:
    """One value and where it comes from: `value` as published, `earlier` as editions had it when they changed it.

    `corrections` are entries of the district's register that stand in it.
    `change` is why it differs from a year before, `pace` what a pace or a chance of arrival rests on,
    `hourly` what the factors of the hours give beside that of the year, `wave` the survey that it was read from.
    """

    edition: str
    district: str
    month: str
    kpi: Row
    value: Row
    factors: tuple[Row, ...] = ()
    deliveries: tuple[Row, ...] = ()
    set_aside: tuple[Row, ...] = ()
    corrections: tuple[Row, ...] = ()
    grade_parts: Row | None = None
    parts: tuple[Part, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    change: tuple[Row, ...] = ()
    pace: Row | None = None
    hourly: Row | None = None
    wave: Row | None = None


def explain(edition: Path, district: str, month: str, kpi: str) -> Explanation:
    """Everything an edition knows about one of its values.

    Args:
        edition: The edition's folder.
        district: District id.
        month: 'YYYY-MM', up to the edition's month.
        kpi: KPI code.

    Raises:
        LookupError: no such district, month or KPI in the edition, with the names there are.
    """
    return explained(Reading(edition), district, month, kpi)


def explained(reading: Reading, district: str, month: str, kpi: str) -> Explanation:
    """Everything an edition that is being read knows about one of its values."""
    row = reading.values.get((district, month, kpi))
    if row is None:
        raise LookupError(_not_there(reading, district, month, kpi))
    declared = reading.kpis[kpi]
    bare = Explanation(str(reading.about["id"]), district, month, declared, row)
    if row["suppressed"]:
        return bare
    start = f"{row['period_start']:%Y-%m}" if row["period_start"] else month
    return dataclasses.replace(
        bare,
        factors=tuple(_factors(reading, district, month, declared)),
        deliveries=tuple(_within(reading, district, declared, start, month)),
        set_aside=tuple(_set_aside(reading, district, declared, start, month)),
        corrections=tuple(_corrections(reading, district, declared, start, month)),
        grade_parts=reading.qualities.get((district, month, kpi)),
        parts=tuple(parts_of(reading, district, month, declared, row)),
        change=tuple(_change(reading, district, month, kpi)),
        pace=reading.one("emission_trajectory", district, month) if kpi in _PACE else None,
        hourly=_hourly(reading, district, month) if kpi == "EMI02" else None,
        wave=_wave(reading, district, row),
        earlier=tuple(_earlier(reading, district, month, kpi)),
    )


def _wave(reading: Reading, district: str, row: Row) -> Row | None:
    """The newest wave that tells of a survey's KPI in the month of which the value speaks."""
    measure, end = MEASURES.get(row["kpi_code"]), row["period_end"]
    if measure is None or end is None:
        return None
    told = {
        (each["survey_id"], each["wave"])
        for each in reading.of("survey_estimates", district)
        if each["measure"] == measure and each["statistic"] in ("index", "topic_share")
    }
    over = [
        wave
        for wave in reading.of("survey_waves", district)
        if (wave["survey_id"], wave["wave"]) in told and wave["last_on"] < end
    ]
    return max(over, key=lambda wave: (wave["last_on"], wave["wave"]), default=None)


def _set_aside(reading: Reading, district: str, kpi: Row, start: str, month: str) -> list[Row]:
    datasets = datasets_of(kpi)
    return [
        row
        for row in reading.of("quarantine_counts", district)
        if row["dataset"] in datasets and (row["month"] is None or start <= row["month"] <= month)
    ]


def _corrections(reading: Reading, district: str, kpi: Row, start: str, month: str) -> list[Row]:
    """Entries of the register of corrections that stand in the place of what a provider sent of the period."""
    datasets, measuring = datasets_of(kpi), _measuring(reading, district, kpi)
    return [
        row
        for row in reading.of("corrections", district)
        if row["state"] in ("in_force", "set_aside")
        and row["dataset"] in datasets
        and start <= row["month"] <= month
        and (measuring is None or row["about_source"] in measuring)
    ]


def _change(reading: Reading, district: str, month: str, kpi: str) -> list[Row]:
    """The parts of the change against a year before, where the edition splits it."""
    if kpi not in _SPLIT:
        return []
    rows = {
        row["part"]: row
        for row in reading.of("change_parts", district, month)
        if (row["measure"], row["period"]) == _SPLIT[kpi] and row["from_value"] is not None
    }
    return [rows[part] for part in ORDER if part in rows]


def _hourly(reading: Reading, district: str, month: str) -> Row | None:
    rows = reading.of("hourly_emissions", district, month)
    return next((row for row in rows if row["period"] == "month" and not row["suppressed"]), None)


def _not_there(reading: Reading, district: str, month: str, kpi: str) -> str:
    edition = reading.about["id"]
    if district not in reading.districts:
        return f"Edition {edition} has no district '{district}'. It has: {', '.join(sorted(reading.districts))}."
    if kpi not in reading.kpis:
        return f"Edition {edition} has no KPI '{kpi}'. It has: {', '.join(reading.kpis)}."
    months = sorted({each for _, each, _ in reading.values})
    return f"Edition {edition} has no value of {kpi} for {month}. It holds {months[0]} to {months[-1]}."


def _factors(reading: Reading, district: str, month: str, kpi: Row) -> list[Row]:
    """Factors behind an emission figure; other figures have none."""
    if kpi["theme"] != "emissions":
        return []
    scopes = {"EMI01": ("1",), "EMI02": ("2_location",), "EMI03": ("2_market",)}.get(
        kpi["code"], ("1", "2_location")
    )
    return [row for row in reading.of("factors_used", district, month) if row["scope"] in scopes]


def _within(reading: Reading, district: str, kpi: Row, start: str, month: str) -> list[Row]:
    """Accepted deliveries that speak of the value's period, of the sources that measure what it counts."""
    datasets = datasets_of(kpi)
    measuring = _measuring(reading, district, kpi)
    found = [
        row
        for row in reading.of("deliveries", district)
        if row["dataset"] in datasets
        and speaks_of(row, start, month)
        and (measuring is None or row["dataset"] not in METERED or row["source_id"] in measuring)
    ]
    return sorted(
        newest_states(found, month),
        key=lambda row: (row["dataset"], str(row["received_at"]), row["sha256"] or ""),
    )


def _measuring(reading: Reading, district: str, kpi: Row) -> set[str] | None:
    """Sources of water for water, of the others for energy; None where the edition does not say."""
    rows = reading.of("measuring_sources", district)
    if not rows or kpi["theme"] not in ("energy", "water", "emissions") or kpi["code"] == "WAT08":
        return None
    water = kpi["theme"] == "water"
    return {row["source_id"] for row in rows if (row["carrier"] == "water") == water}


def _earlier(reading: Reading, district: str, month: str, kpi: str) -> list[Earlier]:
    """The states of the figure in the editions before this one, and what moved it in this one."""
    moved = [row for row in reading.of("revisions", district, month) if row["kpi_code"] == kpi]
    largest_first = sorted(moved, key=lambda row: (-abs(row["part"] or 0), row["cause"]))
    parts = tuple((row["cause"], row["part"]) for row in largest_first)
    return [
        Earlier(
            row["edition"],
            row["value"],
            row["suppressed"],
            row["known_at"],
            tuple(cause for cause in (row["causes"] or "").split(",") if cause),
            parts if row["edition"] == reading.about["id"] else (),
        )
        for row in reading.of("figure_history", district, month)
        if row["kpi_code"] == kpi
    ]
