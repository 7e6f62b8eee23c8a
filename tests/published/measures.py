"""Measures of a district's month, as the theme marts hold them."""

from __future__ import annotations

import math
from functools import cache

from tests.published.districts import index_of, kpis, season


def measures_of(district: str, month: str, late: bool) -> dict[str, float | None]:
    """Every measure of a district in a month; None where it has none."""
    made: dict[str, float | None] = dict.fromkeys(_all_columns())
    n = index_of(month)
    wave = season(month)
    made |= {
        "hdd": max(0.0, 190 + 200 * wave),
        "reference_hdd": max(0.0, 196 + 202 * wave),
        "working_days": 21.0,
        "cdd": max(0.0, -60 * wave),
    }
    if district != "roma":
        made |= _energy_measures(district, month, n, wave, late)
    if district in ("prato", "parma"):
        made |= _water_measures(district, n, wave)
    made |= _investment_measures(district, n)
    made |= _lever_measures(district, month, n)
    return made


@cache
def _all_columns() -> list[str]:
    return sorted(
        {column for one in kpis().values() if one.measure for column in one.measure.columns()}
    )


def _energy_measures(
    district: str, month: str, n: int, wave: float, late: bool
) -> dict[str, float | None]:
    scale, fall = {"prato": (4300, 0.0042), "parma": (2600, 0.0075), "bergamo": (410, 0.001)}[
        district
    ]
    total = scale * 1000 * (1 + 0.16 * wave) * (1 - fall * n) * (1 + 0.012 * math.sin(n * 2.3))
    if late:
        total *= 1.009
    pv = total * 0.05 * (1.1 - 0.8 * wave)
    gas, power = total * 0.62, total * 0.38
    scope1, scope2 = gas * 0.2020 / 1000, (power - pv * 0.8) * 0.2130 / 1000
    cover = {"prato": 0.97, "parma": 0.94, "bergamo": 0.61}[district]
    base = {"prato": 11981.0, "parma": 6600.0, "bergamo": 1400.0}[district]
    return {
        "final_energy_kwh": total,
        "final_energy_adjusted_kwh": total * (1 + 0.006 * wave + 0.012 * math.cos(n)),
        "baseline_saving_kwh": total * 0.051,
        "baseline_expected_kwh": total * 1.0,
        "energy_of_floor_area_kwh": total * 0.3,
        "heated_floor_area_m2": scale * 21.0,
        "energy_of_output_kwh": total * 0.7 if district == "prato" else None,
        "output_kg": 1_250_000 * (1 - 0.002 * n) if district == "prato" else None,
        "pv_self_consumed_kwh": pv * 0.8,
        "pv_generation_kwh": pv,
        "installed_kw": 1800.0 + 40 * n,
        "potential_kw": 14000.0,
        "actual_read_energy_kwh": total * 0.96,
        "covered_energy_kwh": total * 0.96,
        "expected_energy_kwh": total / cover,
        "reported_energy_kwh": total,
        "billed_energy_eur": total * 0.13,
        "billed_energy_kwh": total,
        "peak_load_kw": scale * 2.1,
        "electricity_final_kwh": power,
        "interval_metered_kwh": total * 0.55,
        "scope1_tco2e": scope1,
        "scope2_location_tco2e": scope2,
        "scope2_market_tco2e": scope2 * 2.1,
        "energy_tco2e": scope1 + scope2,
        "quality_weighted_tco2e": (scope1 + scope2) * 4.1,
        "baseline_tco2e": base,
        "employees": scale * 1.1,
        "avoided_tco2e": 12.0 + n * 0.4,
        **paces(district, month),
    }


def paces(district: str, month: str) -> dict[str, float | None]:
    """Pace and chance of arrival, once there are two years of months."""
    if month < "2026-04":
        return {}
    pace, unsure, needed, chance = {
        "prato": (-431.0, 240.0, -572.0, 0.27),
        "parma": (-312.0, 90.0, -120.0, 0.98),
        "bergamo": (-9.0, 30.0, -50.0, 0.02),
    }[district]
    return {
        "required_slope_tco2e": needed,
        "achieved_slope_tco2e": pace,
        "achieved_slope_low_tco2e": pace - unsure,
        "achieved_slope_high_tco2e": pace + unsure,
        "arrival_probability": chance,
    }


def _water_measures(district: str, n: int, wave: float) -> dict[str, float | None]:
    scale = 260_000 if district == "prato" else 74_000
    gone = district == "prato" and n >= 27
    drawn = scale * (1 - 0.12 * wave) * (1 - 0.003 * n) * (0.74 if gone else 1)
    return {
        "withdrawn_m3": drawn,
        "recycled_m3": drawn * 0.42 if district == "prato" else None,
        "total_water_m3": drawn * 1.42 if district == "prato" else drawn,
        "reuse_capacity_m3": 833_000.0 if district == "prato" else None,
        "rain_m3": 310.0 if district == "parma" else None,
        "water_cycle_kwh": drawn * 0.71,
        "water_cycle_m3": drawn,
        "discharged_m3": drawn * 0.8,
        "water_of_output_m3": drawn * 0.8 if district == "prato" else None,
    }


def _investment_measures(district: str, n: int) -> dict[str, float | None]:
    size = {"prato": 12.4, "parma": 8.1, "bergamo": 31.0, "roma": 2.2}[district] * 1e6
    paid = min(0.95, 0.014 * n)
    late = {"prato": 3.0, "parma": 1.0, "bergamo": 4.0, "roma": 0.0}[district]
    return {
        "pipeline_capex_eur": size * 1.7,
        "capex_eur": size * 1.7,
        "funded_eur": size * 1.2,
        "committed_eur": size,
        "paid_eur": size * paid,
        "planned_paid_eur": size * paid * (1.26 if late else 1.0),
        "public_eur": size * 0.7,
        "private_eur": size * 0.5,
        "funding_gap_eur": size * 0.5,
        "funded_where_cost_told_eur": size * 1.2,
        "capex_where_grant_told_eur": size * 1.6,
        "paid_where_commitment_told_eur": size * paid,
        "committed_where_payment_told_eur": size,
        "capex_where_form_told_eur": size * 1.7,
        "projects_that_count": 16.0,
        "projects_without_grant": 2.0,
        "projects_without_payment": 0.0,
        "new_model_capex_eur": size * 0.2,
        "projects": 14.0,
        "projects_late": late,
        "annualised_cost_eur": size * 0.07,
        "annual_abatement_tco2e": size / 4200,
    }


def _lever_measures(district: str, month: str, n: int) -> dict[str, float | None]:
    due = float(3 + (n * 7) % 5)
    return {
        "decisions_due": 6.0 if n == 29 else due,
        "decisions_closed_on_time": 5.0 if n == 29 else due - (n % 3 == 0),
        "decision_lead_time_days": 34.0,
        "sandboxes_closed": 5.0,
        "sandboxes_adopted": 3.0,
        "cdtt_present": 18.0,
        "cdtt_foreseen": 22.0,
        "priorities_adopted": 4.0,
        "scheme_firms": 11.0,
        "energy_community_members": 6.0,
        "active_firms": 90.0,
        "practices_replicated": 4.0,
        "practices_catalogued": 13.0,
        "behaviour_change_yes": 30.0,
        "behaviour_change_respondents": 52.0,
        "communities_active": 2.0,
        "organisations_participating": 27.0,
        "registered_organisations": 64.0,
        "contributions_answered_in_60_days": 2.0,
        "contributions_received": 3.0,
        "contributions_accepted": 1.0,
        "contributions_decided": 2.0,
        "participants": 40.0,
        "citizen_participants": 14.0,
        "inclusion_index": 61.2 if district == "roma" else None,
        "inclusion_index_low": 56.0 if district == "roma" else None,
        "inclusion_index_high": 66.4 if district == "roma" else None,
        "inclusion_respondents": 84.0 if district == "roma" else None,
        "competence_gain": 14.5,
        "competence_gain_low": 9.0,
        "competence_gain_high": 20.0,
        "competence_pairs": 9.0 if district == "parma" else 21.0,
        "course_enrolled": 24.0,
        "course_completed": 18.0,
        "change_links": 12.0,
        "change_links_evidenced": 5.0,
        "barriers": 11.0,
        "barriers_closed": 4.0,
        "risks": 8.0,
        "risks_mitigated": 3.0,
        "learning_hours": 22.0,
        "exchanges": 1.0,
        "management_stage": 2.0,
        "sandbox_days_saved": 45.0,
    }
