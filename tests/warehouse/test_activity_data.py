"""What emits other than by metered energy: processes, waste, notation keys; apart from energy, each line once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pipelines.catalogue.factor import Factor
from pipelines.catalogue.gpc import gpc_lines
from pipelines.warehouse.declared_factors import _factor
from tests.warehouse.arrived import _row, interval, point
from tests.warehouse.models import Models, Row, one, total


def factor(code: str, value: str, unit: str, **said: object) -> Row:
    return _factor(
        Factor(code=code, kind="emission", activity="glass_melting", value=Decimal(value), unit=unit,
               **{"gas": "CO2", "series": "plant", "year": 2020, "region": "IT",
                  "source": "test", **said}),  # type: ignore[arg-type]
    )  # fmt: skip


def done(**said: object) -> Row:
    return _row(
        **{"gpc_ref": "IV.1", "activity": "glass_melting", "holder_group": "glassworks",
           "holder_kind": "firm", "period_start": date(2026, 1, 1), "period_end": date(2027, 1, 1),
           "quantity": Decimal(3650), "unit": "t", "series": "plant", "notation_key": None,
           "reason": None, "month": "2026-01", **said},
    )  # fmt: skip


def inventory(models: Models, rows: list[Row], factors: list[Row]) -> dict[str, list[Row]]:
    return models.run(
        {
            "stg_metering_points": [point("p", "electricity", sector="industry")],
            "stg_meter_intervals": [interval(date(2026, 3, 1), date(2026, 4, 1), 1000)],
            "stg_activity_data": rows,
            "stg_factors": [
                *factors,
                _factor(Factor(code="GRID", kind="emission", carrier="electricity", gas="CO2e",
                               basis="production", series="EEA generation", value=Decimal("0.2"),
                               unit="kg/kWh", year=2020, region="IT", source="test")),
                *({"factor_code": gas, "kind": "gwp", "gas": gas, "gwp_set": "AR5",
                   "value": Decimal(gwp)} for gas, gwp in (("CH4", 28), ("N2O", 265))),
            ],
        },
        "fct_activity_emission_lines", "fct_gpc_inventory", "fct_emissions_monthly",
        "int_emission_findings", "int_activity_lines",
    )  # fmt: skip


def test_a_process_is_quantity_times_factor_and_apart_from_energy(models: Models) -> None:
    """3650 t of glass in 2026 are 310 t in March; at 0.2 t CO2/t 62 t, beside 0.2 t of energy."""
    rows = inventory(models, [done()], [factor("MELT", "0.2", "t/t")])
    line = one(rows["fct_activity_emission_lines"], month="2026-03")
    assert (line["quantity"], line["kg_co2e"]) == (310, 62000)
    month = one(rows["fct_emissions_monthly"], month="2026-03")
    assert (month["process_tco2e"], month["energy_tco2e"]) == (62, Decimal("0.2"))
    assert month["scope1_tco2e"] is None


def test_the_months_of_a_year_add_up_to_it(models: Models) -> None:
    rows = inventory(models, [done(quantity=Decimal("1000.000001"),
                                   period_start=date(2026, 3, 10), period_end=date(2026, 9, 21))],
                     [factor("MELT", "0.2", "t/t")])  # fmt: skip
    assert total(rows["int_activity_lines"], "quantity") == Decimal("1000.000001")


def test_the_plants_own_factor_comes_first_and_gases_have_their_potentials(models: Models) -> None:
    rows = inventory(models, [done()], [
        factor("MELT", "0.2", "t/t"), factor("OWN", "0.1", "t/t", region=None, operator="glassworks"),
        factor("OTHER", "0.9", "t/t", region=None, operator="another"),
        factor("LATER", "0.3", "t/t", year=2030), factor("KILN", "2", "kg/t", gas="CH4"),
        factor("ELSEWHERE", "0.5", "t/t", series="handbook"),
    ])  # fmt: skip
    lines = [row for row in rows["fct_activity_emission_lines"] if row["month"] == "2026-03"]
    assert {row["factor_code"]: row["kg_co2e"] for row in lines} == {
        "OWN": 31000, "KILN": 310 * 2 * 28,
    }  # fmt: skip


def test_an_activity_without_a_factor_is_not_estimated_and_a_finding(models: Models) -> None:
    rows = inventory(models, [done()], [factor("PER_KG", "0.2", "kg/kg")])
    line = one(rows["fct_activity_emission_lines"], month="2026-03")
    assert (line["notation_key"], line["kg_co2e"]) == ("NE", None)
    assert one(rows["int_emission_findings"], code="ACTIVITY_WITHOUT_FACTOR")
    gpc = one(rows["fct_gpc_inventory"], month="2026-03", gpc_ref="IV.1")
    assert (gpc["notation_key"], gpc["reason"]) == ("NE", "no_factor")


def test_waste_treated_outside_is_scope_3_and_within_is_no_energy(models: Models) -> None:
    rows = inventory(
        models, [done(gpc_ref="III.1.2"), done(gpc_ref="III.1.1", holder_group="other")],
        [factor("MELT", "0.2", "t/t")],
    )  # fmt: skip
    month = one(rows["fct_emissions_monthly"], month="2026-03")
    assert (month["scope3_tco2e"], month["energy_tco2e"]) == (62, Decimal("0.2"))
    assert month["process_tco2e"] is None


def test_every_line_of_the_protocol_has_an_amount_or_a_key(models: Models) -> None:
    keys = [
        done(gpc_ref="II.4.1", activity="all", quantity=None, unit=None, series=None,
             notation_key="NO", reason="no airport"),
        done(gpc_ref="I.4.1", activity="all", quantity=None, unit=None, series=None,
             notation_key="IE", reason="in I.3.1"),
        done(gpc_ref="I.3.2", activity="all", quantity=None, unit=None, series=None,
             notation_key="NO", reason="a mistake"),
    ]  # fmt: skip
    rows = inventory(models, [*keys, done()], [factor("MELT", "0.2", "t/t")])
    march = [row for row in rows["fct_gpc_inventory"] if row["month"] == "2026-03"]

    assert [row["gpc_ref"] for row in sorted(march, key=lambda row: row["position"])] == [
        line.ref for line in gpc_lines()
    ]
    assert all((row["kg_co2e"] is None) == (row["notation_key"] is not None) for row in march)
    assert one(march, gpc_ref="II.4.1")["notation_key"] == "NO"
    assert one(march, gpc_ref="I.4.1")["reason_text"] == "in I.3.1"
    assert one(march, gpc_ref="V.1")["notation_key"] == "NE"
    assert one(march, gpc_ref="I.3.2")["kg_co2e"] == 200
    assert one(rows["int_emission_findings"], code="NOTATION_CONTRADICTED")["detail_en"] == (
        "Line I.3.2: declared NO."
    )
