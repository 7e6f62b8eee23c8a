"""The way to 2030 and why emissions changed are what the raw files give when worked out by other means."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sample.deliver import MONTHS
from tests.end_to_end import recomputed_context as context
from tests.end_to_end.conftest import SamplePlayed
from tests.end_to_end.raw_files import Raw, shifted
from tests.end_to_end.recomputed import Recomputed
from tests.end_to_end.recomputed_baselines import Baselines
from tests.end_to_end.recomputed_kpis import KPIS
from tests.end_to_end.recomputed_trajectory import Change, Pace

NEWEST = "2026-10"
MOMENT = datetime(2026, 11, 10, 8, tzinfo=UTC)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def cities(checkout: Path, sample_played: SamplePlayed) -> dict[str, Recomputed]:
    raw = Raw(sample_played.home / "inbox", MOMENT)
    folders = checkout / "sample" / "districts", checkout / "pipelines" / "catalogue" / "factors"
    return {city: Recomputed(raw, city, *folders) for city in ("prato", "parma", "bergamo")}


def rows_of(folder: Path, name: str, **where: str) -> list[Row]:
    rows = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return [row for row in rows if all(row[k] == v for k, v in where.items())]


@pytest.mark.parametrize("city", ["prato", "parma"])
def test_pace_and_chance_of_arrival_are_what_the_files_give(
    sample_played: SamplePlayed, cities: dict[str, Recomputed], city: str
) -> None:
    marts = sample_played.home / "marts"
    (row,) = rows_of(marts, "fct_emission_trajectory", district_id=city, month=NEWEST)
    pace = Pace(cities[city], MONTHS)

    slope, half = pace.slope()
    target = float(row["target_tco2e"])
    value, chance = pace.ahead(50, target)

    assert float(row["achieved_slope_tco2e"]) == pytest.approx(slope, rel=1e-5)
    # Student's law in the warehouse is an approximation: within a hundredth at so few degrees.
    low, high = (float(row[f"achieved_slope_{end}_tco2e"]) for end in ("low", "high"))
    assert (high - low) / 2 == pytest.approx(half, rel=0.01)
    assert float(row["forecast_tco2e"]) == pytest.approx(value, rel=1e-5)
    assert float(row["arrival_probability"]) == pytest.approx(chance, abs=0.01)
    assert row["months_of_pace"] == len(MONTHS) == 30
    # And so are the figures of the report.
    values = rows_of(sample_played.edition(NEWEST), "kpi_values", district_id=city, month=NEWEST)
    told = {each["kpi_code"]: each["value"] for each in values}
    emitted = KPIS["EMI11"].figure(cities[city], NEWEST).value
    assert emitted is not None
    assert float(told["EMI14"]) == pytest.approx(slope, rel=1e-5)
    assert float(told["EMI15"]) == pytest.approx(100 * chance, abs=1)
    assert float(told["EMI16"]) == pytest.approx((target - float(emitted)) / (50 / 12), rel=1e-5)


def test_a_district_whose_boundary_grew_has_no_pace_yet(sample_played: SamplePlayed) -> None:
    marts = sample_played.home / "marts"
    (row,) = rows_of(marts, "fct_emission_trajectory", district_id="bergamo", month=NEWEST)

    assert row["pace_reason"] == "pace_too_short"
    assert row["stands"] == "city_share"
    # Nine of the twelve months have the boundary that 148 t were declared for.
    assert row["baseline_tco2e"] == Decimal(1131)
    assert row["target_tco2e"] == Decimal("817.6")


@pytest.mark.parametrize("city", ["parma", "bergamo"])
@pytest.mark.parametrize("month", ["2026-01", NEWEST])
def test_parts_of_a_change_are_what_the_files_give(
    sample_played: SamplePlayed, cities: dict[str, Recomputed], city: str, month: str
) -> None:
    rows = rows_of(sample_played.home / "marts", "fct_change_parts",
                   district_id=city, month=month, period="month")  # fmt: skip
    told = {(row["measure"], row["part"]): row["value"] for row in rows}
    of, change = cities[city], Change(cities[city], month)

    now, before = (context.stock(of, "addetti", at) for at in (month, shifted(month, -12)))
    assert told["energy", "boundary"] == pytest.approx(change.boundary(), abs=Decimal("1e-6"))
    assert now
    assert before
    parts = change.parts(float(now / before), Baselines(of))
    for part in ("activity", "weather", "factor", "efficiency"):
        assert float(told["emissions", part]) == pytest.approx(parts[part], rel=1e-4, abs=1e-6), (
            part
        )
    for measure in ("energy", "emissions"):
        ends = {(row["from_value"], row["to_value"]) for row in rows if row["measure"] == measure}
        ((start, end),) = ends
        values = [value for (of_measure, _), value in told.items() if of_measure == measure]
        assert sum((value for value in values if value is not None), Decimal(0)) == end - start
        assert math.isfinite(float(end))
