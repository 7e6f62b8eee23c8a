"""Figures that are sums of the same parts: which of them must stay hidden so that no protected sum is given back.

Belongs here: how closely published sums bound a hidden one, and the least that has to be hidden (secondary
suppression). Does not belong here: which sums are protected (`limits.py`), which figures exist and what they are made
of (`relations.py`).

A reader knows every published sum, its coefficients (factors are public) and that a use is not negative. A protected
sum is safe when the values it could then have lie at least p % of it apart. What is hidden is the cheapest set that
reaches this: every way found to a protected sum must miss at least one of its figures (a weighted hitting set, solved
exactly; Fischetti and Salazar-González 2000 in the form of implicit hitting sets).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

Part = Any
"""Anything hashable that names one."""
Sum = Mapping[Any, float]
"""Parts with their coefficients."""

_NOTHING = 1e-9
_UNSEEN = 1e-7
"""What is left of a sum beside the published ones, relative to it, that is more than arithmetic."""
_BEYOND = 1e6
"""A bound this many times the value says nothing."""


@dataclass(frozen=True)
class Figure:
    """A published sum of parts.

    Attributes:
        key: What it is called.
        parts: Coefficient of each part.
        weight: How much a reader loses with it; None where it is out already and cannot be taken back.
        room: How far below and above its true value a reader must think it, because it is rounded.
    """

    key: Hashable
    parts: Sum
    weight: int | None
    room: tuple[float, float] = (0.0, 0.0)


@dataclass
class Ways:
    """Ways to each protected sum that were found so far: months of one district are much alike."""

    found: dict[frozenset[tuple[Part, float]], set[frozenset[Hashable]]] = field(
        default_factory=dict
    )
    cheapest: dict[frozenset[frozenset[Hashable]], set[Hashable]] = field(default_factory=dict)


class Seen:
    """What a reader sees of a table: published sums as equations in its parts, each part as a multiple of its value."""

    def __init__(
        self, values: Mapping[Part, Decimal], shown: Iterable[Figure], free: Collection[Part] = ()
    ) -> None:
        """Set the equations up.

        Args:
            values: The true value of every part; parts of nothing are known to be nothing.
            shown: What is published.
            free: Parts that may also be negative, such as changes.
        """
        self._parts = [part for part, value in values.items() if value]
        self._size = np.array([float(values[part]) for part in self._parts])
        self._least = [None if part in free else 0.0 for part in self._parts]
        keys, rows, rooms = [], [], []
        for each in shown:
            row = self._row(each.parts)
            largest = abs(row).max(initial=0)
            if largest > _NOTHING:
                keys.append(each.key)
                rows.append(row / largest)
                rooms.append([side / largest for side in each.room])
        self._keys = keys
        self._matrix = np.array(rows).reshape(len(rows), len(self._parts))
        self._room = np.array(rooms).reshape(len(rows), 2)

    def _row(self, parts: Sum) -> Any:
        return np.array([parts.get(part, 0.0) for part in self._parts]) * self._size

    def bounds(self, target: Sum) -> tuple[float, float, frozenset[Hashable]]:
        """Between which multiples of its true value a protected sum must lie, and the figures that say so."""
        aim = self._row(target)
        true = abs(aim.sum())
        if true <= _NOTHING or not self._keys:
            return (-_BEYOND, _BEYOND, frozenset())
        rounded = self._room.any(axis=1)
        about, sums = self._matrix[rounded], self._matrix.sum(axis=1)
        below, above = self._room[rounded].T
        ends, seen = [], set()
        for sign in (1, -1):
            solved = linprog(
                sign * aim / true,
                A_eq=self._matrix[~rounded],
                b_eq=sums[~rounded],
                A_ub=np.vstack([about, -about]),
                b_ub=np.concatenate([sums[rounded] + above, below - sums[rounded]]),
                bounds=[(least, None) for least in self._least],
                method="highs",
            )
            if solved.status != 0:
                ends.append(-sign * _BEYOND)
                continue
            ends.append(sign * solved.fun)
            prices = np.zeros(len(self._keys))
            prices[~rounded] = solved.eqlin.marginals
            prices[rounded] = solved.ineqlin.marginals.reshape(2, -1).sum(axis=0)
            priced = zip(self._keys, prices, strict=True)
            seen |= {key for key, price in priced if abs(price) > _NOTHING}
        return (ends[0], ends[1], frozenset(seen))

    @cached_property
    def _directions(self) -> Any:
        """Orthonormal directions that published sums see."""
        _, sizes, directions = np.linalg.svd(self._matrix, full_matrices=False)
        return directions[sizes > _NOTHING * sizes.max(initial=0.0)]

    def surely_apart(self, target: Sum, share: float) -> bool:
        """Whether one direction that no published sum sees moves a protected one far enough; False proves nothing."""
        aim = self._row(target)
        true = abs(aim.sum())
        if true <= _NOTHING or not self._keys:
            return True
        unseen = aim - self._directions.T @ (self._directions @ aim)
        if abs(unseen).max() <= _UNSEEN * abs(aim).max():
            return False
        bounded = np.array([least is not None for least in self._least])
        up, down = (
            max((-sign * unseen[bounded]).max(initial=0), _NOTHING * abs(unseen).max())
            for sign in (1, -1)
        )
        return bool((1 / up + 1 / down) * (unseen @ unseen) / true >= share)


def to_hide(
    values: Mapping[Part, Decimal],
    figures: Sequence[Figure],
    targets: Iterable[Sum],
    p_percent: Decimal,
    free: Collection[Part] = (),
    ways: Ways | None = None,
) -> set[Hashable]:
    """The cheapest figures to hide so that every protected sum is safe.

    A sum that figures of earlier editions give away by themselves cannot be made safe any more: nothing is hidden for
    it.

    Args:
        values: The true value of every part.
        figures: What may be shown.
        targets: The protected sums.
        p_percent: How far apart, in per cent of it, the values must lie that a protected sum could have.
        free: Parts that may also be negative.
        ways: Ways found for tables of the same shape; more are added.
    """
    weights = {each.key: each.weight for each in figures if each.weight is not None}
    open_targets = [dict(target) for target in targets]
    ways = ways or Ways()
    found = [ways.found.setdefault(frozenset(aim.items()), set()) for aim in open_targets]
    known = {way for own in found for way in own if way <= weights.keys()}
    share = float(p_percent) / 100
    while True:
        now = frozenset(known)
        hidden = ways.cheapest.get(now)
        if hidden is None:
            hidden = ways.cheapest[now] = _cheapest(known, weights)
        # A first guess beyond what is proven to be needed finds many ways at once; the next round weighs them all.
        guess = set(hidden)
        unsafe = list(enumerate(open_targets))
        while unsafe:
            seen = Seen(values, [each for each in figures if each.key not in guess], free)
            still = []
            for number, aim in unsafe:
                way = _way_to(seen, aim, share)
                if way is None:
                    continue
                way = frozenset(key for key in way if key in weights)
                if way:
                    found[number].add(way)
                    known.add(way)
                    guess.add(min(way, key=lambda key: (weights[key], str(key))))
                    still.append((number, aim))
            unsafe = still
        if known == now:
            return hidden


def _way_to(seen: Seen, aim: Sum, share: float) -> frozenset[Hashable] | None:
    """The figures that tell a protected sum too closely; None where it is safe."""
    if seen.surely_apart(aim, share):
        return None
    low, high, through = seen.bounds(aim)
    return None if high - low >= share else through


def _cheapest(
    ways: Collection[frozenset[Hashable]], weights: Mapping[Hashable, int]
) -> set[Hashable]:
    """The lightest set with at least one figure of every way; of equals the first by name."""
    least = [way for way in ways if not any(other < way for other in ways)]
    alone = {key for way in least if len(way) == 1 for key in way}
    least = [way for way in least if not way & alone]
    keys = sorted({key for way in least for key in way}, key=str)
    if not keys:
        return alone
    place = {key: number for number, key in enumerate(keys)}
    rows = np.zeros((len(least), len(keys)))
    for number, way in enumerate(sorted(least, key=lambda way: sorted(map(str, way)))):
        rows[number, [place[key] for key in way]] = 1
    cost = np.array([weights[key] * 1000 + number for key, number in place.items()], dtype=float)
    solved = milp(
        cost,
        constraints=LinearConstraint(rows, lb=1),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(keys)),
    )
    return alone | {key for key, number in place.items() if solved.x[number] > 0.5}
