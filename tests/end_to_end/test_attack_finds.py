"""The attack works: of a small table with one rule switched off after the other it recovers what was planted."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.end_to_end.attack import Atom, Attack, Told
from tests.end_to_end.attack_targets import Target, of_holders, protected_sums, too_few
from tests.end_to_end.attack_truth import SIDES, About, Truth

MONTH = "2026-10"


def planted(**uses: tuple[str, str, float]) -> Truth:
    """Points by name: carrier, kind of holder, kWh; each holder has the name of its point up to the underscore."""
    truth = Truth()
    for name, (carrier, kind, kwh) in uses.items():
        atom = ("use", MONTH, carrier, name)
        sides = dict.fromkeys(SIDES, "-") | {
            "carrier": carrier, "sector": "industry", "flow": "import", "kind": kind,
        }  # fmt: skip
        truth.amounts[atom] = kwh
        truth.about[atom] = About(MONTH, (kind, name.partition("_")[0]), sides, {"kWh": 1.0})
    return truth


def told(truth: Truth, *points: str, half: float = 0.5, factor: float = 1.0) -> Told:
    """A published sum of points, rounded."""
    terms: dict[Atom, float] = {atom: factor for atom in truth.amounts if atom[3] in points}
    total = sum(one * truth.amounts[atom] for atom, one in terms.items())
    return Told(terms, total - half, total + half, " ".join(points))


def found(truth: Truth, *what: Told) -> set[str]:
    attack = Attack(truth.amounts, what)
    targets = [*protected_sums(truth, MONTH), *of_holders(truth, MONTH)]
    return {t.name.removesuffix(f", {MONTH}") for t in targets if _close(attack, t)}


def _close(attack: Attack, target: Target) -> bool:
    reach = attack.above(target.terms, target.knows) if target.knows else float("inf")
    return min(attack.apart(target.terms, target.knows), reach) < target.apart


THREE = planted(a=("gas", "firm", 100), b=("gas", "firm", 90), c=("gas", "firm", 80))
UNEQUAL = planted(a=("gas", "firm", 100), b=("gas", "firm", 90), c=("gas", "firm", 5))
TWO = planted(a=("gas", "firm", 100), b=("gas", "firm", 90), s=("gas", "public", 500))
CARRIERS = planted(
    a_gas=("gas", "firm", 100), b_gas=("gas", "firm", 90), c_gas=("gas", "firm", 80),
    a_heat=("heat", "firm", 40), b_heat=("heat", "firm", 30),
)  # fmt: skip


def test_a_table_with_every_rule_kept_gives_nothing_back() -> None:
    assert found(THREE, told(THREE, "a", "b", "c")) == set()


@pytest.mark.parametrize(
    ("truth", "more", "expected"),
    [
        # Three firms at least.
        (TWO, [("a", "b"), ("s",)], "gas of a, sought by b"),
        # The p %-rule: what the second cannot see is too little beside the first.
        (UNEQUAL, [("a", "b", "c")], "gas of a, sought by b"),
        # What public bodies use is told beside the total: no cover.
        (TWO, [("a", "b", "s"), ("s",)], "gas of b, sought by a"),
        # Secondary suppression: the total and the other cell are told.
        (
            CARRIERS,
            [("a_gas", "b_gas", "c_gas"), ("a_gas", "b_gas", "c_gas", "a_heat", "b_heat")],
            "heat all all -",
        ),
    ],
    ids=["too few", "too unequal", "public is known", "by subtraction"],
)
def test_each_rule_that_is_switched_off_is_found(
    truth: Truth, more: Iterable[tuple[str, ...]], expected: str
) -> None:
    assert expected in found(truth, *(told(truth, *points) for points in more))


def test_a_factor_is_an_equation_like_any_other() -> None:
    """Energy of two carriers and their emissions: two equations in two unknowns."""
    gas, heat = ("a_gas", "b_gas", "c_gas"), ("a_heat", "b_heat")
    energy = told(CARRIERS, *gas, *heat)
    emitted = Told(
        {**told(CARRIERS, *gas, factor=0.2).terms, **told(CARRIERS, *heat, factor=0.3).terms},
        0.2 * 270 + 0.3 * 70 - 1e-3, 0.2 * 270 + 0.3 * 70 + 1e-3, "emissions",
    )  # fmt: skip
    assert "heat all all -" not in found(CARRIERS, energy)
    assert "heat all all -" in found(CARRIERS, energy, emitted)


@pytest.mark.parametrize(("half", "expected"), [(1, True), (20, False)])
def test_rounding_covers_as_far_as_it_goes(half: float, expected: bool) -> None:
    gas = told(CARRIERS, "a_gas", "b_gas", "c_gas", half=half)
    total = told(CARRIERS, *(atom[3] for atom in CARRIERS.amounts))
    assert ("heat all all -" in found(CARRIERS, gas, total)) is expected


def test_two_editions_are_read_as_one() -> None:
    """A firm that joined alone: each edition is safe, and their difference is what it uses."""
    four = planted(
        a=("gas", "firm", 100), b=("gas", "firm", 90), c=("gas", "firm", 80), new=("gas", "firm", 70)
    )  # fmt: skip
    before, after = told(four, "a", "b", "c"), told(four, "a", "b", "c", "new")
    assert found(four, after) == set()
    assert any(name.startswith("gas of new") for name in found(four, before, after))


def test_households_are_fifteen_and_none_is_large() -> None:
    def homes(count: int, first: float) -> bool:
        uses = {f"h{n}": ("gas", "household", first if not n else 10.0) for n in range(count)}
        truth = planted(**uses)
        return too_few(truth, set(truth.amounts))

    assert [homes(14, 10), homes(15, 10), homes(15, 40)] == [True, False, True]
