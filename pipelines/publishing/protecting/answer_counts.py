"""Whole numbers of people that follow from a question: of its mean and error, of a share told beside it.

Belongs here: whether what is told of a question leaves a count of one to four people no other value. Does not belong
here: what is told of it (`surveys.py`), what moved between editions (`answers.py`).

People are whole numbers, and marks of a scale are few: base, sum and sum of squares can leave one way alone in which
they may have answered. Weights are taken for no cover.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pipelines.publishing.protecting.limits import Contributors, Limits, dominated
from pipelines.publishing.rows import Row


def marks_tell_few(marks: Mapping[int, int], limits: Limits, *, error: bool) -> bool:
    """Whether a scale's base and mean, and the error if it is told, say of a mark that a few chose it or did not.

    Args:
        marks: People by mark, with every mark of the scale.
        limits: The declared thresholds.
        error: Whether the error of the mean is told beside it.
    """
    places = sorted(marks)
    people = np.array([marks[place] for place in places], dtype=float)
    powers = np.array([[float(mark) ** power for mark in places] for power in range(2 + error)])
    ways = LinearConstraint(powers, powers @ people, powers @ people)
    base = people.sum()
    for place, count in enumerate(people):
        for counted, sign in ((count, 1.0), (base - count, -1.0)):
            if 0 < counted < limits.survey_cell:
                least, most = (_end(ways, place, end, len(places)) for end in (1, -1))
                ends = (least, most) if sign > 0 else (base - most, base - least)
                if ends[0] >= 1 and ends[1] < limits.survey_cell:
                    return True
    return False


def _end(ways: Any, place: int, sign: int, size: int) -> float:
    """The least (1) or largest (-1) number of people at one mark."""
    aim = np.zeros(size)
    aim[place] = sign
    solved = milp(aim, constraints=ways, bounds=Bounds(0, np.inf), integrality=np.ones(size))
    return float(round(sign * solved.fun))


def error_tells_largest(row: Row, limits: Limits) -> bool:
    """Whether the error beside a mean of numbers tells the largest: the root of the sum of squares lies above it."""
    error, answers = row.get("standard_error"), int(row["answers"] or 0)
    if row["largest"] is None or error is None or not answers:
        return False
    squares = error**2 * answers * (answers - 1) + row["values_sum"] ** 2 / answers
    second = row["second"] or Decimal(0)
    seen = (max(squares - second**2, Decimal(0))).sqrt() - row["largest"]
    cover = Contributors(
        "firm", answers, row["largest"], second, row["largest"] + second + max(seen, Decimal(0))
    )
    return dominated(cover, limits)


def split_by_topic(
    people: Mapping[str, int],
    hidden: Collection[str],
    topic: Mapping[str, int],
    limits: Limits,
) -> bool:
    """Whether a share of the people who said yes or no tells a few of the hidden options of the question it is of.

    Args:
        people: People by option of a question of which one is chosen.
        hidden: Options that are not told.
        topic: People behind the share: who said yes, and who did not.
        limits: The declared thresholds.
    """
    told = set(topic.values())
    if not told <= set(people.values()):
        return False
    left = sum(count for option, count in people.items() if option in hidden and count not in told)
    return 0 < left < limits.survey_cell
