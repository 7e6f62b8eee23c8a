"""Plausible marts of four districts and thirty months, the same on every run, for tests of publishing.

Belongs here: `view/marts`, `view/declared` and `view/collected` as the warehouse leaves them. Figures are invented;
KPI declarations are the real ones. Prato is complete but for its water, Parma is ahead of its path, Bergamo has two
firms (so its energy is hidden), Roma has registers and a survey and no meters.
"""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.catalogue.kpi import Kpi
from pipelines.catalogue.kpi import kpis as declared_kpis
from pipelines.settings import Settings, checkout

MONTHS = [f"{2024 + (4 + n) // 12}-{(4 + n) % 12 + 1:02d}" for n in range(30)]
"""2024-05 … 2026-10."""
DISTRICTS = {
    "bergamo": ("Porta Sud di Bergamo", "Bergamo Porta Sud", "Bergamo", "regeneration"),
    "parma": (
        "Area produttiva nord di Parma",
        "Parma northern productive area",
        "Parma",
        "mixed_industry",
    ),
    "prato": ("Distretto tessile di Prato", "Prato textile district", "Prato", "process_industry"),
    "roma": ("Tiburtina Valley di Roma", "Rome Tiburtina Valley", "Roma", "services"),
}
HEADLINE_CARRIERS = {"natural_gas": 0.62, "electricity": 0.38}
FACTORS = {
    "natural_gas": ("UNFCCC_CO2_NATURAL_GAS", 0.2020),
    "electricity": ("EEA_PROD_IT", 0.2130),
}
Row = dict[str, Any]
CHANGE = {
    "activity": 0.2,
    "weather": -0.3,
    "efficiency": 0.9,
    "factor": 0.1,
    "coverage": 0.05,
    "boundary": 0.05,
}
"""How a change of the fixture is split; the rest of emissions has a share of its own."""
kpis = cache(declared_kpis)


def known_at(month: str) -> datetime:
    """The tenth of the following month."""
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + number // 12, number % 12 + 1, 10, 7, tzinfo=UTC)


def deployment(home: Path, upto: str = "2026-10", late_water: bool = False) -> Settings:
    """A deployment whose view holds the fixture's tables up to one month.

    Args:
        home: Where state goes.
        upto: The last month with data.
        late_water: A second look: Prato's September has had late readings.
    """
    root = checkout()
    inbox = home / "inbox"
    districts = home / "districts"
    districts.mkdir(parents=True, exist_ok=True)
    for district, names in DISTRICTS.items():
        (districts / f"{district}.yaml").write_text(
            f"id: {district}\nname: {names[0]}\n", encoding="utf-8"
        )
    build(home, upto, late_water)
    return Settings(checkout=root, home=home, districts=districts, inbox=inbox, view=home)


def build(view: Path, upto: str, late: bool) -> None:
    """Write every table of a view."""
    months = [month for month in MONTHS if month <= upto]
    declared = list(kpis().values())
    measures = {(d, m): _measures(d, m, late and m == "2026-09") for d in DISTRICTS for m in months}
    energy = [row for d in DISTRICTS for m in months for row in _energy(d, m, measures[d, m])]
    _write(view / "declared" / "kpis.parquet", [_kpi(one) for one in declared])
    for name, rows in _declared(upto).items():
        _write(view / "declared" / f"{name}.parquet", rows)
    marts = {
        "fct_kpi_values": [row for one in declared for row in _values(one, months, measures, upto)],
        "fct_energy": energy,
        "fct_energy_by_carrier_sector": _by_cell(energy),
        "fct_emission_lines": _lines(energy),
        "fct_contributors": _contributors(energy, months),
        "fct_completeness": [row for key, m in measures.items() for row in _completeness(*key, m)],
        "fct_kpi_quality": [
            {"kpi_code": one.code, "period": "month", **row}
            for key, m in measures.items()
            for row in _completeness(*key, m)
            for one in declared
            if one.completeness == row["theme"]
        ],
        "fct_gaps": _gaps(upto),
        "fct_findings": _findings(months),
        "fct_projects": _projects(upto),
        "fct_decisions": _decisions(upto),
    }
    marts |= trajectory_marts(measures)
    for mart in ("energy", "water", "emissions", "investment", "levers"):
        marts[f"fct_{mart}_monthly"] = [
            {"district_id": d, "month": m, **{k: _dec(v) for k, v in values.items()}}
            for (d, m), values in measures.items()
        ]
    for name, rows in marts.items():
        _write(view / "marts" / f"{name}.parquet", rows)
    _write(view / "collected" / "deliveries.parquet", _deliveries(months, late))
    _write(view / "collected" / "quarantine.parquet", _quarantine())


def _write(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [_column([row.get(name) for row in rows]) for name in names]
    # As the warehouse writes them: a column that is never null says so.
    fields = [
        pa.field(name, column.type, nullable=column.null_count > 0)
        for name, column in zip(names, columns, strict=True)
    ]
    pq.write_table(pa.table(columns, schema=pa.schema(fields)), path)


def _column(values: list[Any]) -> pa.Array:
    sample = next((value for value in values if value is not None), None)
    if isinstance(sample, Decimal):
        return pa.array(values, pa.decimal128(28, 9))
    if isinstance(sample, datetime):
        return pa.array(values, pa.timestamp("us", tz="UTC"))
    return pa.array(values) if sample is not None else pa.array(values, pa.string())


def _dec(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 6))).quantize(Decimal("1e-9"))


def _index(month: str) -> int:
    return MONTHS.index(month)


def _season(month: str) -> float:
    return math.cos((int(month[5:]) - 1) / 12 * 2 * math.pi)


def _measures(district: str, month: str, late: bool) -> dict[str, float | None]:
    made: dict[str, float | None] = dict.fromkeys(_all_columns())
    n = _index(month)
    wave = _season(month)
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
        **_paces(district, month),
    }


def _paces(district: str, month: str) -> dict[str, float | None]:
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


def _kpi(one: Kpi) -> Row:
    m = one.measure
    return {
        "code": one.code,
        "lever": one.lever,
        "theme": one.theme,
        "maturity": one.maturity,
        "computed": one.computed,
        "name_it": one.name.it,
        "name_en": one.name.en,
        "unit": one.unit,
        "direction": one.direction,
        "cadence": one.cadence,
        "mart": m.mart if m else None,
        "numerator": m.numerator if m else None,
        "denominator": m.denominator if m else None,
        "scale": m.scale if m else None,
        "period": m.period if m else None,
        "decimals": one.decimals,
        "minimum_cases": one.minimum_cases,
        "value_kind": m.kind if m else None,
        "adjusted_numerator": m.adjusted_numerator if m else None,
        "interval_low": m.interval.low if m and m.interval else None,
        "interval_high": m.interval.high if m and m.interval else None,
        "completeness": one.completeness,
        "withheld_below_line": one.withheld_below_line,
        "disclosure_rule": one.disclosure.rule,
        "disclosure_contributions": one.disclosure.contributions,
        "inherits": ",".join(one.disclosure.inherits) or None,
        "reason_not_computed": one.reason.code if one.reason else None,
        "reason_not_computed_it": one.reason.it if one.reason else None,
        "reason_not_computed_en": one.reason.en if one.reason else None,
        "method_it": one.method.it,
        "method_en": one.method.en,
        "formula": one.formula,
        "reference": one.reference,
        "headline_order": one.headline,
    }


def _declared(upto: str) -> dict[str, list[Row]]:
    cut = known_at(upto)
    return {
        "districts": [
            {
                "district_id": d,
                "name_it": it,
                "name_en": en,
                "city": city,
                "archetype": kind,
                "demonstration": True,
                "timezone": "Europe/Rome",
                "gwp_set": "AR5",
                "languages": "it,en",
                "holder_name": f"Comune di {city}",
                "holder_ipa": {"prato": "c_g999"}.get(d),
                "contact_name": "Ufficio energia",
                "contact_email": f"energia@{d}.example.org",
            }
            for d, (it, en, city, kind) in DISTRICTS.items()
        ],
        "boundaries": [
            {
                "district_id": d,
                "boundary_version": "2024",
                "valid_from": date(2024, 1, 1),
                "valid_to": None,
                "description_it": "Perimetro del distretto.",
                "description_en": "Boundary of the district.",
            }
            for d in DISTRICTS
        ],
        "boundary_municipalities": [
            {"district_id": d, "boundary_version": "2024", "municipality_code": "100005"}
            for d in DISTRICTS
        ],
        "targets": [
            {
                "district_id": d,
                "position": 0,
                "kpi_code": "EMI11",
                "stands": "own",
                "declared_on": None,
                "baseline_boundary_version": "2024",
                "baseline_series": "UNFCCC,EEA",
                "baseline_gwp_set": "AR5",
                "share_of_city": None,
                "share_source": None,
                "reason_it": None,
                "reason_en": None,
                "path": "linear",
                "baseline_year": 2019,
                "baseline_value": _dec(base),
                "reduction": _dec(cut_by),
                "target_year": 2030,
                "target_value": None,
                "source": "Inventario 2019",
            }
            for d, base, cut_by in (
                ("prato", 11981, 0.37),
                ("parma", 6600, 0.30),
                ("bergamo", 1400, 0.4),
            )
        ]
        + [
            {
                "district_id": d,
                "position": 1,
                "stands": "own",
                "declared_on": None,
                "kpi_code": "GOV01",
                "path": "level",
                "baseline_year": None,
                "baseline_value": None,
                "reduction": None,
                "target_year": 2030,
                "target_value": _dec(80),
                "source": "CDTT",
            }
            for d in DISTRICTS
        ],
        "target_points": [
            {"district_id": d, "position": 0, "point": n, "year": year, "reduction": _dec(cut)}
            for d, end in (("prato", 0.37), ("parma", 0.30), ("bergamo", 0.4))
            for n, (year, cut) in enumerate(((2019, 0.0), (2030, end)))
        ],
        "calendar": [
            {"district_id": d, "month": m, "working_days": 21 + (_index(m) * 5) % 3, "days": 30}
            for d in DISTRICTS
            for m in MONTHS
            if m <= upto
        ],
        "thresholds": [
            {"name": n, "value": _dec(v)}
            for n, v in {
                "coverage_a": 0.98,
                "coverage_b": 0.95,
                "coverage_c": 0.9,
                "coverage_d": 0.8,
                "grey_below_coverage": 0.8,
                "withheld_below_coverage": 0.5,
                "signal_green": 0,
                "signal_amber": 0.05,
                "counts_below_cases": 10,
                "final_after_months": 3,
                "p_percent": 25,
                "minimum_firms": 3,
                "household_minimum": 15,
                "household_largest_share": 0.15,
                "survey_base": 10,
                "survey_cell": 5,
            }.items()
        ],
        "factors": [
            {
                "factor_code": code,
                "kind": "emission",
                "carrier": carrier,
                "gas": "CO2",
                "basis": None,
                "series": "fixture",
                "value": _dec(value),
                "unit": "kg/kWh",
                "valid_year": 2020,
                "gwp_set": None,
                "source": "Fonte del fattore",
                "url": "https://example.org",
                "status": "verified",
            }
            for carrier, (code, value) in FACTORS.items()
        ],
        "as_of": [
            {"known_at": cut, "as_of_month": upto, "model_version": "m1", "factor_set": "f1"}
        ],
    }


def _period(one: Kpi, month: str, months: list[str]) -> list[str]:
    position = months.index(month)
    period = one.measure.period if one.measure else "month"
    if period == "rolling_12":
        return months[max(0, position - 11) : position + 1]
    if period == "year_to_date":
        return [m for m in months if m[:4] == month[:4] and m <= month]
    return [month]


def _amount(measures: Any, district: str, window: list[str], column: str | None) -> float | None:
    found = [measures[district, m].get(column) for m in window]
    return None if column is None or not found or any(v is None for v in found) else sum(found)


def _one_value(
    one: Kpi, district: str, month: str, months: list[str], measures: Any
) -> tuple[Any, Any, Any, Any, str | None]:
    window = _period(one, month, months)
    if one.measure is None or (one.measure.period == "rolling_12" and len(window) < 12):
        why = "not_enough_months" if one.measure else one.reason and one.reason.code
        return None, None, None, None, why
    top = _amount(measures, district, window, one.measure.numerator)
    scale = float(one.measure.scale)
    if one.code in ("EMI06", "EMI07"):
        return _path_kpi(one, district, month, months, measures)
    if top is None:
        return None, None, None, None, "not_collected"
    adjusted = _amount(measures, district, window, one.measure.adjusted_numerator)
    if one.measure.kind != "ratio":
        return top * scale, adjusted and adjusted * scale, top, None, None
    below = _amount(measures, district, window, one.measure.denominator)
    if not below:
        return None, None, top, below, "zero_denominator" if below == 0 else "not_collected"
    return top / below * scale, None, top, below, None


def _path_kpi(
    one: Kpi, district: str, month: str, months: list[str], measures: Any
) -> tuple[Any, Any, Any, Any, str | None]:
    window = months[max(0, months.index(month) - 11) : months.index(month) + 1]
    total, base = (
        _amount(measures, district, window, "energy_tco2e"),
        measures[district, month]["baseline_tco2e"],
    )
    if total is None or base is None or len(window) < 12:
        return None, None, None, None, "not_collected" if base is None else "not_enough_months"
    gap = base - total if one.code == "EMI06" else total - _path(district, month, base)
    return gap / base * 100, None, gap, base, None


def _path(district: str, month: str, base: float) -> float:
    t = int(month[:4]) + (int(month[5:]) - 12) / 12
    return base * (1 - {"prato": 0.37, "parma": 0.30, "bergamo": 0.4}[district] * (t - 2019) / 11)


def _values(one: Kpi, months: list[str], measures: Any, upto: str) -> list[Row]:
    rows = []
    for district in DISTRICTS:
        for month in months:
            value, adjusted, top, below, reason = _one_value(one, district, month, months, measures)
            few = one.minimum_cases and below is not None and below < one.minimum_cases
            if few and value is not None:
                value, reason = None, "few_cases"
            before = months[months.index(month) - 12] if months.index(month) >= 12 else None
            last = _one_value(one, district, before, months, measures)[0] if before else None
            target = _target(one, district, month, measures)
            cover = (
                0.74
                if one.theme == "water" and district == "prato" and _index(month) >= 27
                else 0.97
            )
            cover = (
                0.61 if district == "bergamo" and one.theme in ("energy", "emissions") else cover
            )
            gap = _behind(one, value, target)
            rows.append(
                {
                    "district_id": district,
                    "month": month,
                    "period_start": date.fromisoformat(f"{_period(one, month, months)[0]}-01"),
                    "period_end": _next(month),
                    "kpi_code": one.code,
                    "value": _dec(value),
                    "value_adjusted": _dec(adjusted),
                    "interval_low": _dec(value and value * 0.99) if one.code == "EMI11" else None,
                    "interval_high": _dec(value and value * 1.01) if one.code == "EMI11" else None,
                    "unit": one.unit,
                    "status": "provisional" if _index(upto) - _index(month) < 3 else "final",
                    "signal": _signal(one, value, target, cover),
                    "grade": "D" if cover < 0.8 else "B",
                    "coverage": _dec(cover if value is not None else 0),
                    "reason": reason,
                    "numerator": _dec(top),
                    "denominator": _dec(below),
                    "target": _dec(target),
                    "gap": _dec(gap),
                    "previous_year": _dec(last),
                    "next_due": _next(month) + timedelta(days=40),
                    "factor_set": "f1",
                    "gwp_set": "AR5",
                    "model_version": "m1",
                    "boundary_version": "2024",
                    "known_at": known_at(upto),
                }
            )
    return rows


def _target(one: Kpi, district: str, month: str, measures: Any) -> float | None:
    if one.code == "EMI11" and district != "roma":
        return _path(district, month, measures[district, month]["baseline_tco2e"])
    return 80.0 if one.code == "GOV01" else None


def _behind(one: Kpi, value: float | None, target: float | None) -> float | None:
    """The share by which a value is behind its target; negative where it is ahead."""
    if value is None or not target:
        return None
    return ((value - target) if one.direction == "lower" else (target - value)) / target


def _signal(one: Kpi, value: float | None, target: float | None, cover: float) -> str:
    if value is None or cover < 0.8:
        return "grey"
    behind = _behind(one, value, target)
    if behind is None:
        return "none"
    return "green" if behind <= 0 else "amber" if behind <= 0.05 else "red"


def _next(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1)


def _energy(district: str, month: str, measures: Any) -> list[Row]:
    total = measures["final_energy_kwh"]
    if total is None:
        return []
    shares = {
        "prato": [("industry", "firm", f"f{i}", w) for i, w in enumerate((24, 17, 13, 11, 9, 7, 5))]
        + [("tertiary", "firm", f"t{i}", 2) for i in range(4)]
        + [("municipal", "public", "comune", 6)],
        "parma": [("industry", "firm", f"f{i}", w) for i, w in enumerate((20, 18, 15, 14, 12))]
        + [("tertiary", "firm", "t0", 11), ("municipal", "public", "comune", 10)],
        "bergamo": [
            ("tertiary", "firm", "t0", 40),
            ("tertiary", "firm", "t1", 25),
            ("municipal", "public", "comune", 35),
        ],
    }[district]
    whole = sum(weight for *_, weight in shares)
    return [
        {
            "district_id": district,
            "month": month,
            "point_id": f"P{holder}{carrier}",
            "site_id": holder,
            "carrier": carrier,
            "sector": sector,
            "flow": "import",
            "role": "supply",
            "holder_group": holder,
            "holder_kind": kind,
            "energy_kwh": _dec(total * share * weight / whole),
        }
        for sector, kind, holder, weight in shares
        for carrier, share in HEADLINE_CARRIERS.items()
    ]


def _by_cell(energy: list[Row]) -> list[Row]:
    sums: dict[tuple[str, ...], Decimal] = {}
    for row in energy:
        key = (row["district_id"], row["month"], row["carrier"], row["sector"])
        sums[key] = sums.get(key, Decimal(0)) + row["energy_kwh"]
    return [
        {
            "district_id": d,
            "month": m,
            "carrier": c,
            "sector": s,
            "flow": "import",
            "adds_to_total": True,
            "energy_kwh": v,
        }
        for (d, m, c, s), v in sums.items()
    ]


def _lines(energy: list[Row]) -> list[Row]:
    return [
        {
            **{k: row[k] for k in ("district_id", "month", "carrier", "sector")},
            "scope": "1" if row["carrier"] == "natural_gas" else "2_location",
            "gas": "CO2",
            "gpc_ref": f"I.3.{1 if row['carrier'] == 'natural_gas' else 2}",
            "instrument": "any",
            "basis": None,
            "slot": None,
            "reason": None,
            "factor_age_years": 6,
            "factor_code": FACTORS[row["carrier"]][0],
            "factor_value": _dec(FACTORS[row["carrier"]][1]),
            "factor_year": 2020,
            "gwp": _dec(1),
            "activity": row["energy_kwh"],
            "kg_co2e": _dec(float(row["energy_kwh"]) * FACTORS[row["carrier"]][1]),
            "biogenic": False,
        }
        for row in _by_cell(energy)
    ]


def _contributors(energy: list[Row], months: list[str]) -> list[Row]:
    measures = sorted(
        {one.disclosure.contributions for one in kpis().values() if one.disclosure.rule == "firms"}
    )
    rows = []
    for district in DISTRICTS:
        for month in months:
            held: dict[str, Decimal] = {}
            total = Decimal(0)
            for row in energy:
                if (row["district_id"], row["month"]) == (district, month):
                    total += row["energy_kwh"]
                    if row["holder_kind"] == "firm":
                        held[row["holder_group"]] = (
                            held.get(row["holder_group"], Decimal(0)) + row["energy_kwh"]
                        )
            top = sorted(held.values(), reverse=True)
            rows += [
                {
                    "district_id": district,
                    "month": month,
                    "measure": measure,
                    "protected_kind": "firm",
                    "contributors": len(top),
                    "largest": top[0],
                    "second": top[1],
                    "total": total,
                }
                for measure in measures
                if top
            ]
    return rows


def _completeness(district: str, month: str, measures: Any) -> list[Row]:
    themes = (
        "energy",
        "electricity",
        "natural_gas",
        "pv",
        "water",
        "emissions",
        "surfaces",
        "activity",
        "weather",
        "investment",
        "governance",
        "social",
        "participation",
        "finance",
        "learning",
        "survey",
    )
    rows = []
    for theme in themes:
        physical = theme in ("energy", "electricity", "natural_gas", "pv", "water", "emissions")
        cover: float | None = 0.97
        if (district == "roma" and physical) or (district == "bergamo" and theme == "water"):
            cover = None
        elif district == "bergamo" and physical:
            cover = 0.61
        elif district == "prato" and theme == "water" and _index(month) >= 27:
            cover = 0.74
        grade = "E" if cover is None else "D" if cover < 0.8 else "B"
        rows.append(
            {
                "district_id": district,
                "month": month,
                "theme": theme,
                "expected": _dec(100.0),
                "present": _dec(cover and cover * 100),
                "coverage": _dec(cover),
                "points": 12 if physical else None,
                "points_full": 11 if physical else None,
                "expected_intervals": 2976 if physical else None,
                "present_intervals": 2880 if physical else None,
                "estimated_share": _dec(0.04),
                "substituted_share": _dec(0.01) if physical else None,
                "allocated_share": _dec(0.12) if physical else None,
                "allocation": "days" if physical else None,
                "quarantined_rows": 3,
                "accepted_rows": 2900,
                "age_days": 12,
                "factor_age_years": 6 if theme == "emissions" else None,
                "evidence_share": _dec(0.9),
                "grade_coverage": grade,
                "grade_estimated": "B",
                "grade_age": "A",
                "grade_quarantine": "A",
                "grade_factor_age": "C" if theme == "emissions" else None,
                "grade_evidence": "B",
                "grade": grade,
                "reason": "not_collected" if cover is None else None,
            }
        )
    return rows


def _gaps(upto: str) -> list[Row]:
    common = {"contact_email": "dati@example.org", "reason_code": "not_delivered", "month": upto}
    return [
        {
            "district_id": "prato",
            "source_id": "water_registers",
            "dataset": "meter_registers",
            "theme": "water",
            "points_missing": 41,
            "points_expected": 156,
            "contact_name": "gestore idrico",
            "due_on": date(2026, 11, 3),
            **common,
        },
        {
            "district_id": "prato",
            "source_id": "output",
            "dataset": "district_activity",
            "theme": "energy",
            "points_missing": 1,
            "points_expected": 1,
            "contact_name": "referente del consorzio",
            "due_on": date(2026, 11, 18),
            **common,
        },
        {
            "district_id": "bergamo",
            "source_id": "curves",
            "dataset": "meter_intervals",
            "theme": "energy",
            "points_missing": 12,
            "points_expected": 31,
            "contact_name": "distributore elettrico",
            "due_on": date(2026, 11, 5),
            **common,
        },
    ]


def _findings(months: list[str]) -> list[Row]:
    return [
        {
            "district_id": "prato",
            "source_id": "curves",
            "dataset": "meter_intervals",
            "month": months[-1],
            "point_id": "IT001E00000001",
            "code": "NEGATIVE_DELTA",
            "severity": "warning",
            "count": 3,
            "detail_it": "x",
            "detail_en": "x",
            "known_at": known_at(months[-1]),
        },
    ]


def _projects(upto: str) -> list[Row]:
    return [
        {
            "district_id": d,
            "month": upto,
            "project_id": f"{d}-{i}",
            "cup": f"D9{i}",
            "title": title,
            "programme": "PNRR",
            "action_field": "energy",
            "status": status,
            "capex_eur": _dec(size * 1e6),
            "committed_eur": _dec(size * 0.8e6),
            "paid_eur": _dec(size * 0.4e6),
            "public_eur": _dec(0.0 if i == 0 else size * 1e6),
            "private_eur": _dec(size * 1e6 if i == 0 else 0.0),
            "municipality_share": _dec(1.0),
            "as_of": date(2026, 10, 31),
            "planned_end": date(2027, 6, 30),
        }
        for d in DISTRICTS
        for i, (title, size, status) in enumerate(
            (
                ("Caldaie a pompa di calore per la tintura", 4.2, "in_progress"),
                ("Fotovoltaico sui tetti del consorzio", 2.9, "funded"),
                ("Rete di acqua di riuso, secondo lotto", 5.3, "planned"),
            )
        )
    ]


def _decisions(upto: str) -> list[Row]:
    return [
        {
            "district_id": d,
            "month": upto,
            "decision_id": f"{d}-1",
            "title": "Deroga per l'accumulo condiviso",
            "raised_on": date(2026, 9, 12),
            "due_on": date(2026, 11, 30),
            "closed_on": None,
            "outcome": "open",
        }
        for d in DISTRICTS
    ]


def _deliveries(months: list[str], late: bool) -> list[Row]:
    rows = [
        {
            "district_id": d,
            "source_id": "curves",
            "dataset": "meter_intervals",
            "file_name": f"IT001E12345678_{m}.csv",
            "sha256": f"{hash_of(d + m)}",
            "member": None,
            "received_at": known_at(m) - timedelta(days=3),
            "outcome": "accepted",
            "code": None,
            "rows_received": 2979,
            "rows_accepted": 2976,
            "rows_quarantined": 3,
            "first_month": m,
            "last_month": m,
        }
        for d in ("bergamo", "parma", "prato")
        for m in months
    ]
    if late:
        rows.append(
            {
                **rows[-1],
                "sha256": hash_of("late"),
                "first_month": "2026-09",
                "last_month": "2026-09",
                "received_at": known_at("2026-09") + timedelta(days=20),
            }
        )
    return rows


def hash_of(text: str) -> str:
    """A stand-in for the hash of a delivered file."""
    return hashlib.sha256(text.encode()).hexdigest()


def _quarantine() -> list[Row]:
    return [
        {
            "district_id": "prato",
            "source_id": "curves",
            "dataset": "meter_intervals",
            "code": "NEGATIVE_VALUE",
            "month": "2026-10",
            "_sha256": hash_of("prato2026-10"),
            "_member": None,
            "_row": n,
            "column": "quantity",
            "raw": "-1",
            "known_at": known_at("2026-10"),
        }
        for n in range(3)
    ]


def trajectory_marts(measures: dict[tuple[str, str], Any]) -> dict[str, list[Row]]:
    """Way to the target, forecasts and parts of changes, for the districts that have emissions."""
    made: dict[str, list[Row]] = {
        name: []
        for name in ("fct_emission_trajectory", "fct_emission_forecasts", "fct_change_parts")
    }
    for (district, month), values in measures.items():
        place = {"district_id": district, "month": month}
        if values.get("energy_tco2e") is None:
            row = {
                **place,
                "stands": None,
                "target_reason": "no_target",
                "pace_reason": "not_enough_months",
            }
            made["fct_emission_trajectory"].append(row)
            continue
        window = [m for m in MONTHS if m <= month][-12:]
        year = _amount(measures, district, window, "energy_tco2e") if len(window) == 12 else None
        made["fct_emission_trajectory"].append(_way(place, values, year))
        if values.get("achieved_slope_tco2e") is not None and year is not None:
            made["fct_emission_forecasts"] += _foreseen(place, values, year)
        before = f"{int(month[:4]) - 1}{month[4:]}"
        if (district, before) in measures:
            made["fct_change_parts"] += _change(place, "month", values, measures[district, before])
        earlier = [m for m in MONTHS if m < window[0]][-12:]
        if year is not None and len(earlier) == 12:
            sums = [
                {k: _amount(measures, district, w, k) for k in ("energy_tco2e", "final_energy_kwh")}
                for w in (window, earlier)
            ]
            made["fct_change_parts"] += _change(place, "year", *sums)
    return made


def _way(place: Row, values: Any, year: float | None) -> Row:
    base, pace = values["baseline_tco2e"], values.get("achieved_slope_tco2e")
    target = _path(place["district_id"], "2030-12", base)
    known = year is not None and pace is not None
    ahead = 2030 - int(place["month"][:4]) - (int(place["month"][5:]) - 12) / 12
    forecast = year + pace * ahead if known else None
    arrives = int(int(place["month"][:4]) + (target - year) / pace) if known else None
    return {
        **place,
        "stands": "own",
        "target_year": 2030,
        "baseline_tco2e": _dec(base),
        "path_tco2e": _dec(_path(place["district_id"], place["month"], base)),
        "target_tco2e": _dec(target),
        "energy_tco2e_12m": _dec(year),
        **{k: _dec(v) for k, v in _paces(place["district_id"], place["month"]).items()},
        "months_of_pace": 24 if known else None,
        "forecast_tco2e": _dec(forecast),
        "forecast_low_tco2e": _dec(forecast - 900 if forecast is not None else None),
        "forecast_high_tco2e": _dec(forecast + 900 if forecast is not None else None),
        "arrival": "at_pace" if known else None,
        "arrival_year": arrives,
        "arrival_earliest_year": arrives and arrives - 2,
        "arrival_latest_year": arrives and arrives + 9,
        "budget_left_tco2e": None,
        "budget_slope_tco2e": None,
        "target_reason": None,
        "pace_reason": None if known else "not_enough_months",
    }


def _foreseen(place: Row, values: Any, year: float) -> list[Row]:
    index = int(place["month"][:4]) * 12 + int(place["month"][5:])
    rows = []
    for ahead in sorted({6, 12, 24, 36, 48, 2030 * 12 + 12 - index}):
        month = f"{(index + ahead - 1) // 12}-{(index + ahead - 1) % 12 + 1:02d}"
        value, unsure = year + values["achieved_slope_tco2e"] * ahead / 12, 150.0 * ahead / 12
        figures = {"forecast": value, "low": value - unsure, "high": value + unsure, "naive": year}
        rows.append(
            {
                **place, "for_month": month, "horizon_months": ahead, "method": "seasonal_line",
                **{f"{k}_tco2e": _dec(v) for k, v in figures.items()},
                "fact_tco2e": None, "error_tco2e": None, "naive_error_tco2e": None,
                "within_interval": None,
            }
        )  # fmt: skip
    return rows


def _change(place: Row, period: str, now: Any, before: Any) -> list[Row]:
    rows = []
    for measure, column, scale, unit in (
        ("energy", "final_energy_kwh", Decimal("0.001"), "MWh"),
        ("emissions", "energy_tco2e", Decimal(1), "tCO2e"),
    ):
        start, end = (_dec(side[column]) * scale for side in (before, now))
        shares = {k: v for k, v in CHANGE.items() if measure == "emissions" or k != "factor"}
        parts = {k: round((end - start) * Decimal(str(v)), 9) for k, v in shares.items()}
        parts["not_separable"] = end - start - sum(parts.values())
        rows += [
            {
                **place, "period": period, "measure": measure, "part": part, "unit": unit,
                "from_value": start, "to_value": end, "value": value,
                "reason": "no_model" if part == "not_separable" else None,
            }
            for part, value in parts.items()
        ]  # fmt: skip
    return rows
