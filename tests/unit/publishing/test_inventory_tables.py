"""The public tables of the inventory: complete, nothing twice, nothing given back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

from pipelines.publishing.months import months_back
from pipelines.publishing.protecting.factor_tables import factor_report, factors_used
from pipelines.publishing.protecting.inventory import gpc_table, told_apart_by_factors
from pipelines.publishing.protecting.inventory_views import VIEWS, inventory_views
from pipelines.publishing.protecting.limits import Contributors, Limits
from pipelines.publishing.rows import Row

MONTH, LIMITS = "2026-10", Limits()
CELLS = [("electricity", "industry", 100), ("electricity", "tertiary", 40), ("natural_gas", "industry", 60),
         ("natural_gas", "municipal", 7), ("district_heat", "tertiary", 5)]  # fmt: skip


def cells(
    hidden: tuple[str, str] | None = None, column: str = "tco2e", scale: int = 1
) -> list[Row]:
    """Twelve months of public cells, with their margins, one of them hidden throughout."""
    return [
        {"district_id": "d", "month": month, "carrier": carrier, "sector": sector,
         column: None if (carrier, sector) == hidden else Decimal(amount * scale)}
        for month in months_back(MONTH, 12)
        for carrier, sector, amount in (*CELLS, ("all", "all", 212), ("natural_gas", "all", 67))
    ]  # fmt: skip


def gpc_row(ref: str, scope: str, tonnes: int | None, suppressed: bool = False) -> Row:
    return {"district_id": "d", "month": MONTH, "gpc_ref": ref, "scope": scope, "suppressed": suppressed,
            "tco2e": None if tonnes is None else Decimal(tonnes)}  # fmt: skip


def test_every_view_adds_up_to_the_cells_and_places_each_once() -> None:
    views = inventory_views(cells(column="energy_kwh", scale=1000), cells(), [], MONTH)
    for view in VIEWS:
        own = {(row["row"], row["column"]): row["value"] for row in views if row["view"] == view}
        parts = [value for (row, column), value in own.items() if "total" not in (row, column)]
        assert sum(parts) == own["total", "total"] == 12 * 212
        for (row, column), told in own.items():
            over = [value for (r, c), value in own.items()
                    if row in (r, "total") and column in (c, "total") and "total" not in (r, c)]  # fmt: skip
            assert told == sum(over)


def test_electricity_is_a_sector_of_its_own_in_one_table_and_a_carrier_in_the_other() -> None:
    views = inventory_views(cells(column="energy_kwh"), cells(), [], MONTH)
    nzc = {(r["row"], r["column"]): r["value"] for r in views if r["view"] == "nzc_a14"}
    secap = {(r["row"], r["column"]): r["value"] for r in views if r["view"] == "secap_emissions"}
    assert nzc["electricity", "scope_2"] == 12 * 140
    assert nzc["industry", "total"] == 12 * 60
    assert nzc["buildings", "scope_2"] == 12 * 5
    assert secap["industry", "electricity"] == 12 * 100
    assert "electricity" not in {row for row, _ in secap}


def test_other_lines_stand_in_their_sector_and_energy_comes_from_cells_alone() -> None:
    gpc = [gpc_row("I.3.1", "1", 720), gpc_row("III.3.2", "3", 30), gpc_row("IV.1", "1", None, True),
           gpc_row("I.3.3", "3", 9), gpc_row("V.1", "1", None)]  # fmt: skip
    views = inventory_views(cells(column="energy_kwh"), cells(), gpc, MONTH)
    nzc = {(r["row"], r["column"]): r["value"] for r in views if r["view"] == "nzc_a14"}
    assert nzc["waste", "scope_3"] == 30
    assert nzc["electricity", "scope_3"] == 9
    assert nzc["ippu", "scope_1"] is None
    assert nzc["total", "total"] is None
    assert ("afolu", "scope_1") not in nzc


def test_a_hidden_cell_hides_every_cell_and_total_over_it_and_no_other() -> None:
    hidden = ("natural_gas", "municipal")
    views = inventory_views(cells(hidden, "energy_kwh"), cells(hidden), [], MONTH)
    for view, place in (
        ("nzc_a14", ("buildings", "scope_1")),
        ("secap_energy", ("municipal", "natural_gas")),
    ):
        own = {(r["row"], r["column"]): r for r in views if r["view"] == view}
        gone = {place, (place[0], "total"), ("total", place[1]), ("total", "total")}
        assert {key for key, row in own.items() if row["suppressed"]} == gone
        assert all((row["value"] is None) == row["suppressed"] for row in own.values())


def inventory_rows(ref: str, kg: int | None, position: int = 0, **said: object) -> list[Row]:
    return [
        {"district_id": "d", "month": month, "gpc_ref": ref, "position": position, "scope": "1",
         "level": "basic", "kg_co2e": None if kg is None else Decimal(kg),
         "notation_key": None if kg is not None else "NE", "reason": None if kg is not None else "not_collected",
         "reason_text": None, **said}
        for month in months_back(MONTH, 12)
    ]  # fmt: skip


def energy_lines(
    carrier: str, sector: str, ref: str, scope: str = "1", **said: object
) -> list[Row]:
    return [
        {"district_id": "d", "month": month, "carrier": carrier, "sector": sector, "gpc_ref": ref,
         "scope": scope, "gas": "CO2", "factor_code": f"F_{carrier}", "factor_year": 2020,
         "factor_age_years": 6, "gwp": Decimal(1), "kg_co2e": Decimal(1000), "biogenic": False,
         "instrument": "any", "basis": None, **said}
        for month in months_back(MONTH, 12)
    ]  # fmt: skip


def test_a_line_made_of_a_hidden_cell_bears_the_key_for_confidential() -> None:
    rows = (
        inventory_rows("I.3.1", 60_000)
        + inventory_rows("I.2.1", 7000)
        + inventory_rows("V.1", None)
    )
    lines = energy_lines("natural_gas", "industry", "I.3.1") + energy_lines(
        "natural_gas", "municipal", "I.2.1"
    )
    table = {
        row["gpc_ref"]: row
        for row in gpc_table(
            rows, [], lines, cells(("natural_gas", "municipal")), {}, MONTH, LIMITS
        )
    }
    assert (table["I.3.1"]["tco2e"], table["I.3.1"]["months"]) == (720, 12)
    assert (table["I.2.1"]["tco2e"], table["I.2.1"]["notation_key"]) == (None, "C")
    assert (table["V.1"]["notation_key"], table["V.1"]["suppressed"]) == ("NE", False)


def test_a_process_of_one_firm_is_confidential_and_takes_its_sum_along() -> None:
    one_firm = Contributors("firm", 1, Decimal(5), Decimal(0), Decimal(5))
    many = Contributors("firm", 5, Decimal(5), Decimal(4), Decimal(20))
    rows = (inventory_rows("IV.1", 5000) + inventory_rows("III.1.2", 900, scope="3")
            + inventory_rows("III.2.2", 900, scope="3"))  # fmt: skip
    who = {("d", MONTH): {"gpc_IV.1": [one_firm], "gpc_III.1.2": [one_firm], "gpc_III.2.2": [many]}}
    table = {
        r["gpc_ref"]: r["notation_key"] for r in gpc_table(rows, [], [], [], who, MONTH, LIMITS)
    }
    # The sum of Scope 3 is a figure: one hidden line of it would follow from the others.
    assert table == {"IV.1": "C", "III.1.2": "C", "III.2.2": "C"}


def value(kpi: str, months: int = 1) -> Row:
    start = date(2026, 10, 1) if months == 1 else date(2025, 11, 1)
    return {"district_id": "d", "month": MONTH, "kpi_code": kpi, "value": Decimal(1),
            "period_start": start, "period_end": date(2026, 11, 1)}  # fmt: skip


FACTORS = [{"factor_code": "F_natural_gas", "value": Decimal("55.9"), "unit": "t/TJ", "source": "table",
            "page": "row 3", "licence": "CC0", "region": "IT", "operator": None, "valid_year": 2020}]  # fmt: skip


def test_every_factor_of_a_figure_is_reported_with_its_share_and_licence() -> None:
    lines = energy_lines("natural_gas", "industry", "I.3.1") + energy_lines(
        "electricity", "industry", "I.3.2", "2_location", kg_co2e=Decimal(3000)
    )
    rows = factor_report(lines, [], FACTORS, [value("EMI05"), value("EMI11", 12)], cells(), MONTH)
    assert {(r["kpi_code"], r["factor_code"], r["share"]) for r in rows} == {
        (kpi, code, share)
        for kpi, (code, share) in product(
            ("EMI05", "EMI11"), (("F_natural_gas", Decimal("0.25")), ("F_electricity", Decimal("0.75")))
        )
    }  # fmt: skip
    gas = next(row for row in rows if row["factor_code"] == "F_natural_gas")
    assert (gas["licence"], gas["page"], gas["factor_age_years"]) == ("CC0", "row 3", 6)


def test_no_share_is_told_where_a_cell_is_hidden_and_no_contract_by_name() -> None:
    lines = energy_lines("natural_gas", "industry", "I.3.1")
    hidden = factor_report(
        lines, [], FACTORS, [value("EMI05")], cells(("natural_gas", "municipal")), MONTH
    )
    assert [row["share"] for row in hidden] == [None]

    bought = energy_lines("electricity", "industry", "I.3.2", "2_market", instrument="contract",
                          basis="contract", factor_code="PPA-ROSSI-2026")  # fmt: skip
    told = factor_report(bought, [], FACTORS, [value("EMI03", 12)], cells(), MONTH)
    assert [(row["factor_code"], row["factor_value"], row["share"]) for row in told] == [
        ("contract", None, None)
    ]
    assert factors_used(bought, FACTORS) == []


def test_two_networks_in_one_cell_would_tell_a_customer_apart() -> None:
    def point(holder: str, network: str, kwh: int) -> Row:
        return {"district_id": "d", "month": MONTH, "scope": "2_location", "carrier": "district_heat",
                "sector": "tertiary", "use": "any", "network": network, "holder_kind": "firm",
                "holder_group": holder, "point_id": holder, "activity": Decimal(kwh)}  # fmt: skip

    alone = [point(holder, "north", 100) for holder in "abcd"] + [point("e", "south", 100)]
    assert told_apart_by_factors(alone, LIMITS) == {("d", MONTH): {("district_heat", "tertiary")}}
    assert told_apart_by_factors(alone[:4], LIMITS) == {}
    unnamed = [*alone[:4], point("e", "any", 100)]
    assert told_apart_by_factors(unnamed, LIMITS) == {("d", MONTH): {("district_heat", "tertiary")}}
    many = [point(f"{n}{h}", n, 100) for n in ("north", "south") for h in "abcd"]
    assert told_apart_by_factors(many, LIMITS) == {}


def test_the_factors_of_processes_and_waste_are_reported_where_their_figure_is_public() -> None:
    done = [
        {"district_id": "d", "month": MONTH, "gpc_ref": ref, "scope": scope, "activity": "melting", "gas": "CO2",
         "factor_code": code, "factor_year": 2020, "factor_age_years": 6, "gwp": Decimal(1),
         "kg_co2e": Decimal(5), "biogenic": False}
        for ref, scope, code in (("IV.1", "1", "KILN"), ("III.1.2", "3", "TIP"), ("III.1.1", "1", "HEAP"),
                                 ("IV.1", "1", "none"))
    ]  # fmt: skip
    rows = factor_report(
        [], done, FACTORS, [value("EMI01"), value("EMI04", 12), value("EMI18", 12)], cells(), MONTH
    )
    assert [(row["kpi_code"], row["factor_code"], row["share"]) for row in rows] == [
        ("EMI04", "TIP", None), ("EMI18", "KILN", None),
    ]  # fmt: skip
