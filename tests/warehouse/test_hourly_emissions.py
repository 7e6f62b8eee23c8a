"""Electricity at the factors of its hours beside the factor of its year, on curves of a few days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.warehouse.models import Models, Row, one

MART, GAPS = "fct_hourly_emissions", "fct_hourly_factor_gaps"
HOUR = timedelta(hours=1)
ANNUAL = Decimal("0.212")


class Case:
    """Curves and factors of one district in one month, everything else known."""

    def __init__(self, month: str) -> None:
        self.month = month
        self.rows: dict[str, list[Row]] = {
            name: []
            for name in (
                "stg_meter_intervals", "stg_context_series", "int_final_energy", "int_point_months",
                "int_emission_point_lines",
            )
        }  # fmt: skip

    def factor(self, start: datetime, value: Any, **more: Any) -> None:
        """g CO2e per kWh of an hour."""
        self.rows["stg_context_series"].append(
            {
                "district_id": "weaving", "source_id": "grid", "place": "IT-NORD",
                "variable": "grid_factor_consumption", "interval_start": start,
                "interval_end": start + more.pop("length", HOUR), "quantity": Decimal(str(value)),
                "unit": "gCO2e/kWh", "month": self.month, **more,
            }
        )  # fmt: skip

    def reading(self, point: str, start: datetime, kwh: Any, minutes: int = 15) -> None:
        self.rows["stg_meter_intervals"].append(
            {
                "district_id": "weaving", "source_id": "curves", "point_id": point,
                "carrier": "electricity", "flow": "import", "interval_start": start,
                "interval_end": start + timedelta(minutes=minutes), "quantity": Decimal(str(kwh)),
                "unit": "kWh", "quality": "measured", "month": self.month, "part": self.month,
            }
        )  # fmt: skip

    def point(self, name: str, kwh: Any, method: str = "interval", **more: Any) -> None:
        """What a point's month is made of."""
        place = {
            "district_id": "weaving", "month": self.month, "point_id": name, "carrier": "electricity",
            "flow": "import", "method": method, "holder_group": name, "holder_kind": "firm",
        }  # fmt: skip
        energy = Decimal(str(kwh))
        self.rows["int_final_energy"].append(
            {**place, "energy_kwh": Decimal(str(more.get("final", kwh)))}
        )
        self.rows["int_point_months"].append(
            {**place, "role": "supply", "source_id": "curves", "energy_kwh": energy,
             "boundary_share": Decimal(str(more.get("boundary_share", 1)))}
        )  # fmt: skip
        self.rows["int_emission_point_lines"].append(
            {**place, "scope": "2_location", "gas": "CO2e", "biogenic": False, "gwp": Decimal(1),
             "kg_per_kwh": ANNUAL}
        )  # fmt: skip

    def month_of(self, models: Models) -> Row:
        return one(models.run(self.rows, MART)[MART], month=self.month)


def test_each_kwh_emits_what_the_grid_did_in_its_hour(models: Models) -> None:
    case, noon = Case("2026-06"), datetime(2026, 6, 3, 10, tzinfo=UTC)
    case.factor(noon, 100)
    case.factor(noon + HOUR, 400)
    for quarter in range(8):
        case.reading("a", noon + quarter * timedelta(minutes=15), 10 if quarter < 4 else 30)
    case.reading("b", noon, 7, minutes=60)
    case.reading("b", noon + 2 * HOUR, 5, minutes=60)  # no factor of that hour
    case.point("a", 160)
    case.point("b", 12)
    case.point("billed", 100, method="bill")

    row = case.month_of(models)

    assert row["electricity_kwh"] == 272
    assert row["hourly_kwh"] == 167
    assert row["hourly_tco2e"] == Decimal("0.0527")  # 47 kWh at 100 g, 120 kWh at 400 g
    assert row["annual_tco2e"] == Decimal("0.035404")
    assert (row["basis"], row["place"]) == ("consumption", "IT-NORD")


@pytest.mark.parametrize(
    ("month", "day", "hours"),
    [("2026-03", datetime(2026, 3, 28, 23, tzinfo=UTC), 23), ("2026-10", datetime(2026, 10, 24, 22, tzinfo=UTC), 25)],
)  # fmt: skip
def test_a_day_on_which_clocks_change_has_its_own_hours(
    models: Models, month: str, day: datetime, hours: int
) -> None:
    """The factor is the number of the hour: no hour is left out, none is counted twice."""
    case = Case(month)
    for hour in range(hours):
        case.factor(day + hour * HOUR, hour)
        for quarter in range(4):
            case.reading("a", day + hour * HOUR + quarter * timedelta(minutes=15), 1)
    case.point("a", 4 * hours)

    found = models.run(case.rows, MART, GAPS)

    (row,) = found[MART]
    assert row["hourly_kwh"] == 4 * hours
    assert row["hourly_tco2e"] == Decimal(4 * sum(range(hours))) / 10**6
    # The other days of the month have none, and this one lacks nothing.
    gaps = {gap["day"].day: gap["hours_missing"] for gap in found[GAPS]}
    assert len(gaps) == 30
    assert (day + 2 * HOUR).day not in gaps
    assert row["days_without_factors"] == 30
    assert set(gaps.values()) == {24}


def test_what_is_no_hour_of_the_point_is_not_taken_for_one(models: Models) -> None:
    case, noon = Case("2026-06"), datetime(2026, 6, 3, 10, tzinfo=UTC)
    case.factor(noon, 100)
    case.factor(noon + HOUR, 100, variable="generation_hydro", unit="MWh")
    case.factor(noon + 2 * HOUR, 100, length=24 * HOUR)  # a day's mean
    case.factor(noon + 3 * HOUR, 100, length=timedelta(minutes=30))  # half an hour is told
    for hour in range(4):
        case.reading("a", noon + hour * HOUR, 10, minutes=60)
    case.reading("long", noon, 10, minutes=120)
    for name, more in (("left", {"boundary_share": "0.5"}), ("gives", {"final": 6})):
        case.reading(name, noon, 10, minutes=60)
        case.point(name, 10, **more)
    case.point("a", 40)
    case.point("long", 10)

    row = case.month_of(models)

    assert row["hourly_kwh"] == 10
    assert row["hourly_tco2e"] == Decimal("0.001")
    assert row["electricity_kwh"] == 66


def test_one_series_serves_and_bases_never_mix(models: Models) -> None:
    case, noon = Case("2026-06"), datetime(2026, 6, 3, 10, tzinfo=UTC)
    for hour in range(3):
        case.factor(noon + hour * HOUR, 100)
        case.reading("a", noon + hour * HOUR, 10, minutes=60)
    for hour in range(3, 5):
        case.factor(noon + hour * HOUR, 900, variable="grid_factor_production")
        case.reading("a", noon + hour * HOUR, 10, minutes=60)
    case.point("a", 50)

    row = case.month_of(models)

    assert (row["hourly_kwh"], row["basis"]) == (30, "consumption")
    assert row["annual_tco2e"] == 30 * ANNUAL / 1000


def test_without_hourly_factors_there_is_no_row(models: Models) -> None:
    case = Case("2026-06")
    case.point("a", 50)

    assert models.run(case.rows, MART)[MART] == []


def test_what_is_carried_over_serves_only_the_same_factors(models: Models) -> None:
    """A month that is the same is not read again, until a factor of one of its hours is corrected."""
    noon = datetime(2026, 6, 3, 10, tzinfo=UTC)

    def built(value: int, carried: list[Row], *, same: bool) -> list[Row]:
        case = Case("2026-06")
        case.factor(noon, value)
        case.reading("a", noon, 10, minutes=60)
        given = {
            **case.rows,
            "stg_carried_hourly_month_sums": carried,
            "stg_interval_parts": [
                {"part": "2026-06", "month": "2026-06", "part_is_same": same, "month_is_same": same}
            ],
        }
        if same:  # nothing to read: only what was carried can tell
            given.pop("stg_meter_intervals")
        return models.run(given, "int_hourly_month_sums")["int_hourly_month_sums"]

    first = built(100, [], same=False)
    assert [row["kg_co2e"] for row in first] == [Decimal(1)]
    assert built(100, first, same=True) == first
    assert built(200, first, same=True) == []
