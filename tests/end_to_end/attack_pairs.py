"""Two editions whose data differ, attacked as one: what changed between them is an unknown like any other.

Belongs here: accounts of one house at two times as one system, and what must not be found out of a change. Does not
belong here: what an edition says (`attack_reading.py`), what follows (`attack.py`).

The attacker knows whose use an edition was made of and whose the other, and so whom a difference is of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.end_to_end.attack import Atom, Attack, Told
from tests.end_to_end.attack_targets import P, Target, of_holders, protected_sums, too_few_hold
from tests.end_to_end.attack_truth import About, Holder, Truth

_LEAVES = 0.75
"""Who used three quarters less, or had not used them yet, came or went; anything else is a corrected reading."""


@dataclass(frozen=True)
class Account:
    """What was true when an edition was made, and what it says."""

    truth: Truth
    told: list[Told]


def given_back_by(first: Account, second: Account, month: str) -> list[str]:
    """Protected uses of a month and protected changes of it that two editions together close in on."""
    system = _Beside(first, second, month)
    return [
        f"{target.name}: within {apart / (target.apart / P):.3f} of itself"
        for target in system.targets()
        if (apart := system.attack.apart(target.terms, target.knows)) < target.apart
    ]


class _Beside:
    """Uses as the later edition knows them, and what the earlier one took them for where that was another amount."""

    def __init__(self, first: Account, second: Account, month: str) -> None:
        self._month = month
        self._old, self._new = first.truth, second.truth
        old, new = first.truth.of([month]), second.truth.of([month])
        self._changes: dict[Atom, float] = {
            atom: change
            for atom in sorted({*old, *new})
            if abs(change := new.get(atom, 0.0) - old.get(atom, 0.0)) > 1e-9
        }
        self._both = {atom for atom in self._changes if old.get(atom) and new.get(atom)}
        gone = {
            _was(atom): old[atom] for atom in self._changes if old.get(atom) and not new.get(atom)
        }
        moved = {_changed(atom): self._changes[atom] for atom in self._both}
        was = [self._in_new(each) for each in first.told if each.terms.keys() <= old.keys()]
        self.attack = Attack({**new, **gone, **moved}, [*second.told, *was], free=moved)

    def _in_new(self, told: Told) -> Told:
        """A number of the earlier edition, in uses as they are known now."""
        terms: dict[Atom, float] = {}
        for atom, one in told.terms.items():
            if atom in self._both:
                terms |= {atom: one, _changed(atom): -one}
            elif self._old.amounts.get(atom):
                terms[_was(atom) if atom in self._changes else atom] = one
        return Told(terms, told.low, told.high, f"before: {told.where}")

    def _change(self, atom: Atom) -> tuple[Atom, float]:
        """What stands for the change of a use, and its sign."""
        if atom in self._both:
            return _changed(atom), 1.0
        return (atom, 1.0) if self._new.amounts.get(atom) else (_was(atom), -1.0)

    def targets(self) -> Iterator[Target]:
        """What either edition alone must not tell, and what whoever came or went uses."""
        for target in (
            *protected_sums(self._new, self._month),
            *of_holders(self._new, self._month),
        ):
            owners = {self._new.about[atom].holder for atom in target.knows}
            own = {self._change(a)[0] for a in self._changes if self._holder(a) in owners}
            yield Target(target.name, target.terms, target.apart, target.knows | own)
        yield from self._of_changes()

    def _of_changes(self) -> Iterator[Target]:
        groups: dict[tuple[str, ...], set[Atom]] = defaultdict(set)
        for atom in self._changes:
            sides = self._about(atom).sides
            for group in ("carrier", "source", "flow", "sector"):
                groups[group, sides["carrier"], sides[group]].add(atom)
        for group, atoms in sorted(groups.items()):
            held: dict[Holder, float] = defaultdict(float)
            for atom in atoms:
                held[self._holder(atom)] += abs(self._changes[atom])
            if too_few_hold(held) and any(self._came_or_went(atom) for atom in atoms):
                size = abs(sum(self._changes[atom] for atom in atoms))
                name = f"what changed of {' '.join(group)}, {self._month}"
                yield Target(name, dict(self._change(atom) for atom in sorted(atoms)), P * size)

    def _came_or_went(self, atom: Atom) -> bool:
        was, now = (each.amounts.get(atom, 0.0) for each in (self._old, self._new))
        private = self._holder(atom)[0] != "public"
        return private and abs(self._changes[atom]) >= _LEAVES * max(was, now)

    def _about(self, atom: Atom) -> About:
        return self._new.about.get(atom) or self._old.about[atom]

    def _holder(self, atom: Atom) -> Holder:
        return self._about(atom).holder


def _changed(atom: Atom) -> Atom:
    return ("change", *atom)


def _was(atom: Atom) -> Atom:
    return ("was", *atom)
