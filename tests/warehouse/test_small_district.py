"""Figures of the small district against sums a person can do; see `small_district` for what it consists of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

Ask = Callable[..., Any]
KWH_PER_SMC = 35.253 / 3.6
"""The Italian standard parameter of 2018 (GJ per 1000 Sm3), the newest vintage there is."""


def test_final_energy_is_what_is_drawn_plus_the_sun_used_on_site(ask: Ask) -> None:
    office, sun, mill, shop = 240 * 31, (100 - 40) * 31, 9000 * 31, 31 * KWH_PER_SMC
    boiler = ask("int_point_months", "energy_kwh", month="2024-07", point_id="G-BOILER")

    assert boiler == pytest.approx(2 * 31 * KWH_PER_SMC)
    assert ask("fct_energy_monthly", "final_energy_kwh", month="2024-07") == pytest.approx(
        office + sun + mill + shop + boiler, abs=1e-3
    )


def test_a_month_of_summer_time_change_has_all_its_quarter_hours(ask: Ask) -> None:
    unknown = 2.5 * (31 * 96 + 4) + 7.5

    assert ask("int_point_months", "energy_kwh", month="2026-10", point_id="E-UNKNOWN") == unknown
    assert ask("int_point_months", "coverage_of_month", month="2026-10", point_id="E-UNKNOWN") == 1
    assert ask("fct_energy_monthly", "peak_load_kw", month="2026-10") == 40


def test_an_exchanged_meter_is_counted_on_both_sides_of_the_exchange(ask: Ask) -> None:
    burnt = ask("int_point_months", "quantity", month="2026-03", point_id="G-BOILER")

    assert burnt == pytest.approx(2 * 31 + _degree_days(ask, "2026-03"))


def _degree_days(ask: Ask, month: str, prefix: str = "") -> float:
    """Degree days below 18 °C, or the normal ones of that month."""
    position = ask("int_balance_points", "position", balance_point="18")
    found = ask(
        "int_baseline_weather_months",
        f"{prefix}heating_degree_days",
        month=month,
        position=str(position),
    )
    return float(found)


def test_a_model_of_the_boiler_finds_its_balance_point_its_slope_and_its_base(ask: Ask) -> None:
    where = {"point_id": "G-BOILER"}

    assert ask("int_baseline_models", "model_type", **where) == "hdd_only"
    assert ask("int_baseline_models", "heating_balance_point", **where) == 18
    assert ask("int_baseline_models", "kwh_per_heating_degree_day", **where) == pytest.approx(
        KWH_PER_SMC, abs=1e-3
    )
    assert ask("int_baseline_models", "base_kwh_per_day", **where) == pytest.approx(
        2 * KWH_PER_SMC, abs=1e-3
    )
    assert ask("int_baseline_models", "model_grade", **where) == "A"


def test_normal_weather_moves_only_what_has_a_model(ask: Ask) -> None:
    raw = ask("fct_energy_monthly", "final_energy_kwh", month="2026-02")
    adjusted = ask("fct_energy_monthly", "final_energy_adjusted_kwh", month="2026-02")
    missing = _degree_days(ask, "2026-02", "reference_") - _degree_days(ask, "2026-02")

    assert missing > 0
    assert adjusted - raw == pytest.approx(KWH_PER_SMC * missing, abs=1e-2)


def test_a_settlement_stands_for_the_advance_of_its_period(ask: Ask) -> None:
    assert ask("int_point_months", "quantity", month="2026-01", point_id="G-SHOP") == pytest.approx(
        80 * 31 / 59, abs=1e-5
    )


def test_a_credit_and_its_new_bill_leave_what_is_right(ask: Ask) -> None:
    assert ask("int_point_months", "quantity", month="2025-07", point_id="G-SHOP") == pytest.approx(
        31 / 2
    )
    assert ask("int_point_months", "coverage_of_month", month="2025-07", point_id="G-SHOP") == 1


def test_missing_days_lower_the_coverage_and_not_the_other_days(ask: Ask) -> None:
    assert ask("int_point_months", "energy_kwh", month="2026-06", point_id="H-MILL") == 20 * 9000
    assert ask(
        "int_point_months", "coverage_of_month", month="2026-06", point_id="H-MILL"
    ) == pytest.approx(2 / 3, abs=1e-6)


def test_a_silent_point_is_missing_from_the_coverage_and_from_no_total(ask: Ask) -> None:
    expected = ask(
        "int_expected_point_months", "expected_amount", month="2026-09", point_id="E-WORKSHOP"
    )
    reported = ask("fct_energy_monthly", "reported_energy_kwh", month="2026-09")

    assert expected > 0
    assert ask("fct_energy_monthly", "expected_energy_kwh", month="2026-09") == pytest.approx(
        reported + expected
    )


def test_recycled_water_is_beside_withdrawal_and_never_in_it(ask: Ask) -> None:
    assert ask("fct_water_monthly", "withdrawn_m3", month="2026-07") == 310
    assert ask("fct_water_monthly", "recycled_m3", month="2026-07") == 150
    assert ask("fct_kpi_values", "value", month="2026-07", kpi_code="WAT03") == pytest.approx(
        100 * 150 / 460
    )


def test_a_misread_register_has_no_figure_before_and_after(ask: Ask) -> None:
    for month in ("2025-11", "2025-12"):
        assert ask("fct_water_monthly", "recycled_m3", month=month) is None
    assert ask("fct_findings", "severity", month="2025-12", code="NEGATIVE_DELTA") == "warning"


def test_heat_without_a_factor_shows_as_not_estimated(ask: Ask) -> None:
    where = {"month": "2026-10", "carrier": "district_heat", "scope": "2_location"}

    assert ask("fct_emission_lines", "notation_key", **where) == "NE"
    assert ask("fct_emission_lines", "kg_co2e", **where) is None
    missing = ask(
        "fct_emissions_monthly",
        "energy_needing_factor_kwh - energy_with_factor_kwh",
        month="2026-10",
    )
    assert missing == 9000 * 31


def test_grid_electricity_uses_the_newest_vintage_of_its_series(ask: Ask) -> None:
    drawn = ask("fct_energy_monthly", "electricity_import_kwh", month="2026-09")

    assert ask("fct_emissions_monthly", "scope2_location_tco2e", month="2026-09") == pytest.approx(
        drawn * 0.212 / 1000
    )
    line = {"month": "2026-09", "carrier": "electricity", "scope": "2_location"}
    assert ask("fct_emission_lines", "factor_year", **line) == 2020


def test_the_path_is_where_its_formula_puts_it(ask: Ask) -> None:
    years = 2026 + (10 - 12) / 12 - 2024

    path = ask("fct_emissions_monthly", "path_tco2e", month="2026-10")

    assert path == pytest.approx(60 * (1 - 0.4 * years / 6))
    assert ask("fct_kpi_values", "target", month="2026-10", kpi_code="EMI11") == pytest.approx(path)


def test_a_state_is_that_of_the_newest_extraction_before_the_month_ended(ask: Ask) -> None:
    assert ask("fct_investment_monthly", "paid_eur", month="2026-02") is None
    assert ask("fct_investment_monthly", "paid_eur", month="2026-08") == 0
    assert ask("fct_investment_monthly", "paid_eur", month="2026-10") == 30000
    assert ask("fct_investment_monthly", "projects_late", month="2026-10") == 1


def test_a_course_speaks_once_its_edition_has_ended(ask: Ask) -> None:
    assert ask("fct_kpi_values", "value", month="2026-03", kpi_code="LRN01") is None
    assert ask("fct_kpi_values", "value", month="2026-04", kpi_code="LRN01") == 80
    assert ask("fct_kpi_values", "reason", month="2026-10", kpi_code="LRN01") == "off_month"


def test_below_ten_cases_counts_stand_in_place_of_a_percentage(ask: Ask) -> None:
    where = {"month": "2026-10", "kpi_code": "GOV01"}

    assert ask("fct_kpi_values", "value", **where) is None
    assert ask("fct_kpi_values", "reason", **where) == "few_cases"
    assert ask("fct_kpi_values", "denominator", **where) == 2


def test_what_is_not_collected_says_so(ask: Ask) -> None:
    assert ask("fct_completeness", "reason", month="2026-10", theme="finance") == "not_collected"
    assert ask("fct_kpi_values", "reason", month="2026-10", kpi_code="FIN01") == "not_collected"


def test_a_month_of_context_counts_intervals_and_adds_values_that_are_there(ask: Ask) -> None:
    where = {"variable": "load", "month": "2026-10"}

    assert ask("fct_context_monthly", "interval_count", **where) == 3
    assert ask("fct_context_monthly", "value_count", **where) == 2
    assert ask("fct_context_monthly", "value_sum", **where) == 200
    assert ask("fct_context_monthly", "value_mean", **where) == 100


def test_a_reference_list_says_what_holds_today_and_not_what_will(ask: Ask) -> None:
    assert ask("dim_reference_values", "label", code="a") == "new"
    assert ask("dim_reference_values", "label", code="b") == "today"


def test_a_figure_of_which_less_than_half_is_known_is_withheld_with_its_reason(ask: Ask) -> None:
    where = {"month": "2026-07", "kpi_code": "EMI05"}
    heat, gas = 9000 * 31, (2 + 1) * 31 * KWH_PER_SMC
    drawn = 240 * 31 + gas
    share = drawn / (drawn + heat)

    # The mill's heat has no factor: what emits is known of a small part of the energy.
    expected = ask("fct_completeness", "expected", month="2026-07", theme="emissions")
    assert ask("fct_kpi_values", "coverage", **where) == pytest.approx(
        share * (drawn + heat) / expected, abs=1e-5
    )
    assert ask("fct_kpi_values", "reason", **where) == "withheld"
    for amount in ("value", "numerator", "denominator", "gap"):
        assert ask("fct_kpi_values", amount, **where) is None
    assert ask("fct_kpi_values", "value", month="2026-07", kpi_code="ENE01") is not None


def test_the_parts_of_a_grade_are_kept_with_points_and_intervals(ask: Ask) -> None:
    where = {"month": "2026-06", "kpi_code": "ENE01"}

    # Of the six registered supply points the workshop is silent and the mill lacks ten days.
    assert ask("fct_kpi_quality", "points", **where) == 5
    assert ask("fct_kpi_quality", "points_silent", **where) == 1
    assert ask("fct_kpi_quality", "points_full", **where) == 3
    assert ask("fct_kpi_quality", "expected_intervals", **where) == 2 * 30
    assert ask("fct_kpi_quality", "present_intervals", **where) == 30 + 20
    grades = "greatest(grade_coverage, grade_estimated, grade_quarantine, grade_age)"
    assert ask("fct_kpi_quality", f"grade = {grades}", **where) is True


def test_those_behind_baselines_are_the_holders_of_points_with_a_model(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as engine:
        for measure, column in (
            ("weather_modelled_kwh", "energy_kwh"),
            ("weather_adjustment_kwh", "adjustment_kwh"),
            ("baseline_expected_kwh", "baseline_expected_kwh"),
        ):
            behind = engine.execute(
                "select month, holder_group, amount from int_contributions"
                " where measure = ? and amount is not null order by all",
                [measure],
            ).fetchall()
            modelled = engine.execute(
                f"select month, holder_group, sum({column}) from int_baseline_point_months"  # noqa: S608
                " join (select point_id, holder_group from int_points) using (point_id)"
                f" where {column} is not null group by all order by all"
            ).fetchall()
            assert behind == modelled
            assert behind


def test_a_measure_without_points_is_kept_and_stops_nothing(ask: Ask) -> None:
    """The build of every district hangs on its data tests; the row without a point is meant to be there."""
    where = {"month": "2026-10", "measure_id": "M1"}

    assert ask("int_measure_point_savings", "point_id", **where) is None
    assert ask("int_measure_point_savings", "expected_saving", **where) == 500
