"""Why figures differ between two editions, on editions of a few rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.publishing.comparing.causes import Editions
from pipelines.publishing.comparing.diff import diff_text, difference
from pipelines.publishing.comparing.told import Told
from pipelines.publishing.language import words
from pipelines.publishing.months import months_back
from pipelines.settings import checkout

MONTH = "2026-10"
BEFORE, AFTER = "2026-11-10T08:00:00Z", "2026-12-10T08:00:00Z"
KPIS = [
    {"code": code, "theme": theme, "value_kind": kind, "period": period, "numerator": numerator,
     "mart": mart, "scale": Decimal(scale)}
    for code, theme, kind, period, numerator, mart, scale in (
        ("ENE01", "energy", "sum", "month", "final_energy_kwh", "fct_energy_monthly", "0.001"),
        ("EMI05", "emissions", "sum", "month", "energy_tco2e", "fct_emissions_monthly", "1"),
        ("EMI11", "emissions", "sum", "rolling_12", "energy_tco2e", "fct_emissions_monthly", "1"),
        ("EMI06", "emissions", "ratio", "state", "reduction_tco2e", "fct_emissions_monthly", "100"),
        ("GOV01", "governance", "ratio", "month", "in_time", "fct_levers_monthly", "100"),
        ("WAT01", "water", "sum", "month", "withdrawn_m3", "fct_water_monthly", "1"),
        ("INV05", "investment", "sum", "month", "annual_abatement_tco2e", "fct_investment_monthly", "1"),
    )
]  # fmt: skip
COVER = {"natural_gas": "0.9", "electricity": "1"}


def edition(
    known_at: str,
    kwh: dict[tuple[str, str], str],
    factors: dict[str, str],
    *,
    cover: dict[str, str] | None = None,
    arrived: tuple[dict[str, Any], ...] = (),
    hidden: tuple[tuple[str, str], ...] = (),
    boundary: str = "v1",
    code: str = "same",
    districts: tuple[str, ...] = ("d",),
    baseline: str = "1000",
    entered: tuple[dict[str, Any], ...] = (),
    declared: str = "d1",
    points: dict[str, tuple[int, int]] | None = None,
    scale: str = "0.001",
) -> Told:
    """An edition in which every month of a year is the same, from activity (kWh) and factors (kg per kWh)."""
    cells = {
        cell: Decimal(amount) * Decimal(factors[cell[0]]) / 1000
        for cell, amount in kwh.items()
        if cell[0] in factors
    }
    month_t, year = sum(cells.values(), Decimal(0)), Decimal(12) * sum(cells.values(), Decimal(0))
    base = Decimal(baseline)
    kpi = {
        "ENE01": sum((Decimal(v) for v in kwh.values()), Decimal(0)) * Decimal(scale), "EMI05": month_t,
        "EMI11": year, "EMI06": round(100 * (base - year) / base, 9),
    }  # fmt: skip
    common = {"suppressed": False, "boundary_version": boundary, "model_version": "1", "unit": "x",
              "period_start": date(2026, 10, 1), "coverage": Decimal(1)}  # fmt: skip
    values = [
        {**common, "district_id": d, "month": month, "kpi_code": name, "value": value,
         "numerator": base - year if name == "EMI06" else value,
         "denominator": base if name == "EMI06" else None}
        for d in districts for name, value in kpi.items()
        for month in (months_back(MONTH, 12) if name in ("ENE01", "EMI05") else (MONTH,))
    ]  # fmt: skip
    places = [
        {"district_id": d, "month": month} for d in districts for month in months_back(MONTH, 12)
    ]
    tables: dict[str, list[dict[str, Any]]] = {
        "kpis": [{**one, "scale": Decimal(scale)} if one["code"] == "ENE01" else one for one in KPIS],
        "energy_by_carrier_sector": [
            {**place, "carrier": c, "sector": s, "energy_kwh": None if (c, s) in hidden else Decimal(v)}
            for place in places for (c, s), v in kwh.items()
        ],
        "emissions_by_carrier_sector": [
            {**place, "carrier": c, "sector": s,
             "tco2e": None if (c, s) in hidden else round(v, 6),
             "kg_per_kwh": None if (c, s) in hidden else Decimal(factors[c])}
            for place in places for (c, s), v in cells.items()
        ],
        "factors_used": [
            {**place, "carrier": c, "scope": "1" if c == "natural_gas" else "2_location", "gas": "CO2",
             "factor_code": f"F{value}", "kg_per_kwh": Decimal(value), "gwp": Decimal(1)}
            for place in places for c, value in factors.items()
        ],
        "completeness": [
            {**place, "theme": theme, "coverage": Decimal(share),
             **dict(zip(("points", "points_full"), (points or {}).get(theme, (2, 2)), strict=True)),
             "present_intervals": None}
            for place in places for theme, share in {**COVER, **(cover or {})}.items()
        ],
        "measuring_sources": [
            {"district_id": "d", "source_id": "meters", "carrier": "natural_gas"},
            {"district_id": "d", "source_id": "curves", "carrier": "electricity"},
        ],
        "deliveries": list(arrived),
        "corrections": list(entered),
    }  # fmt: skip
    about = {"known_at": known_at, "code_version": code,
             "inputs": [{"path": "districts/d.yaml", "sha256": declared}]}  # fmt: skip
    return Told(values, lambda name: tables[name], about)


def delivery(source: str, month: str = MONTH) -> dict[str, Any]:
    """Readings that arrived between the two editions."""
    return {
        "district_id": "d", "dataset": "meter_intervals", "source_id": source, "outcome": "accepted",
        "received_at": datetime(2026, 12, 1, tzinfo=UTC), "first_month": month, "last_month": month,
    }  # fmt: skip


GAS, POWER = ("natural_gas", "industry"), ("electricity", "industry")
KWH = {GAS: "1000", POWER: "500"}
FACTORS = {"natural_gas": "0.2", "electricity": "0.3"}


def causes(old: Told, new: Told, code: str) -> dict[str, Decimal]:
    """Causes of one figure, after they were held against its change."""
    both = Editions(old, new)
    found = both.causes("d", MONTH, code)
    key = ("d", MONTH, code)
    assert sum(found.values(), Decimal(0)) == new.by_key[key]["value"] - old.by_key[key]["value"]
    return found


def test_a_new_factor_is_activity_times_the_difference_of_the_factors() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    new = edition(AFTER, KWH, {**FACTORS, "electricity": "0.25"})

    assert causes(old, new, "EMI05") == {"factor": Decimal("-0.025")}
    assert causes(old, new, "EMI11") == {"factor": Decimal("-0.3")}
    assert causes(old, new, "EMI06") == {"factor": Decimal("0.03")}
    assert not [c for c, _ in difference(old, new).changes if c.key["kpi_code"] == "ENE01"]


def test_a_factor_where_there_was_none_is_the_cause_of_all_it_gives() -> None:
    old = edition(BEFORE, KWH, {"natural_gas": "0.2"})
    new = edition(AFTER, KWH, FACTORS)

    assert causes(old, new, "EMI05") == {"factor": Decimal("0.15")}


def test_late_readings_and_a_new_factor_at_once_each_have_their_part() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    new = edition(
        AFTER, {**KWH, POWER: "600", GAS: "1100"}, {**FACTORS, "electricity": "0.25"},
        points={"natural_gas": (2, 3)}, arrived=(delivery("meters"), delivery("curves")),
    )  # fmt: skip

    found = causes(old, new, "EMI05")

    # Gas was read later, electricity corrected: 100 kWh at the factor that the old edition had.
    assert found == {
        "factor": Decimal("-0.03"),
        "late_data": Decimal("0.02"),
        "correction": Decimal("0.03"),
    }
    assert causes(old, new, "ENE01") == {"late_data": Decimal("0.1"), "correction": Decimal("0.1")}


def test_readings_that_no_longer_count_are_coverage() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    new = edition(
        AFTER, {**KWH, GAS: "800"}, FACTORS, points={"natural_gas": (2, 1)}, arrived=(delivery("meters"),)
    )  # fmt: skip

    assert causes(old, new, "ENE01") == {"coverage": Decimal("-0.2")}


def test_without_anything_new_it_is_the_boundary_the_code_or_an_estimate() -> None:
    old, more = edition(BEFORE, KWH, FACTORS), {**KWH, GAS: "1200"}

    assert causes(old, edition(AFTER, more, FACTORS), "ENE01") == {"estimate": Decimal("0.2")}
    other = edition(AFTER, more, FACTORS, code="other")
    assert causes(old, other, "ENE01") == {"code": Decimal("0.2")}
    wider = edition(AFTER, more, FACTORS, boundary="v2")
    assert causes(old, wider, "ENE01") == {"boundary": Decimal("0.2")}


def test_a_new_baseline_is_a_cause_of_its_own() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    new = edition(AFTER, KWH, FACTORS, baseline="900")

    assert set(causes(old, new, "EMI06")) == {"target"}


def test_a_new_factor_of_a_hidden_cell_is_named_where_nothing_else_moved() -> None:
    old = edition(BEFORE, KWH, FACTORS, hidden=(GAS,))
    new = edition(AFTER, KWH, {**FACTORS, "natural_gas": "0.25"}, hidden=(GAS,))

    assert causes(old, new, "EMI05") == {"factor": Decimal("0.05")}


def test_what_a_hidden_cell_would_explain_stays_unexplained() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    new = edition(
        AFTER, {**KWH, POWER: "600", GAS: "1100"}, FACTORS, arrived=(delivery("curves"),), hidden=(GAS,)
    )  # fmt: skip

    assert causes(old, new, "ENE01") == {
        "correction": Decimal("0.1"),
        "unexplained": Decimal("0.1"),
    }


def test_districts_that_came_or_went_are_named() -> None:
    found = difference(
        edition(BEFORE, KWH, FACTORS, districts=("d", "gone")),
        edition(AFTER, KWH, FACTORS, districts=("d", "new")),
    )

    assert (found.added, found.removed) == (("new",), ("gone",))
    assert "gone" in diff_text(found, "en")


def test_an_entry_of_the_register_of_corrections_is_a_correction_while_it_stands() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    entry = entered("C1", "electricity")
    new = edition(AFTER, {**KWH, POWER: "400"}, FACTORS, entered=(entry,))

    assert causes(old, new, "ENE01") == {"correction": Decimal("-0.1")}
    assert causes(new, old, "ENE01") == {"correction": Decimal("0.1")}
    over = edition(AFTER, KWH, FACTORS, entered=({**entry, "state": "expired"},))
    assert causes(new, over, "ENE01") == {"correction": Decimal("0.1")}
    other = edition(AFTER, {**KWH, POWER: "450"}, FACTORS, entered=({**entry, "known_at": 2},))
    assert causes(new, other, "ENE01") == {"correction": Decimal("0.05")}


def moved_in(old: Told, new: Told, code: str, *, cover: str = "1") -> dict[str, Decimal]:
    """Causes of a figure that no table takes apart, which is one more in the new edition."""
    key = ("d", MONTH, code)
    row = {**old.by_key["d", MONTH, "EMI05"], "kpi_code": code}
    old.by_key[key] = row
    new.by_key[key] = {**row, "value": row["value"] + 1, "coverage": Decimal(cover)}
    return causes(old, new, code)


def test_a_correction_of_electricity_is_no_reason_for_water() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    water = {**delivery("counters"), "dataset": "meter_registers"}
    power, both = (
        edition(AFTER, KWH, FACTORS, arrived=(water,), entered=(entered("C1", carrier),))
        for carrier in ("electricity", "water")
    )

    assert moved_in(old, power, "WAT01", cover="1.1") == {"late_data": Decimal(1)}
    assert moved_in(old, both, "WAT01", cover="1.1") == {"unexplained": Decimal(1)}


def test_a_cost_of_each_tonne_moves_with_the_factor_of_the_tonnes() -> None:
    old = edition(BEFORE, KWH, FACTORS, code="one")
    new = edition(AFTER, KWH, {**FACTORS, "natural_gas": "0.25"}, code="other")
    same = edition(AFTER, KWH, FACTORS, code="other")

    assert moved_in(old, new, "INV05") == {"factor": Decimal(1)}
    assert moved_in(old, same, "INV05") == {"code": Decimal(1)}


def test_the_last_digits_of_a_new_factor_are_no_cause_of_their_own() -> None:
    """1000.3333 kWh at factors of nine decimals: six decimals of a tonne do not give them back exactly."""
    kwh = {GAS: "1000.3333", POWER: "500"}
    old = edition(BEFORE, kwh, {**FACTORS, "natural_gas": "0.202000001"}, code="one")
    for factor in ("0.2161234", "0.2171236", "0.2181238", "0.2191239"):
        new = edition(AFTER, kwh, {**FACTORS, "natural_gas": factor}, code="other")
        for code in ("EMI05", "EMI11"):
            assert set(causes(old, new, code)) == {"factor"}, (factor, code)


def test_a_delivery_that_was_erased_is_coverage_that_was_lost() -> None:
    gone = {**delivery("meters"), "sha256": "a", "received_at": datetime(2026, 11, 5, tzinfo=UTC)}
    old = edition(BEFORE, KWH, FACTORS, arrived=(gone,))
    new = edition(AFTER, {**KWH, GAS: "300"}, FACTORS, points={"natural_gas": (2, 1)})

    assert causes(old, new, "ENE01") == {"coverage": Decimal("-0.7")}


def test_a_point_more_or_less_is_coverage_also_where_its_readings_came_with_it() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    register = {
        **delivery("points"),
        "dataset": "metering_points",
        "first_month": None,
        "last_month": None,
    }
    new = edition(
        AFTER, {**KWH, GAS: "1300"}, FACTORS, points={"natural_gas": (3, 3)},
        arrived=(delivery("meters"), register),
    )  # fmt: skip

    assert causes(old, new, "ENE01") == {"coverage": Decimal("0.3")}


def test_another_scale_is_a_method_and_what_else_moved_keeps_its_size() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    new = edition(
        AFTER, {**KWH, GAS: "1200"}, FACTORS, arrived=(delivery("meters"),), scale="0.002",
        points={"natural_gas": (2, 3)},
    )  # fmt: skip

    assert causes(old, new, "ENE01") == {"late_data": Decimal("0.2"), "method": Decimal("1.7")}


def test_a_district_declared_otherwise_is_a_method_where_nothing_at_all_arrived() -> None:
    old, more = edition(BEFORE, KWH, FACTORS), {**KWH, GAS: "1200"}
    new = edition(AFTER, more, FACTORS, declared="d2")
    assert causes(old, new, "ENE01") == {"method": Decimal("0.2")}
    arrived = (delivery("curves", "2026-12"),)
    other = edition(AFTER, more, FACTORS, declared="d2", arrived=arrived)
    assert causes(old, other, "ENE01") == {"estimate": Decimal("0.2")}


def test_two_reasons_of_one_carrier_are_not_told_apart_and_those_of_others_keep_theirs() -> None:
    """A factor is told from both: it is known what it is worth."""
    old = edition(BEFORE, KWH, FACTORS)
    new = edition(
        AFTER, {GAS: "1300", POWER: "450"}, {**FACTORS, "natural_gas": "0.25"},
        arrived=(delivery("meters"), delivery("curves")),
        points={"natural_gas": (2, 3)}, entered=(entered("C1", "natural_gas"),),
    )  # fmt: skip

    assert causes(old, new, "ENE01") == {
        "unexplained": Decimal("0.3"),
        "correction": Decimal("-0.05"),
    }
    assert causes(old, new, "EMI05") == {
        "factor": Decimal("0.065"),
        "unexplained": Decimal("0.06"),
        "correction": Decimal("-0.015"),
    }


def test_more_of_one_point_and_less_of_another_is_not_told() -> None:
    old = edition(BEFORE, KWH, FACTORS, points={"natural_gas": (2, 1)})
    new = edition(AFTER, {**KWH, GAS: "900"}, FACTORS, arrived=(delivery("meters"),))
    for told, intervals in ((old, 31), (new, 30)):
        for row in told.table("completeness"):
            row["present_intervals"] = intervals

    assert causes(old, new, "ENE01") == {"unexplained": Decimal("-0.1")}


def entered(number: str, carrier: str) -> dict[str, Any]:
    """An entry of the register of corrections that stands for the month."""
    return {"district_id": "d", "month": MONTH, "carrier": carrier, "correction_id": number,
            "state": "in_force", "known_at": 1}  # fmt: skip


def test_the_terminal_tells_the_largest_part_first() -> None:
    old = edition(BEFORE, KWH, FACTORS)
    new = edition(
        AFTER, {**KWH, POWER: "600"}, {**FACTORS, "electricity": "0.1"}, arrived=(delivery("curves"),)
    )  # fmt: skip

    told = diff_text(difference(old, new), "it").splitlines()
    month = next(n for n, line in enumerate(told) if "EMI05" in line and MONTH in line)
    assert told[month + 1].strip().startswith("nuovo fattore: -0.12")
    assert told[month + 2].strip().startswith("dati corretti: 0.03")


AMOUNT = st.decimals(1, 10**6, places=6).map(str)
FACTOR = st.decimals("0.001", 1, places=9).map(str)


@settings(deadline=None)
@example(("1",) * 4, ("0.001", "0.001", "0.001", "0.001000001"), True, False)
@given(st.tuples(*[AMOUNT] * 4), st.tuples(*[FACTOR] * 4), st.booleans(), st.booleans())
def test_causes_add_up_to_the_last_digit(
    kwh: tuple[str, ...], factors: tuple[str, ...], late: bool, hide: bool
) -> None:
    old, new = (
        edition(
            moment, {GAS: kwh[n], POWER: kwh[n + 1]},
            {"natural_gas": factors[n], "electricity": factors[n + 1]},
            arrived=(delivery("meters"),) if late else (), hidden=(POWER,) if hide and n else (),
        )
        for moment, n in ((BEFORE, 0), (AFTER, 2))
    )  # fmt: skip

    for code in ("ENE01", "EMI05", "EMI11", "EMI06"):
        found = causes(old, new, code)
        assert hide or "unexplained" not in found


COUNT = st.tuples(st.integers(1, 3), st.integers(0, 3))
STATE = st.fixed_dictionaries(
    {
        "kwh": st.dictionaries(st.sampled_from((GAS, POWER, ("natural_gas", "services"))), AMOUNT),
        "factors": st.dictionaries(st.sampled_from(("natural_gas", "electricity")), FACTOR),
        "arrived": st.lists(st.sampled_from((delivery("meters"), delivery("curves"))), max_size=2),
        "hidden": st.lists(st.sampled_from((GAS, POWER)), max_size=1),
        "boundary": st.sampled_from(("v1", "v2")),
        "code": st.sampled_from(("same", "other")),
        "baseline": AMOUNT,
        "entered": st.lists(st.just(entered("C1", "natural_gas")), max_size=1),
        "declared": st.sampled_from(("d1", "d2")),
        "points": st.dictionaries(st.sampled_from(("natural_gas", "electricity")), COUNT),
        "scale": st.sampled_from(("0.001", "1", "1000")),
    }
)


@settings(deadline=None, max_examples=60)
@given(STATE, STATE)
def test_causes_of_any_two_editions_add_up_and_have_names(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    old, new = (
        edition(moment, **{name: tuple(v) if isinstance(v, list) else v for name, v in state.items()})
        for moment, state in ((BEFORE, before), (AFTER, after))
    )  # fmt: skip
    named = words("it", checkout() / "reports" / "text")

    for change, found in difference(old, new).changes:
        parts = [part for part in found.values() if part is not None]
        assert sum(parts, Decimal(0)) == change.difference
        assert all(named.named("cause", cause) for cause in found)


def test_a_figure_that_is_made_of_something_else_is_not_put_down_to_readings() -> None:
    """Beside a delivery nothing tells the two apart; without one it is the method alone."""
    kwh, factors = {("natural_gas", "industry"): "1000"}, {"natural_gas": "0.2"}
    old, new = edition(BEFORE, kwh, factors), edition(AFTER, kwh, factors, code="other")
    moved = [{**kpi, "numerator": "in_force"} if kpi["code"] == "GOV01" else kpi for kpi in KPIS]
    vars(new)["kpis"] = {kpi["code"]: kpi for kpi in moved}
    row = {**old.by_key["d", MONTH, "EMI06"], "kpi_code": "GOV01", "coverage": None}
    key = ("d", MONTH, "GOV01")
    old.by_key[key], new.by_key[key] = row, {**row, "value": row["value"] + 1}

    assert set(Editions(old, new).causes(*key)) == {"method"}


def test_a_value_that_comes_with_its_target_says_so() -> None:
    kwh, factors = {("natural_gas", "industry"): "1000"}, {"natural_gas": "0.2"}
    old, new = edition(BEFORE, kwh, factors), edition(AFTER, kwh, factors)
    key = ("d", MONTH, "EMI06")
    old.by_key[key] = {**old.by_key[key], "value": None, "reason": "baseline_series"}

    assert Editions(old, new).reason(*key) == "target"


def test_a_yearly_figure_is_split_over_the_year_it_speaks_of() -> None:
    """In October the last due emissions per employee are of the year before: months later than it do not matter."""
    factors = ({"natural_gas": "0.2"}, {"natural_gas": "0.25"})
    old, new = edition(BEFORE, KWH, factors[0]), edition(AFTER, KWH, factors[1])
    key, kpi = (
        ("d", MONTH, "EMI12"),
        {**KPIS[2], "code": "EMI12", "value_kind": "ratio", "scale": 12},
    )
    for told, factor in ((old, "0.2"), (new, "0.25")):
        vars(told)["kpis"] = {**told.kpis, "EMI12": {**kpi, "denominator": "employees"}}
        for table in ("emissions_by_carrier_sector", "factors_used"):
            for row in list(told.table(table)):
                told.table(table).append({**row, "month": f"2025-{row['month'][5:]}"})
        year = Decimal(12) * Decimal(factor)
        told.by_key[key] = {
            **told.by_key["d", MONTH, "EMI11"], "kpi_code": "EMI12", "value": year / 20,
            "numerator": year, "denominator": Decimal(240),
            "period_start": date(2025, 1, 1), "period_end": date(2026, 1, 1),
        }  # fmt: skip
    late = delivery("meters", "2026-08")
    vars(new)["deliveries"] = [late]

    assert Editions(old, new).causes(*key) == {"factor": Decimal("0.03")}


def test_a_ratio_with_a_hidden_cell_names_the_factor_where_nothing_else_moved() -> None:
    old = edition(BEFORE, KWH, FACTORS, hidden=(GAS,))
    new = edition(AFTER, KWH, {**FACTORS, "natural_gas": "0.25"}, hidden=(GAS,))
    key, kpi = (
        ("d", MONTH, "EMI12"),
        {**KPIS[2], "code": "EMI12", "value_kind": "ratio", "scale": 12},
    )
    for told in (old, new):
        year = told.by_key["d", MONTH, "EMI11"]
        vars(told)["kpis"] = {**told.kpis, "EMI12": {**kpi, "denominator": "employees"}}
        told.by_key[key] = {**year, "value": year["value"] / 20, "denominator": Decimal(240)}

    assert Editions(old, new).causes(*key) == {"factor": Decimal("0.03")}
