"""What is declared: KPIs as they really are, districts and targets that are invented."""

from __future__ import annotations

from datetime import date

from tests.published.districts import DISTRICTS, MONTHS, Row, decimal, index_of, known_at

FACTORS = {
    "natural_gas": ("UNFCCC_CO2_NATURAL_GAS", 0.2020),
    "electricity": ("EEA_PROD_IT", 0.2130),
}


def declared_tables(upto: str) -> dict[str, list[Row]]:
    """Tables of declarations."""
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
                "region": "IT",
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
                "baseline_value": decimal(base),
                "reduction": decimal(cut_by),
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
                "target_value": decimal(80),
                "source": "CDTT",
            }
            for d in DISTRICTS
        ],
        "target_points": [
            {"district_id": d, "position": 0, "point": n, "year": year, "reduction": decimal(cut)}
            for d, end in (("prato", 0.37), ("parma", 0.30), ("bergamo", 0.4))
            for n, (year, cut) in enumerate(((2019, 0.0), (2030, end)))
        ],
        "calendar": [
            {"district_id": d, "month": m, "working_days": 21 + (index_of(m) * 5) % 3, "days": 30}
            for d in DISTRICTS
            for m in MONTHS
            if m <= upto
        ],
        "thresholds": [
            {"name": n, "value": decimal(v)}
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
                "value": decimal(value),
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
