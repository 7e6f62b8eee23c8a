"""What people answered, sought in what is told of it: counts are whole numbers that shares, means and errors bound.

Belongs here: what a reader can say of the people at each option, from one edition or from the difference of two. Does
not belong here: what is told. Nothing is taken from `protecting/`.

The attacker knows the questionnaire: which options there are, the marks of a scale, which question a topic's share is
of. Weighted figures are read as if nobody had a weight, and left out where no whole numbers give them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.stats import t as student

Row = Mapping[str, Any]
_FEW = 5
_DIGITS = 5.1e-7
"""Figures are told to six decimals."""


@dataclass
class Question:
    """The options of one question of one wave with how many people chose each, and what is told of it.

    Attributes:
        people: By option; the marks of a scale as text.
        one_of: Whether each person chooses exactly one.
        rows: What is told of it: its shares, its mean, the share of the topic that it is the question of.
    """

    people: Mapping[str, int]
    one_of: bool
    rows: list[Row] = field(default_factory=list)


def found_out(question: Question, before: Question | None = None) -> list[str]:
    """Options of which a reader knows that one to four people chose them, or did not.

    Args:
        question: What is true and told now.
        before: What an earlier edition told; then also who came between the two is sought.
    """
    options = sorted({*question.people, *(before.people if before else ())})
    size = len(options)
    lines = [*_lines(question, options)]
    if before is not None:
        # Who came since is a number of people too: nobody who had answered is taken to have changed their mind.
        lines = [(np.hstack([line, line * 0]), low, high) for line, low, high in lines]
        lines += [
            (np.hstack([line, -line]), low, high) for line, low, high in _lines(before, options)
        ]
    system = _System(lines, size * (2 if before else 1))
    found = []
    for place, option in enumerate(options):
        now = question.people.get(option, 0)
        base = sum(question.people.values())
        found += _few(system, {place: 1.0}, now, option)
        if question.one_of:
            found += _few(
                system, {n: 1.0 for n in range(size) if n != place}, base - now, f"not {option}"
            )
        if before is not None:
            came = now - before.people.get(option, 0)
            found += _few(system, {size + place: 1.0}, came, f"came to {option}")
    return found


def _few(system: _System, aim: Mapping[int, float], true: int, name: str) -> list[str]:
    if not 0 < true < _FEW:
        return []
    least, most = system.between(aim)
    return [f"{name}: {least} to {most}"] if least >= 1 and most < _FEW else []


class _System:
    """Whole numbers of people that fit everything that is told."""

    def __init__(self, lines: Sequence[tuple[Any, float, float]], size: int) -> None:
        self._size = size
        rows = [line for line, _, _ in lines] or [np.zeros(size)]
        low, high = ([line[n] for line in lines] or [0.0] for n in (1, 2))
        self._constraints = LinearConstraint(np.array(rows), low, high)

    def between(self, aim: Mapping[int, float]) -> tuple[int, float]:
        """The least and the largest that a sum of counts may be."""
        ends = []
        for sign in (1, -1):
            cost = np.zeros(self._size)
            for place, one in aim.items():
                cost[place] = sign * one
            solved = milp(
                cost, constraints=self._constraints, bounds=Bounds(0, 10_000),
                integrality=np.ones(self._size),
            )  # fmt: skip
            assert solved.status == 0, f"what is told contradicts itself: {solved.message}"
            ends.append(round(sign * solved.fun))
        return ends[0], ends[1]


def _lines(question: Question, options: Sequence[str]) -> Iterator[tuple[Any, float, float]]:
    """What is told, as bounds on sums of counts."""
    place = {option: n for n, option in enumerate(options)}

    def line(of: Mapping[str, float]) -> Any:
        made = np.zeros(len(options))
        for option, one in of.items():
            made[place[option]] = one
        return made

    everybody = line(dict.fromkeys(question.people, 1.0))
    for row in question.rows:
        answers, estimate = row["answers"], row["estimate"]
        if row["suppressed"] or answers is None or estimate is None:
            continue
        amount, half = float(estimate) * answers, _DIGITS * answers
        if row["statistic"] == "topic_share":
            yes = line({"yes": 1.0})
            yield line({"yes": 1.0, "no": 1.0}), answers, answers
            yield yes, amount - half, amount + half
            continue
        if question.one_of:
            yield everybody, answers, answers
        if row["statistic"] in ("share", "distribution"):
            yield line({row["option"]: 1.0}), amount - half, amount + half
        elif row["statistic"] == "mean":
            yield (
                line({mark: float(mark) for mark in question.people}),
                amount - half,
                amount + half,
            )
            if row["estimate_low"] is not None:
                yield line({m: float(m) ** 2 for m in question.people}), *_squares(row)


def _squares(row: Row) -> tuple[float, float]:
    """Between what bounds the sum of squared marks lies, by the interval of their mean."""
    answers, mean = row["answers"], float(row["estimate"])
    width = float(row["estimate_high"]) - float(row["estimate_low"])
    times = 2 * student.ppf(0.975, answers - 1)
    sums = [
        (max(width + off, 0.0) / times) ** 2 * answers * (answers - 1) + answers * mean**2
        for off in (-2 * _DIGITS, 2 * _DIGITS)
    ]
    slack = 2 * _DIGITS * answers * abs(mean) + 1e-6
    return sums[0] - slack, sums[1] + slack


def most_of_largest(row: Row, own: float) -> float:
    """How large the largest of the numbers that people gave can be at most, to one who gave one of them."""
    total = float(row["estimate"]) * row["answers"] - own
    if row["estimate_low"] is None:
        return total
    return min(total, float(np.sqrt(_squares(row)[1] - own**2)))


def questions_of(estimates: Iterable[Row], counts: Iterable[Row]) -> list[Question]:
    """The questions of an edition that are told in part, each with its true counts.

    Args:
        estimates: The published table of estimates.
        counts: The house's own, with people by option.
    """
    told: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in estimates:
        told[_asked(row)].append(row)
    true: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in counts:
        if row["people"] is not None and row["statistic"] in ("share", "distribution"):
            true[_asked(row)].append(row)
    found = []
    for key, rows in sorted(true.items()):
        if any(row["design_effect"] != 1 for row in rows):
            continue
        people = {row["option"]: row["people"] for row in rows}
        mean = next((row for row in told[key] if row["statistic"] == "mean"), None)
        if mean is not None:
            marks = range(mean["scale_low"], mean["scale_high"] + 1)
            people = {str(mark): people.get(str(mark), 0) for mark in marks}
            if mean["is_reversed"]:
                high = mean["scale_low"] + mean["scale_high"]
                people = {str(high - int(mark)): count for mark, count in people.items()}
        one_of = sum(people.values()) == rows[0]["answers"]
        found.append(Question(people, one_of, told[key]))
    return found


def _asked(row: Row) -> tuple[str, ...]:
    return (row["district_id"], row["survey_id"], row["wave"], row["measure"])
