"""What an edition tells of shares of energy: steps, no parts beside them, and no share that is a hidden carrier's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.relations import Hidden
from pipelines.publishing.protecting.told_shares import Telling, figures, qualities, what_tells

LIMITS = Limits()
PLACE = ("prato", "2026-10")
FACTORS = Telling(factors=frozenset({PLACE}))
ENE10 = {"code": "ENE10", "completeness": "energy", "disclosure_in_steps": True, "scale": Decimal(100)}  # fmt: skip
EMI05 = {"code": "EMI05", "completeness": "emissions", "disclosure_in_steps": False, "scale": Decimal(1)}  # fmt: skip
GOV01 = {"code": "GOV01", "completeness": "governance", "disclosure_in_steps": False, "scale": Decimal(1)}  # fmt: skip


def quality(code: str, theme: str, coverage: str, **more: Any) -> dict[str, Any]:
    grades = dict.fromkeys(
        ("estimated", "quarantine", "age", "factor_age", "evidence", "coverage"), "A"
    )
    return {
        "district_id": PLACE[0], "month": PLACE[1], "shown_month": PLACE[1], "kpi_code": code, "theme": theme,
        "period": "month", "points": 5, "coverage": Decimal(coverage), "estimated_share": Decimal("0.000404"),
        "substituted_share": None, "allocated_share": Decimal(0), "reason": None, "grade": "A",
        **{f"grade_{name}": letter for name, letter in grades.items()}, **more,
    }  # fmt: skip


def value(code: str, figure: str, **more: Any) -> dict[str, Any]:
    return {
        "district_id": PLACE[0], "month": PLACE[1], "kpi_code": code, "value": Decimal(figure), "grade": "A",
        "coverage": Decimal("0.952881"), "numerator": Decimal(95), "denominator": Decimal(100), "target": None,
        "gap": None, "signal": "none", "previous_year": Decimal("95.4"), **more,
    }  # fmt: skip


def told(row: dict[str, Any], kpi: dict[str, Any], part: dict[str, Any] | None) -> dict[str, Any]:
    return figures([row], [kpi], [part] if part else [], Telling(), LIMITS)[0]


def test_a_share_of_energy_is_told_as_at_least_so_much_without_its_parts() -> None:
    row = told(value("ENE10", "95.288123456"), ENE10, quality("ENE10", "energy", "0.952881"))

    assert (row["value"], row["value_below"], row["coverage"]) == (95, 97, Decimal("0.95"))
    assert (row["numerator"], row["denominator"], row["previous_year"]) == (None, None, None)


@pytest.mark.parametrize("whole", ["0", "100"])
def test_all_and_nothing_are_told_exactly_and_without_parts(whole: str) -> None:
    row = told(
        value("ENE10", whole, previous_year=Decimal(100)), ENE10, quality("ENE10", "energy", "1")
    )

    assert (row["value"], row["value_below"], row["previous_year"]) == (Decimal(whole), None, 100)
    assert row["numerator"] is None


@pytest.mark.parametrize(("target", "signal"), [("95", "green"), ("96", "grey"), ("99", "grey")])
def test_a_step_says_that_a_target_is_reached_only_where_its_lower_end_does(
    target: str, signal: str
) -> None:
    row = value("ENE10", "95.288", target=Decimal(target), gap=Decimal("0.01"), signal="amber")
    row = told(row, ENE10, quality("ENE10", "energy", "0.952881"))

    assert (row["signal"], row["gap"]) == (signal, None)


def test_registers_are_counted_and_told_as_they_are() -> None:
    row = value("GOV01", "4", coverage=Decimal("0.666667"))
    assert told(row, GOV01, quality("GOV01", "governance", "0.666667", points=None)) == {
        **row, "value_below": None,
    }  # fmt: skip


def test_what_was_estimated_is_told_as_at_most_so_much() -> None:
    [row] = qualities([quality("ENE01", "energy", "0.952881")], Telling(), LIMITS)

    assert (row["coverage"], row["estimated_share"]) == (Decimal("0.95"), Decimal("0.001"))
    assert (row["substituted_share"], row["allocated_share"]) == (None, 0)


LINE = {
    "district_id": PLACE[0], "month": PLACE[1], "scope": "1", "carrier": "district_heat", "activity": Decimal(9),
    "kg_co2e": None, "factor_age_years": None,
}  # fmt: skip
SOME = {PLACE: Hidden(frozenset({("energy", "district_heat", "all")}))}
NONE = {PLACE: Hidden(frozenset())}


@pytest.mark.parametrize(
    ("line", "hidden", "tells"),
    [
        ({}, SOME, True),
        ({}, NONE, False),
        ({"kg_co2e": Decimal(1)}, SOME, False),
        ({"activity": Decimal(0)}, SOME, False),
        ({"scope": "3"}, SOME, False),
    ],
    ids=["lacks its factor", "nothing is hidden", "has its factor", "is not used", "networks lose"],
)
def test_a_carrier_without_factor_is_told_by_the_share_that_has_one(
    line: dict[str, Any], hidden: dict[tuple[str, str], Hidden], tells: bool
) -> None:
    assert what_tells([{**LINE, **line}], hidden).factors == ({PLACE} if tells else set())


@pytest.mark.parametrize(
    ("coverage_letter", "factor_letter", "grade"),
    [("D", "D", "D"), ("D", "C", None), ("A", "C", "C"), ("E", "C", "E")],
    ids=["both as bad", "coverage alone is so bad", "coverage is fine", "so bad that it is grey"],
)
def test_where_it_would_tell_neither_share_nor_letter_is_told(
    coverage_letter: str, factor_letter: str, grade: str | None
) -> None:
    row = quality(
        "EMI05", "emissions", "0.879366", grade_coverage=coverage_letter, grade_factor_age=factor_letter,
        grade=max(coverage_letter, factor_letter),
    )  # fmt: skip
    [said] = qualities([row], FACTORS, LIMITS)

    assert (said["coverage"], said["grade_coverage"], said["grade"]) == (None, None, grade)
    assert said["reason"] == "suppressed"
    [figure] = figures(
        [value("EMI05", "12.5", grade=row["grade"])], [EMI05], [row], FACTORS, LIMITS
    )
    assert (figure["coverage"], figure["grade"]) == (None, grade)


def test_a_year_tells_no_more_than_its_months() -> None:
    row = quality("EMI11", "emissions", "0.95", period="rolling_12", shown_month="2027-09")
    later = quality("EMI11", "emissions", "0.95", period="rolling_12", shown_month="2027-10")

    within, after = qualities([row, later], FACTORS, LIMITS)
    assert (within["coverage"], after["coverage"]) == (None, Decimal("0.95"))


@pytest.mark.parametrize(
    ("second", "hidden", "told"),
    [
        ({}, SOME, None),
        ({}, NONE, 7),
        ({"factor_age_years": 8}, SOME, 7),
        ({"scope": "3"}, SOME, 7),
    ],
    ids=["two carriers", "nothing is hidden", "factors of one age", "networks lose"],
)
def test_a_mean_age_of_factors_is_the_mix_of_what_is_used(
    second: dict[str, Any], hidden: dict[tuple[str, str], Hidden], told: int | None
) -> None:
    gas = {**LINE, "carrier": "natural_gas", "kg_co2e": Decimal(2), "factor_age_years": 8}
    grid = {**gas, "carrier": "electricity", "scope": "2_location", "factor_age_years": 6, **second}
    aging = what_tells([gas, grid], hidden)

    row = quality("EMI11", "emissions", "1", period="rolling_12", factor_age_years=Decimal(7))
    [said] = qualities([row], aging, LIMITS)
    assert (said["factor_age_years"], said["grade_factor_age"]) == (told, "A")


def test_a_share_that_has_no_value_yet_does_not_tell_its_whole() -> None:
    row = {**value("ENE10", "95"), "value": None}
    said = told(row, ENE10, quality("ENE10", "energy", "0.952881"))
    assert (said["value"], said["numerator"], said["denominator"]) == (None, None, None)


@pytest.mark.parametrize(
    ("theme", "coverage", "told"),
    [
        ("electricity", "0.85", None),
        ("electricity", "1", Decimal(1)),
        ("energy", "0.85", Decimal("0.85")),
    ],
    ids=["one carrier", "all of it", "all carriers"],
)
def test_of_one_carrier_no_share_is_told_beside_what_is_hidden(
    theme: str, coverage: str, told: Decimal | None
) -> None:
    """Who knows the one reading that is missing would know the carrier, and from two totals the hidden rest."""
    row = quality("ENE14", theme, coverage, grade_coverage="D", grade="D")
    [said] = qualities([row], what_tells([], SOME), LIMITS)

    assert said["coverage"] == told
    assert said["grade_coverage"] == said["grade"] == (None if told is None else "D")
    assert said["estimated_share"] == (None if theme == "electricity" else Decimal("0.001"))
    [open_] = qualities([row], what_tells([], NONE), LIMITS)
    assert open_["coverage"] == Decimal(coverage)


def test_coverage_that_nobody_looked_at_is_not_told() -> None:
    """A value of a theme of meters whose parts of the grade are missing."""
    other = quality("ENE01", "energy", "0.952881")
    [row] = figures([value("ENE10", "95.288")], [ENE10], [other], Telling(), LIMITS)

    assert (row["coverage"], row["value"]) == (None, 95)
