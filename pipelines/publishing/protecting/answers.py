"""What people said, between editions: an answer that was withdrawn or came late is not the difference of two of them.

Belongs here: how many people's answers moved since an edition that told them, what is withheld then, and what the next
edition needs to know of it. Does not belong here: who is too few within one edition (`surveys.py`, `limits.py`), where
memories lie (`memory.py`). Counts are kept, and nobody's answer.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa

from pipelines.publishing.protecting.answer_counts import marks_tell_few
from pipelines.publishing.protecting.disclosure import Place, told_month
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.surveys import Question, people_by_mark, question_of
from pipelines.publishing.rows import Row

PLACE = "answers"
"""Stands where a month does in a memory: these rows are of no month's uses."""
_BASE, _SUM, _MARK = "answers", "sum", "mark "
Counts = Mapping[str, Decimal]
Asked = tuple[str, ...]
"""A question of a survey's wave; or a district, a month and the KPI that tells of it."""


@dataclass(frozen=True)
class Told:
    """Counts behind everything that a reader may compare: of questions, and of KPIs by the month they speak of."""

    questions: dict[Question, dict[str, Decimal]] = field(default_factory=dict)
    kpis: dict[tuple[str, str, str], dict[str, Decimal]] = field(default_factory=dict)


def counted(estimates: Iterable[Row], levers: Iterable[Row], kpis: Iterable[Row]) -> Told:
    """What is counted now.

    Args:
        estimates: Rows of `fct_survey_estimates`.
        levers: Rows of `fct_levers_monthly`.
        kpis: Rows of `declared/kpis`.
    """
    questions: dict[Question, dict[str, Decimal]] = defaultdict(dict)
    rows = list(estimates)
    marks: dict[Question, list[Row]] = defaultdict(list)
    for row in rows:
        if row["statistic"] == "distribution":
            marks[question_of({**row, "statistic": "mean"})].append(row)
    for row in rows:
        own = questions[question_of(row)]
        if row["people"] is not None:
            own[row["option"]] = Decimal(row["people"])
        own[_BASE] = max(own.get(_BASE, Decimal(0)), Decimal(row["answers"] or 0))
        by_mark = people_by_mark(row, marks.get(question_of(row), ()))
        own |= {f"{_MARK}{mark}": Decimal(count) for mark, count in by_mark.items()}
        if row.get("values_sum") is not None:
            own[_SUM] = Decimal(row["values_sum"])
    surveyed = [kpi for kpi in kpis if kpi["disclosure_rule"] == "survey"]
    behind: dict[tuple[str, str, str], dict[str, Decimal]] = {}
    for row in levers:
        for kpi in surveyed:
            names = (kpi["disclosure_contributions"], kpi.get("disclosure_smallest"))
            found = {str(name): row.get(str(name)) for name in names if name}
            if found and None not in found.values():
                key = (row["district_id"], row["month"], str(kpi["code"]))
                behind[key] = {name: Decimal(str(count)) for name, count in found.items()}
    return Told(dict(questions), behind)


def moved_alone(
    now: Told, before: Sequence[pa.Table], limits: Limits
) -> tuple[set[Question], dict[Place, frozenset[str]]]:
    """Questions and KPIs in which some answers moved since an edition told them, of too few people to be told again.

    Args:
        now: What is counted now.
        before: Memories of earlier editions.
        limits: The declared thresholds.
    """
    questions: set[Question] = set()
    kpis: dict[Place, set[str]] = defaultdict(set)
    for key, counts in _recalled(before):
        if len(key) == 3:
            current = now.kpis.get((key[0], key[1], key[2]))
            if current is not None and _few_moved(counts, current, limits):
                kpis[key[0], key[1]].add(key[2])
        elif key in now.questions and _few_moved(counts, now.questions[key], limits):
            questions.add(key)
    return questions, {place: frozenset(codes) for place, codes in kpis.items()}


def _few_moved(old: Counts, new: Counts, limits: Limits) -> bool:
    """Whether a few people answer otherwise, no longer or only now, as far as the difference would tell."""
    moves = {
        name: new.get(name, Decimal(0)) - old.get(name, Decimal(0))
        for name in sorted({*old, *new} - {_SUM})
    }
    marks = {
        int(name.removeprefix(_MARK)): n for name, n in moves.items() if name.startswith(_MARK)
    }
    if not any(moves.values()):
        # A mean that moved without a count did so by somebody's answer.
        return old.get(_SUM) != new.get(_SUM)
    if max(map(abs, moves.values())) < limits.survey_cell:
        return True
    # Each count that is told is compared with itself; marks are seen through their mean and its error alone.
    told = (abs(move) for name, move in moves.items() if not name.startswith(_MARK))
    return any(0 < move < limits.survey_cell for move in told) or _marks_tell(marks, limits)


def _marks_tell(moves: Mapping[int, Decimal], limits: Limits) -> bool:
    """Whether the means of two editions tell the marks of a few who came between them, or went."""
    if min(moves.values(), default=0) < 0 < max(moves.values(), default=0):
        return False  # who came and who went are seen as one
    people = {mark: int(abs(move)) for mark, move in moves.items()}
    return bool(people) and marks_tell_few(people, limits, error=True)


def _recalled(before: Iterable[pa.Table]) -> Iterable[tuple[Asked, Counts]]:
    for table in before:
        for row in table.to_pylist():
            if row["month"] == PLACE:
                for key, counts in json.loads(row["holdings"]):
                    yield tuple(key), {name: Decimal(count) for name, count in counts.items()}


def answers_memory(now: Told, estimates: Iterable[Row], values: Iterable[Row]) -> list[Row]:
    """Rows for an edition's memory: counts behind the questions and KPIs that it tells.

    Args:
        now: What is counted.
        estimates: Rows of the protected table of estimates.
        values: KPI values as they may be read.
    """
    shown: dict[str, list[tuple[Asked, Counts]]] = defaultdict(list)
    for question in sorted({question_of(row) for row in estimates if not row["suppressed"]}):
        if question in now.questions:
            shown[question[0]].append((question, now.questions[question]))
    told = {
        (row["district_id"], told_month(row), row["kpi_code"])
        for row in values
        if not row["suppressed"] and row["value"] is not None
    }
    for key in sorted(told & now.kpis.keys()):
        shown[key[0]].append((key, now.kpis[key]))
    return [
        {
            "district_id": district,
            "month": PLACE,
            "holdings": json.dumps(
                [
                    [key, {name: str(count) for name, count in sorted(counts.items())}]
                    for key, counts in own
                ]
            ),
            "shown": "[]",
        }
        for district, own in sorted(shown.items())
    ]
