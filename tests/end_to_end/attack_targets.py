"""What must not be found out: sums that too few stand behind, and what one holder uses, sought by another.

Belongs here: the rules told once more, from their definition. Does not belong here: how the attack goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

from tests.end_to_end.attack import Atom
from tests.end_to_end.attack_truth import WATER, Holder, Truth

P = 0.25
"""As the p %-rule says: nobody may come closer than a quarter."""
_FIRMS, _HOUSEHOLDS, _LARGEST = 3, 15, 0.15


@dataclass(frozen=True)
class Target:
    """A sum that must not be known closer than `apart`, to somebody who knows some atoms itself."""

    name: str
    terms: Mapping[Atom, float]
    apart: float
    knows: frozenset[Atom] = frozenset()


def protected_sums(truth: Truth, month: str) -> Iterator[Target]:
    """Sums by carrier, sector and flow (or source of water) that too few, or too unequal ones, stand behind."""
    seen = set()
    for kind in ("energy", *WATER):
        here = {
            atom: about for atom, about in truth.about.items()
            if about.month == month and about.sides["flow"] != "export"
            and kind == (about.sides["carrier"] if about.sides["carrier"] in WATER else "energy")
        }  # fmt: skip
        groups: dict[tuple[str, ...], set[Atom]] = defaultdict(set)
        for atom, about in here.items():
            sides = [about.sides[side] for side in ("carrier", "sector", "flow", "source")]
            for group in product(*((side, "all") for side in sides)):
                groups[group].add(atom)
        for group, atoms in sorted(groups.items()):
            key = frozenset(atom for atom in atoms if truth.amounts[atom])
            if key in seen or not key:
                continue
            seen.add(key)
            if kind == "energy" and key == {atom for atom in here if truth.amounts[atom]}:
                continue  # the total is judged by itself: it is published or all of it is hidden
            if too_few(truth, atoms):
                size = sum(truth.amounts[atom] for atom in atoms)
                yield Target(f"{' '.join(group)}, {month}", dict.fromkeys(key, 1.0), P * size)


def of_holders(
    truth: Truth, month: str, unread: Mapping[Holder, Collection[Atom]] = MappingProxyType({})
) -> Iterator[Target]:
    """What each firm or household uses of a carrier and in all, sought by every other firm that knows its own.

    Args:
        truth: What is true of the district.
        month: The month.
        unread: What holders know of themselves that nobody read.
    """
    owns: dict[Holder, set[Atom]] = defaultdict(set)
    for atom, about in truth.about.items():
        if about.month == month and truth.amounts[atom] and about.sides["flow"] != "export":
            owns[about.holder].add(atom)
    every: dict[Holder, frozenset[Atom]] = {
        who: frozenset(
            [a for a, b in truth.about.items() if b.holder == who] + [*unread.get(who, ())]
        )
        for who in {*owns, *unread}
    }
    private = [who for who in sorted(owns) if who[0] != "public"]
    seekers = [who for who in sorted(every) if who[0] != "public"]
    for victim in private:
        for carrier in sorted({truth.about[a].sides["carrier"] for a in owns[victim]} | {"all"}):
            mine = [
                a for a in sorted(owns[victim])
                if carrier == truth.about[a].sides["carrier"]
                or (carrier == "all" and truth.about[a].sides["carrier"] not in WATER)
            ]  # fmt: skip
            size = sum(truth.amounts[atom] for atom in mine)
            for other in seekers:
                if mine and other != victim:
                    yield Target(
                        f"{carrier} of {victim[1]}, sought by {other[1]}, {month}",
                        dict.fromkeys(mine, 1.0), P * size, every[other],
                    )  # fmt: skip


def too_few(truth: Truth, atoms: set[Atom]) -> bool:
    """Three firms, and what the second cannot see is a quarter of the first; fifteen households, none above 15 %."""
    held: dict[Holder, float] = defaultdict(float)
    for atom in atoms:
        held[truth.about[atom].holder] += truth.amounts[atom]
    return too_few_hold(held)


def too_few_hold(held: Mapping[Holder, float]) -> bool:
    """The same of what each holder has of a sum."""
    total = sum(held.values())
    firms = sorted(
        (v for (kind, _), v in held.items() if kind == "firm" and v > 1e-6), reverse=True
    )
    homes = [v for (kind, _), v in held.items() if kind == "household" and v > 1e-6]
    rest = total - sum(firms[:2])
    return bool(
        (firms and (len(firms) < _FIRMS or rest < P * firms[0]))
        or (homes and (len(homes) < _HOUSEHOLDS or max(homes) > _LARGEST * total))
    )
