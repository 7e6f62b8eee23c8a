"""A register of states stands until its next extraction, and is an origin of every month until then."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.publishing.protecting.origins import datasets_of, newest_states, speaks_of
from pipelines.publishing.reading import Reading


def extraction(source: str, month: str, dataset: str = "investment_projects") -> dict[str, Any]:
    return {
        "dataset": dataset,
        "source_id": source,
        "first_month": month,
        "last_month": month,
        "outcome": "accepted",
    }


def test_the_national_register_of_june_is_an_origin_of_october() -> None:
    town = [extraction("town", month) for month in ("2026-09", "2026-10", "2026-11")]
    national = [extraction("national", month) for month in ("2026-03", "2026-06")]

    heard = [row for row in (*town, *national) if speaks_of(row, "2026-10", "2026-10")]

    assert newest_states(heard, "2026-10") == [town[1], national[1]]


def test_a_curve_of_june_is_no_origin_of_october() -> None:
    assert not speaks_of(extraction("curves", "2026-06", "meter_intervals"), "2026-10", "2026-10")


@pytest.mark.parametrize(
    ("code", "datasets"),
    [
        ("ENE09", {"renewable_surfaces", "reference_values"}),
        ("GOV01", {"cdtt_decisions"}),
        ("SOC01", {"shared_schemes", "district_activity"}),
        ("WAT09", {"weather_daily", "reference_values"}),
    ],
)
def test_a_figure_made_of_one_register_counts_no_delivery_of_another(
    reading: Reading, code: str, datasets: set[str]
) -> None:
    assert set(datasets_of(reading.kpis[code])) == datasets


def test_a_metered_figure_counts_the_deliveries_of_its_theme(reading: Reading) -> None:
    assert "meter_intervals" in datasets_of(reading.kpis["ENE01"])
    assert "meter_intervals" in datasets_of(reading.kpis["ENE07"])
