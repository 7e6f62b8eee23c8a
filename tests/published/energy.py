"""Energy, its emissions and its contributors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.published.declared import FACTORS
from tests.published.districts import DISTRICTS, Row, decimal, kpis

HEADLINE_CARRIERS = {"natural_gas": 0.62, "electricity": 0.38}


def energy_rows(district: str, month: str, measures: Any) -> list[Row]:
    """A row per holder and carrier."""
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
            "energy_kwh": decimal(total * share * weight / whole),
        }
        for sector, kind, holder, weight in shares
        for carrier, share in HEADLINE_CARRIERS.items()
    ]


def energy_cells(energy: list[Row]) -> list[Row]:
    """Sums by carrier and sector."""
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


def emission_lines(energy: list[Row]) -> list[Row]:
    """Activity times factor."""
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
            "factor_value": decimal(FACTORS[row["carrier"]][1]),
            "factor_year": 2020,
            "gwp": decimal(1),
            "activity": row["energy_kwh"],
            "kg_co2e": decimal(float(row["energy_kwh"]) * FACTORS[row["carrier"]][1]),
            "biogenic": False,
        }
        for row in energy_cells(energy)
    ]


def contributor_rows(energy: list[Row], months: list[str]) -> list[Row]:
    """Who holds the parts of what may need protection."""
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
