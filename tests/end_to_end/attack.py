"""An attacker: what published numbers say about what is not, as bounds that a linear programme closes in.

Belongs here: the bounds. Does not belong here: what is true (`attack_truth.py`), what published files say of it
(`attack_reading.py`), what is protected (`attack_targets.py`). Nothing here or there is taken from `protecting/`: not
its relations, not its matrix, not its idea of what follows.

The attacker knows which points, holders and sites there are and which of them a figure is made of, every factor, how
far numbers are rounded, and that nobody uses less than nothing. An insider knows what it uses itself as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog

Atom = tuple[str, ...]
"""What nothing smaller is published of: a kind, a month, and whose."""
_SLACK = 1e-7
"""How exact a published number is at best, relative to its largest part: arithmetic is no knowledge."""


@dataclass(frozen=True)
class Told:
    """A published number: between what bounds a sum of atoms lies, and where it stands."""

    terms: Mapping[Atom, float]
    low: float
    high: float
    where: str


class Attack:
    """What follows from what was told. Each atom is measured as a multiple of its true amount."""

    def __init__(
        self, amounts: Mapping[Atom, float], told: Iterable[Told], free: Collection[Atom] = ()
    ) -> None:
        """Set the inequalities up.

        Args:
            amounts: The true amount of every atom; nothing is known to be nothing.
            told: What is published of them; what speaks of other atoms as well is left out.
            free: Atoms that may be negative, such as changes.
        """
        self._atoms = [atom for atom, amount in amounts.items() if amount]
        self._place = {atom: number for number, atom in enumerate(self._atoms)}
        self._size = np.array([amounts[atom] for atom in self._atoms])
        self._least = np.array([-np.inf if atom in free else 0.0 for atom in self._atoms])
        lines: dict[tuple[float, ...], tuple[Any, float, float]] = {}
        self.used: list[Told] = []
        for each in told:
            if not each.terms.keys() <= amounts.keys():
                continue
            line = self._line(each.terms)
            largest = abs(line).max(initial=0.0)
            if not largest:
                continue
            line = line / largest
            middle, half = (
                (each.low + each.high) / 2 / largest,
                (each.high - each.low) / 2 / largest,
            )
            half = max(half, _SLACK)
            # Where the truth differs from what is told by more than the rounding, it was told of something else.
            if abs(line.sum() - middle) > half * 1.01 + 1e-6:
                continue
            key = tuple(np.round(line, 9))
            low, high = max(middle - half, -np.inf), middle + half
            if key in lines:
                low, high = max(low, lines[key][1]), min(high, lines[key][2])
            lines[key] = (line, low, high)
            self.used.append(each)
        self._matrix = np.array([line for line, _, _ in lines.values()]).reshape(
            -1, len(self._atoms)
        )
        self._low = np.array([low for _, low, _ in lines.values()])
        self._high = np.array([high for _, _, high in lines.values()])
        self._seen: dict[frozenset[Atom], Any] = {}

    def _line(self, terms: Mapping[Atom, float]) -> Any:
        line = np.zeros(len(self._atoms))
        for atom, one in terms.items():
            if atom in self._place:
                line[self._place[atom]] += one * self._size[self._place[atom]]
        return line

    def apart(self, target: Mapping[Atom, float], knows: Collection[Atom] = ()) -> float:
        """How far apart the values lie that a hidden sum could have, in its own unit; infinity where it has no bound.

        Args:
            target: The hidden sum.
            knows: Atoms that the attacker knows, because they are its own.
        """
        aim = self._line(target)
        if not abs(aim).max(initial=0.0) or not len(self._matrix):
            return float("inf")
        own = np.array([atom in knows for atom in self._atoms])
        step = self._unseen_step(aim, own, frozenset(knows))
        if step >= abs(aim.sum()):
            return step
        low, high = (self._end(aim, own, sign) for sign in (1, -1))
        return high - low

    def above(self, target: Mapping[Atom, float], knows: Collection[Atom] = ()) -> float:
        """How far above the true value the largest lies that a hidden sum could have: what the p %-rule speaks of."""
        aim = self._line(target)
        if not abs(aim).max(initial=0.0) or not len(self._matrix):
            return float("inf")
        own = np.array([atom in knows for atom in self._atoms])
        return self._end(aim, own, -1) - float(aim.sum())

    def _end(self, aim: Any, own: Any, sign: int) -> float:
        """The least (1) or largest (-1) value of a sum."""
        bounds = [
            (1.0, 1.0) if known else (None if least == -np.inf else least, None)
            for least, known in zip(self._least, own, strict=True)
        ]
        scale = abs(aim).max()
        solved = linprog(
            sign * aim / scale,
            A_ub=np.vstack([self._matrix, -self._matrix]),
            b_ub=np.concatenate([self._high, -self._low]),
            bounds=bounds,
            method="highs",
        )
        if solved.status == 3:
            return -sign * float("inf")
        assert solved.status == 0, f"what is published contradicts itself: {solved.message}"
        return float(sign * solved.fun * scale)

    def _unseen_step(self, aim: Any, own: Any, knows: frozenset[Atom]) -> float:
        """How far one direction that no published number sees moves the target: a bound from below, found fast."""
        if knows not in self._seen:
            _, sizes, right = np.linalg.svd(self._matrix[:, ~own], full_matrices=False)
            self._seen[knows] = right[sizes > 1e-9 * max(sizes.max(initial=0.0), 1e-30)]
        aim = aim[~own]
        seen = self._seen[knows]
        unseen = aim - seen.T @ (seen @ aim)
        if abs(unseen).max(initial=0.0) <= 1e-6 * abs(aim).max(initial=0.0) or not len(aim):
            return 0.0
        bounded = self._least[~own] == 0.0
        steps = []
        for sign in (1, -1):
            falling = (-sign * unseen[bounded]).max(initial=0.0)
            steps.append(1 / max(falling, 1e-12))
        return float(sum(steps) * (unseen @ unseen))
