"""Which figures of a month give a hidden use back, in one edition and in two: energy, emissions, what is in between."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.publishing.protecting.audit import audit_lines, protected_figures
from pipelines.publishing.protecting.disclosure import Evidence
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.matrix import Figure, Seen, to_hide
from pipelines.publishing.protecting.memory import remembered, versions
from pipelines.publishing.protecting.relations import Hidden, hidden_figures
from pipelines.publishing.protecting.uses import Month, months

LIMITS = Limits()
PLACE = ("d", "2026-10")
FACTORS = {
    "electricity": ("2_location", "0.212"),
    "natural_gas": ("1", "0.2"),
    "district_heat": ("2_location", "0.1"),
}
MANY = {"a": 60, "b": 50, "c": 40, "e": 30}


def row(**said: Any) -> dict[str, Any]:
    return {"district_id": "d", "month": "2026-10", **said}


def month(
    uses: dict[tuple[str, str], dict[str, int]],
    factors: dict[str, tuple[str, str]] = FACTORS,
    own: dict[str, int] | None = None,
) -> dict[tuple[str, str], Month]:
    """Uses by carrier, sector and holder (a town is public); `own` is what firms make and use of electricity."""
    energy, points, lines = [], [], []
    for (carrier, sector), holders in uses.items():
        total = Decimal(sum(holders.values()))
        said = {"carrier": carrier, "sector": sector}
        energy.append(row(**said, flow="import", adds_to_total=True, energy_kwh=total))
        points += [
            row(**said, **_holder(name), flow="import", role="supply", energy_kwh=Decimal(kwh))
            for name, kwh in holders.items()
        ]
        if carrier in factors:
            scope, factor = factors[carrier]
            lines.append(row(**said, scope=scope, biogenic=False, kg_co2e=total * Decimal(factor)))
    for name, kwh in (own or {}).items():
        said = {"carrier": "electricity", "sector": "industry", "energy_kwh": Decimal(kwh)}
        energy.append(row(**said, flow="self_consumed", adds_to_total=True))
        points.append(row(**said, **_holder(name), flow="production", role="generation"))
    return months(energy, points, lines, [])


def _holder(name: str) -> dict[str, Any]:
    kind = "public" if name == "town" else "firm"
    return {"holder_group": name, "holder_kind": kind, "point_id": name}


def hidden(now: dict[tuple[str, str], Month], *before: dict[tuple[str, str], Month]) -> Hidden:
    """What is hidden now, after editions that were protected by themselves."""
    memories = []
    for each in before:
        known = versions(memories, each)
        memories.append(remembered(each, hidden_figures(each, {}, {}, known, LIMITS), {}))
    return hidden_figures(now, {}, {}, versions(memories, now), LIMITS)[PLACE]


def known_share(
    now: dict[tuple[str, str], Month], gone: Hidden, *parts: tuple[str, str, str]
) -> float:
    """How far apart the values lie that a sum of uses could have beside what is shown, as a share of it."""
    own = now[PLACE]
    shown = [
        Figure(key, coefs, 1) for key, (coefs, _) in own.figures.items() if key not in gone.keys
    ]
    low, high, _ = Seen(own.uses, shown).bounds(dict.fromkeys(parts, 1.0))
    return high - low


def test_what_two_firms_make_and_use_is_not_final_less_grid_electricity():
    now = month(
        {
            ("electricity", "industry"): MANY,
            ("natural_gas", "industry"): MANY,
            ("electricity", "municipal"): {"town": 20},
        },
        own={"a": 9, "b": 7},
    )
    own = ("electricity", "industry", "self_consumed")
    gone = hidden(now)

    assert known_share(now, Hidden(frozenset([("kpi", "ENE07")])), own) < 0.001
    assert known_share(now, gone, own) >= 0.25
    assert not {("kpi", "ENE01"), ("kpi", "EMI05")} & gone.keys
    assert ("energy", "electricity", "municipal") not in gone.keys


def test_heat_of_two_firms_is_not_what_remains_of_two_equations():
    now = month(
        {
            ("electricity", "tertiary"): MANY,
            ("natural_gas", "tertiary"): MANY,
            ("district_heat", "tertiary"): {"a": 20, "b": 5},
        }
    )
    heat = ("district_heat", "tertiary", "import")
    gone = hidden(now)

    table_alone = {("energy", "district_heat", each) for each in ("tertiary", "all")}
    table_alone |= {("energy", "natural_gas", each) for each in ("tertiary", "all")}
    table_alone |= {
        (*key[:1], key[1], key[2]) for key in now[PLACE].figures if key[0] == "emissions"
    }
    alone = Hidden(frozenset(table_alone | {("kpi", "EMI01"), ("kpi", "EMI02")}))
    assert known_share(now, alone, heat) < 0.001
    assert known_share(now, gone, heat) >= 0.25


def test_nothing_is_hidden_where_enough_firms_stand_behind_everything():
    now = month({("electricity", "industry"): MANY, ("natural_gas", "industry"): MANY}, own=MANY)

    assert hidden(now).keys == frozenset()


def test_a_newer_factor_of_a_hidden_carrier_does_not_tell_its_use_beside_the_last_edition():
    uses = {
        ("electricity", "tertiary"): MANY,
        ("natural_gas", "tertiary"): MANY,
        ("district_heat", "tertiary"): {"a": 20, "b": 5},
    }
    first = month(uses)
    second = month(uses, {**FACTORS, "district_heat": ("2_location", "0.14")})
    gone = hidden(second, first)

    assert ("kpi", "EMI05") in gone.since
    assert ("kpi", "ENE01") not in gone.keys
    assert hidden(second).keys < gone.keys


def test_a_newer_factor_of_a_public_carrier_moves_the_published_figures():
    uses = {("electricity", "tertiary"): MANY, ("natural_gas", "tertiary"): MANY}
    second = month(uses, {**FACTORS, "electricity": ("2_location", "0.25")})

    assert hidden(second, month(uses)).keys == frozenset()


@pytest.mark.parametrize(
    ("late", "told"),
    [({"f": 25}, False), ({"town": 25}, True), ({"f": 25, "g": 24, "h": 23, "i": 20}, True)],
)
def test_a_firm_that_arrives_alone_between_editions_is_not_the_difference(late, told):
    before = month({("electricity", "industry"): MANY})
    now = month({("electricity", "industry"): {**MANY, **late}})
    gone = hidden(now, before)

    assert (("kpi", "ENE01") not in gone.keys) == told
    assert gone.since == gone.keys


def test_what_was_withheld_beside_the_last_edition_stays_so_until_others_cover_it():
    first = month({("electricity", "industry"): MANY})
    alone = month({("electricity", "industry"): {**MANY, "f": 25}})
    among = month({("electricity", "industry"): {**MANY, "f": 25, "g": 24, "h": 23, "i": 20}})

    assert ("kpi", "ENE01") in hidden(alone, first, alone).keys
    assert ("kpi", "ENE01") not in hidden(among, first, alone).keys


def test_a_corrected_reading_is_told_for_it_says_nothing_of_the_whole():
    now = month({("electricity", "industry"): {**MANY, "a": 66}})

    assert hidden(now, month({("electricity", "industry"): MANY})).keys == frozenset()


def test_the_same_knowledge_published_again_hides_the_same():
    now = month(
        {("electricity", "industry"): MANY, ("natural_gas", "industry"): MANY}, own={"a": 9, "b": 7}
    )

    assert hidden(now, now).keys == hidden(now).keys
    assert hidden(now, now).since == frozenset()


def test_a_month_that_no_edition_showed_is_not_compared():
    before = month({("electricity", "industry"): {"a": 60, "b": 50, "c": 40}})
    now = month({("electricity", "industry"): MANY})
    told = remembered(before, hidden_figures(before, {}, {}, {}, LIMITS), {})
    withheld = {PLACE: set(before[PLACE].figures)}
    untold = remembered(before, hidden_figures(before, {}, {}, {}, LIMITS), withheld)

    after = [
        hidden_figures(now, {}, {}, versions([each], now), LIMITS)[PLACE].keys
        for each in (told, untold)
    ]
    assert [bool(keys) for keys in after] == [True, False]


def test_the_list_of_what_is_protected_names_rules_and_no_values():
    now = month(
        {("electricity", "industry"): MANY, ("natural_gas", "industry"): MANY},
        own={"a": 9, "b": 7},
    )
    gone = hidden_figures(now, {}, {}, {}, LIMITS)
    rows = protected_figures([], [], gone, {}, Evidence({}), LIMITS).to_pylist()

    assert {row["rule"] for row in rows} == {"covers"}
    assert set(rows[0]) == {"district_id", "month", "figure", "rule"}
    lines = audit_lines(rows)
    assert lines[0] == "d: another hidden figure would follow from it"
    assert "  energy electricity industry: 2026-10 to 2026-10, months: 1" in lines


def test_the_least_is_hidden_and_never_a_total_where_parts_do():
    values = {name: Decimal(size) for name, size in (("x", 5), ("y", 40), ("z", 30))}
    figures = [Figure(name, {name: 1.0}, weight) for name, weight in (("x", 1), ("y", 2), ("z", 3))]
    figures.append(Figure("all", dict.fromkeys(values, 1.0), 100))

    assert to_hide(values, figures, [{"x": 1.0}], Decimal(25)) == {"x", "y"}
