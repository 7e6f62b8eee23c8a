"""A point that a measure of the ledger acts on, for tests of savings by the meters.

Belongs here: its rows. Does not belong here: what should come of them.

Before any measure the point uses 10 kWh a day and 2 for every degree below 15 °C; a measure takes a fifth of it away.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.warehouse.arrived import KNOWN_AT, interval, midnight, point
from tests.warehouse.models import Models
from tests.warehouse.small_district import DISTRICT

Row = dict[str, Any]
FIRST, LAST = date(2024, 5, 1), date(2026, 11, 1)
WANTED = (
    "fct_measure_savings",
    "int_measured_point_months",
    "int_measure_shares",
    "int_baseline_models",
)
STARTS, ENDS = date(2025, 6, 10), date(2025, 7, 20)


def days(first: date, last: date) -> Iterator[date]:
    while first < last:
        yield first
        first += timedelta(days=1)


def temperature(day: date) -> int:
    return 3 + 22 * min(day.timetuple().tm_yday, 365 - day.timetuple().tm_yday) // 183


def use(day: date) -> Decimal:
    return Decimal(10 + 2 * max(15 - temperature(day), 0))


def of_month(month: str) -> Decimal:
    start = date.fromisoformat(f"{month}-01")
    return sum(
        (use(day) for day in days(start, (start + timedelta(days=31)).replace(day=1))), Decimal(0)
    )


def meter(point_id: str = "p", first: date = FIRST, noise: float = 0) -> list[Row]:
    """A point's days; since the measure began four fifths of its use are left."""
    chance = random.Random(point_id)  # noqa: S311 - a sample
    return [
        interval(
            midnight(day), midnight(day + timedelta(days=1)),
            round(use(day) * (Decimal("0.8") if day >= STARTS else 1) + Decimal(chance.gauss(0, 1) * noise), 6),
            point_id=point_id,
        )
        for day in days(first, LAST)
    ]  # fmt: skip


def measure(
    code: str = "A",
    starts: date = STARTS,
    ends: date | None = ENDS,
    saves: int = 1200,
    **more: object,
) -> Row:
    return {
        "district_id": DISTRICT, "source_id": "m", "measure_id": code, "as_of": date(2026, 10, 31), "name": code,
        "status": "completed" if ends else "in_progress", "starts_on": starts, "ends_on": ends,
        "lifetime_years": Decimal(15), "saving_electricity_kwh": Decimal(saves),
        "month": "2026-10", "flow_rank": 0, "sha256": "0" * 64, "source_row": 1, "known_at": KNOWN_AT, **more,
    }  # fmt: skip


def acts(code: str = "A", *points: str) -> list[Row]:
    return [
        {"district_id": DISTRICT, "source_id": "m", "measure_id": code, "scope": "point", "code": one,
         "month": "2026-10", "flow_rank": 0, "sha256": "0" * 64, "source_row": 1, "known_at": KNOWN_AT}
        for one in points or ("p",)
    ]  # fmt: skip


def found(
    models: Models,
    rows: list[Row],
    measures: list[Row],
    acting: list[Row],
    wanted: tuple[str, ...] = WANTED,
    **more: list[Row],
) -> dict[str, list[Row]]:
    weather = [
        {"district_id": DISTRICT, "source_id": "w", "station_id": "town", "day": day,
         "variable": "t_mean_c", "value": Decimal(temperature(day))}
        for day in days(FIRST, LAST)
    ]  # fmt: skip
    # The register is known in every month, so that what it expects is.
    known = [
        {**row, "as_of": month, "month": f"{month:%Y-%m}"}
        for row in measures
        for month in (date(2025 + n // 12, n % 12 + 1, 1) for n in range(22))
    ]
    given = {
        "stg_meter_intervals": rows, "stg_weather_daily": weather, "stg_measures": known, "stg_measure_points": acting,
        "stg_metering_points": [point("p", "electricity"), point("q", "electricity")], **more,
    }  # fmt: skip
    return models.run(given, *wanted)


def reasons(rows: dict[str, list[Row]], measure_id: str = "A") -> dict[str, str | None]:
    return {
        r["month"]: r["reason"]
        for r in rows["fct_measure_savings"]
        if r["measure_id"] == measure_id
    }
