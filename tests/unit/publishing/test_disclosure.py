"""What a hidden value takes with it: inheritance, time, complements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.publishing.months import months_back, shifted
from pipelines.publishing.protecting.disclosure import SINCE_EDITION, Evidence, protect, unprotected
from pipelines.publishing.protecting.limits import Contributors, Limits

LIMITS = Limits()
MONTHS = months_back("2026-10", 30)
FINE = [Contributors("firm", 3, Decimal(10), Decimal(10), Decimal(30))]
TWO = [Contributors("firm", 2, Decimal(10), Decimal(10), Decimal(20))]


def kpi(code: str, **said: Any) -> dict[str, Any]:
    return {
        "code": code,
        "disclosure_rule": "none",
        "disclosure_contributions": None,
        "inherits": None,
        "period": "month",
        "numerator": None,
        "mart": "fct_energy_monthly",
        "value_kind": "sum",
        **said,
    }


def value(code: str, month: str, **said: Any) -> dict[str, Any]:
    next_month = shifted(month, 1)
    return {
        "district_id": "d",
        "month": month,
        "kpi_code": code,
        "value": Decimal(5),
        "value_adjusted": Decimal(5),
        "interval_low": None,
        "interval_high": None,
        "numerator": Decimal(5),
        "denominator": Decimal(1),
        "target": Decimal(4),
        "gap": Decimal("0.25"),
        "previous_year": Decimal(6),
        "signal": "red",
        "reason": None,
        "period_start": date.fromisoformat(f"{month}-01"),
        "period_end": date.fromisoformat(f"{next_month}-01"),
        **said,
    }


FIRMS = kpi("ENE01", disclosure_rule="firms", disclosure_contributions="e")


def evidence(*few: str) -> Evidence:
    return Evidence({("d", month): {"e": TWO if month in few else FINE} for month in MONTHS})


def hidden(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["kpi_code"], row["month"]) for row in rows if row["suppressed"]}


ADJUSTED = kpi(
    "ENE01", disclosure_rule="firms", disclosure_contributions="e", disclosure_adjusted="adjustment"
)


def weathered(*few: str) -> Evidence:
    """Enough holders use energy in every month; in some, the use of only two answers to the weather."""
    return Evidence(
        {("d", month): {"e": FINE, "adjustment": TWO if month in few else FINE} for month in MONTHS}
    )


def test_an_adjusted_value_that_tells_the_weather_of_one_firm_leaves_the_raw_one_alone():
    few = weathered("2026-10")
    rows = protect(
        [value("ENE01", month) for month in ("2026-09", "2026-10")], [ADJUSTED], few, LIMITS
    )

    assert [row["value_adjusted"] for row in rows] == [Decimal(5), None]
    assert [row["value"] for row in rows] == [Decimal(5)] * 2
    assert not any(row["suppressed"] for row in rows)
    declared = {"ENE01": ADJUSTED}
    assert unprotected(rows, declared, few, LIMITS) == []
    open_row = {**rows[1], "value_adjusted": Decimal(4)}
    assert "tells the weather adjustment" in unprotected([open_row], declared, few, LIMITS)[0]


def test_twelve_months_are_not_adjusted_in_public_where_one_of_them_would_be_given_back():
    over_year = {**ADJUSTED, "code": "ENE04", "period": "rolling_12"}
    year = [value("ENE04", month) for month in MONTHS]

    rows = protect(year, [over_year], weathered("2026-01"), LIMITS)

    for row in rows:
        told = row["month"] < "2026-01"
        assert (row["value_adjusted"] is not None) == told
    assert all(row["value"] is not None for row in rows)


def test_a_hidden_value_keeps_its_row_with_flag_and_reason_and_nothing_that_gives_it_back():
    row = protect([value("ENE01", "2026-10")], [FIRMS], evidence("2026-10"), LIMITS)[0]

    assert row["suppressed"] is True
    assert row["reason"] == "suppressed"
    for name in ("value", "value_adjusted", "numerator", "denominator", "gap", "previous_year"):
        assert row[name] is None
    assert row["target"] == 4
    assert row["signal"] == "grey"


def test_last_years_hidden_value_does_not_come_back_as_this_years_previous_year():
    rows = [value("ENE01", "2025-10"), value("ENE01", "2026-10")]

    now = protect(rows, [FIRMS], evidence("2025-10"), LIMITS)[1]

    assert now["suppressed"] is False
    assert now["value"] == 5
    assert now["previous_year"] is None


def test_suppression_is_inherited_however_many_steps_away():
    kpis = [
        FIRMS,
        kpi("EMI05", disclosure_rule="inherits", inherits="ENE01"),
        kpi("EMI06", disclosure_rule="inherits", inherits="EMI05"),
        kpi("GOV01"),
    ]
    rows = [value(each["code"], "2026-10") for each in kpis]

    protected = protect(rows, kpis, evidence("2026-10"), LIMITS)

    assert hidden(protected) == {("ENE01", "2026-10"), ("EMI05", "2026-10"), ("EMI06", "2026-10")}


def test_two_parts_of_a_published_total_hide_each_other():
    kpis = [
        kpi("EMI01", disclosure_rule="firms", disclosure_contributions="e", inherits="EMI02"),
        kpi("EMI02", disclosure_rule="inherits", inherits="EMI01"),
    ]
    rows = [value("EMI01", "2026-10"), value("EMI02", "2026-10")]

    assert len(hidden(protect(rows, kpis, evidence("2026-10"), LIMITS))) == 2


def test_a_rolling_sum_is_hidden_while_a_hidden_month_is_in_it_and_open_after():
    rolling = kpi(
        "EMI11", disclosure_rule="firms", disclosure_contributions="e", period="rolling_12"
    )
    rows = [value("EMI11", month) for month in MONTHS]

    gone = hidden(protect(rows, [rolling], evidence("2025-03"), LIMITS))

    assert {month for _, month in gone} == set(months_back("2026-02", 12))


def test_a_rolling_figure_inherits_from_every_month_of_its_parent():
    rolling = kpi("ENE03", disclosure_rule="inherits", inherits="ENE01", period="rolling_12")
    rows = [value("ENE03", "2026-10"), value("ENE01", "2026-03"), value("ENE01", "2026-10")]

    gone = hidden(protect(rows, [FIRMS, rolling], evidence("2026-03"), LIMITS))

    assert gone == {("ENE01", "2026-03"), ("ENE03", "2026-10")}


def test_the_last_value_shown_in_an_off_month_is_protected_by_the_month_it_speaks_of():
    quarterly = kpi("ENE05", disclosure_rule="firms", disclosure_contributions="e")
    shown = value("ENE05", "2026-10", reason="off_month", period_end=date(2026, 10, 1))

    gone = hidden(
        protect([value("ENE05", "2026-09"), shown], [quarterly], evidence("2026-09"), LIMITS)
    )

    assert gone == {("ENE05", "2026-09"), ("ENE05", "2026-10")}


def test_an_off_month_is_not_hidden_for_who_stands_behind_a_month_it_does_not_tell():
    quarterly = kpi("ENE05", disclosure_rule="firms", disclosure_contributions="e")
    shown = value("ENE05", "2026-10", reason="off_month", period_end=date(2026, 10, 1))
    rows = [value("ENE05", "2026-09"), shown]

    assert hidden(protect(rows, [quarterly], evidence("2026-10"), LIMITS)) == set()


def test_a_share_of_quality_keeps_its_share_and_loses_the_amounts_where_a_total_is_hidden():
    coverage = kpi("ENE10")
    rows = protect(
        [value("ENE01", "2026-10"), value("ENE10", "2026-10")],
        [FIRMS, coverage],
        evidence("2026-10"),
        LIMITS,
    )

    assert rows[1]["value"] == 5
    assert rows[1]["numerator"] is None
    assert rows[1]["denominator"] is None


def test_a_figure_that_gives_a_hidden_use_back_is_hidden_with_it():
    scope1 = kpi("EMI01", numerator="scope1_tco2e")
    known = Evidence({}, {}, given_back={("d", "2026-10"): frozenset({"EMI01"})})

    assert hidden(protect([value("EMI01", "2026-10")], [scope1], known, LIMITS))


def test_parts_of_a_share_that_give_a_hidden_use_back_go_and_the_share_stays():
    yearly = kpi("ENE16", period="rolling_12")
    known = Evidence({}, {}, parts_given_back={("d", "2026-02"): frozenset({"ENE16"})})
    rows = protect([value("ENE16", "2026-01"), value("ENE16", "2026-10")], [yearly], known, LIMITS)

    assert [row["numerator"] for row in rows] == [Decimal(5), None]
    assert [row["value"] for row in rows] == [Decimal(5), Decimal(5)]


def test_what_only_an_earlier_edition_gives_away_says_so():
    known = Evidence(
        {},
        {},
        given_back={("d", "2026-10"): frozenset({"EMI05"})},
        since={("d", "2026-10"): frozenset({"EMI05"})},
    )
    row = protect([value("EMI05", "2026-10")], [kpi("EMI05")], known, LIMITS)[0]

    assert (row["suppressed"], row["reason"]) == (True, SINCE_EDITION)


def test_the_gate_names_what_is_still_open():
    row = {**value("ENE01", "2026-10"), "suppressed": False}

    assert unprotected([row], {"ENE01": FIRMS}, evidence("2026-10"), LIMITS) == [
        "ENE01 of d, 2026-10 shows too few or too large holders"
    ]


def test_money_is_judged_by_the_share_of_the_second_firm_and_public_money_covers():
    inv = kpi("INV01", disclosure_rule="dominance", disclosure_contributions="pipeline_capex_eur")

    def shown(*who: Contributors) -> bool:
        known = Evidence({("d", "2026-10"): {"pipeline_capex_eur": list(who)}})
        return not hidden(protect([value("INV01", "2026-10")], [inv], known, LIMITS))

    assert shown()
    assert shown(Contributors("firm", 1, Decimal(8), Decimal(0), Decimal(90)))
    assert not shown(Contributors("firm", 1, Decimal(8), Decimal(0), Decimal(8)))
    assert not shown(Contributors("firm", 2, Decimal(8), Decimal(7), Decimal(16)))


def test_what_few_sites_use_is_not_the_total_less_those_with_a_known_area():
    by_area = kpi("ENE04", period="rolling_12", disclosure_rest="outside")
    share = kpi(
        "ENE16", period="rolling_12", disclosure_rest="outside", denominator="final_energy_kwh"
    )
    known = Evidence({("d", "2026-03"): {"outside": TWO}, ("d", "2025-01"): {"outside": FINE}})
    rows = protect(
        [value(code, "2026-10") for code in ("ENE04", "ENE16")]
        + [value("ENE16", "2026-03"), value("ENE04", "2025-05")],
        [by_area, share],
        known,
        LIMITS,
    )

    assert [row["numerator"] for row in rows] == [None, None, None, Decimal(5)]
    assert [row["suppressed"] for row in rows] == [False, True, True, False]
