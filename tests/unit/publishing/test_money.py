"""What firms invest does not follow from sums over projects, however many of them are published for how long."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.memory import remembered
from pipelines.publishing.protecting.money import HiddenMoney, hidden_money, money_memory

Row = dict[str, Any]
MART = "fct_investment_monthly"
KPIS: list[Row] = [
    {"code": "INV01", "mart": MART, "numerator": "pipeline_capex_eur", "denominator": None},
    {"code": "INV06", "mart": MART, "numerator": "aligned_capex_eur", "denominator": "capex_eur"},
    {"code": "ENE01", "mart": "fct_energy_monthly", "numerator": "kwh", "denominator": None},
]


def project(name: str, capex: int, month: str = "2026-10", **said: Any) -> Row:
    amounts = dict.fromkeys(
        ("funded_eur", "committed_eur", "paid_eur", "planned_paid_eur", "private_eur")
    )
    return {
        "district_id": "d", "month": month, "project_id": name, "capex_eur": Decimal(capex), **amounts,
        "public_eur": None, "programme": "private", "contract_form": "ordinary", "active": True,
        "counts": True, "taxonomy_aligned": False, "municipality_share": Decimal(1), **said,
    }  # fmt: skip


def public(name: str, capex: int, month: str = "2026-10") -> Row:
    return project(name, capex, month, programme="PNRR", public_eur=Decimal(capex))


def value(code: str, amount: int, of: int | None = None, month: str = "2026-10") -> Row:
    first = date(int(month[:4]), int(month[5:]), 1)
    return {
        "district_id": "d", "month": month, "kpi_code": code, "value": Decimal(1),
        "numerator": Decimal(amount), "denominator": None if of is None else Decimal(of),
        "period_end": date(first.year + first.month // 12, first.month % 12 + 1, 1),
    }  # fmt: skip


def hidden(projects: list[Row], *values: Row) -> HiddenMoney:
    return hidden_money(projects, values, KPIS, Limits())


def kpis(made: HiddenMoney) -> set[tuple[str, str]]:
    return {(month, code) for (_, month), codes in made.kpis.items() for code in codes}


def test_what_public_bodies_pay_covers_no_firm_because_it_is_known() -> None:
    projects = [project("firm", 90), public("school", 500), public("station", 900)]

    assert kpis(hidden(projects, value("INV01", 1490))) == {("2026-10", "INV01")}
    assert kpis(hidden(projects[1:], value("INV01", 1400))) == set()


def test_one_of_two_firms_knows_its_own_and_so_the_other() -> None:
    two = [project("one", 90), project("two", 80)]
    three = [*two, project("three", 70)]

    assert kpis(hidden(two, value("INV01", 170))) == {("2026-10", "INV01")}
    assert kpis(hidden(three, value("INV01", 240))) == set()


def test_a_share_that_one_firm_makes_of_a_published_total_is_hidden() -> None:
    projects = [project("one", 90, taxonomy_aligned=True), project("two", 80), project("three", 70)]

    made = hidden(projects, value("INV01", 240), value("INV06", 90, 240))

    assert kpis(made) == {("2026-10", "INV06")}
    assert "aligned_capex_eur" in made.columns["d", "2026-10"]


def test_a_firm_that_comes_alone_is_not_the_difference_of_two_months() -> None:
    before = [project(name, 80, "2026-09") for name in ("one", "two", "three")]
    after = [project(name, 80) for name in ("one", "two", "three", "new")]
    values = value("INV01", 240, month="2026-09"), value("INV01", 320)

    assert len(kpis(hidden(before + after, *values))) == 1
    assert kpis(hidden(before, values[0])) == kpis(hidden(after, values[1])) == set()


def test_what_one_firm_adds_from_month_to_month_is_its_business() -> None:
    def paid(month: str, latest: int) -> list[Row]:
        return [
            project(name, 90, month, paid_eur=Decimal(amount))
            for name, amount in (("one", 50), ("two", 60), ("three", latest))
        ]

    made = hidden([*paid("2026-09", 40), *paid("2026-10", 70)])

    told = {month for (_, month), names in made.columns.items() if "paid_eur" in names}
    assert len(told) == 1


def test_a_correction_of_one_firms_amount_is_not_the_difference_of_two_editions() -> None:
    def at(last: int) -> list[Row]:
        return [project("one", 90), project("two", 80), project("three", last)]

    first = hidden(at(70), value("INV01", 240))
    assert kpis(first) == set()
    memory = [remembered({}, {}, {}, money_memory(first))]

    again = hidden_money(at(70), [value("INV01", 240)], KPIS, Limits(), memory)
    late = hidden_money(at(75), [value("INV01", 245)], KPIS, Limits(), memory)

    assert kpis(again) == set()
    assert kpis(late) == {("2026-10", "INV01")}
