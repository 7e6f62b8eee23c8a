"""Submissions of a questionnaire that may not count, by rules that its declaration names.

Belongs here: one rule, the submissions it finds, what is said of them. Does not belong here: who a respondent is and
which of two submissions is newer (`submissions`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from pipelines.catalogue.format_survey import Doubt, Survey
from pipelines.connectors.parsers.moments import US
from pipelines.connectors.parsers.questions import places_of
from pipelines.connectors.parsers.source_table import SourceTable, normalised, passes
from pipelines.connectors.parsers.submissions import (
    Place,
    Submissions,
    moments_of,
    when,
)

Group = list[Place]


def set_doubtful_apart(sent: Sequence[Submissions], survey: Survey) -> None:
    """Note or quarantine what the rules find, one rule after the other; what is set aside is not looked at again."""
    for rule in survey.doubts:
        found = _doubtful(sent, rule, survey)
        for at, one in enumerate(sent):
            count = len(one.sheet.table)
            mask = np.array([(at, place) in found for place in range(count)], dtype=bool)
            mask &= ~one.sheet.bad
            if rule.then == "exclude":
                one.sheet.reject(rule.code, mask, "submission")
            else:
                one.sheet.findings.note(rule.code, int(mask.sum()))


def _doubtful(sent: Sequence[Submissions], rule: Doubt, survey: Survey) -> set[Place]:
    if rule.same or rule.equal_answers is not None:
        find = _later if rule.same else _bursts
        return {where for group in _groups(sent, rule) for where in find(sent, group, rule)}
    return {
        (at, place)
        for at, one in enumerate(sent)
        for place in np.flatnonzero(_alone(one, rule, survey)).tolist()
    }


def _alone(one: Submissions, rule: Doubt, survey: Survey) -> np.ndarray:
    """Which submissions are doubtful by what they say themselves."""
    if rule.where:
        return _tested(one.sheet.table, rule)
    if rule.fieldwork is not None:
        first, last = rule.fieldwork.first, rule.fieldwork.last
        return np.array(
            [day is not None and not first <= day <= last for day in one.days], dtype=bool
        )
    if rule.one_answer_to:
        return _alike(one, rule, survey)
    return _hasty(one, rule)


def _tested(table: SourceTable, rule: Doubt) -> np.ndarray:
    there = {name: test for name, test in rule.where.items() if table.place(name) is not None}
    if len(there) < len(rule.where):
        return np.zeros(len(table), dtype=bool)
    tests = [passes(table, name, test) for name, test in there.items()]
    return np.asarray(np.logical_and.reduce(tests), dtype=bool)


def _alike(one: Submissions, rule: Doubt, survey: Survey) -> np.ndarray:
    """One and the same answer to all of the items, each of them answered."""
    table = one.sheet.table
    doubtful = np.zeros(len(table), dtype=bool)
    for version, places in one.by_version():
        asked = [survey.items[code].at(version) for code in rule.one_answer_to]
        columns = [
            [table.at(place).to_pylist() for place in places_of(table, item, survey)]
            for item in asked
        ]
        for place in places.tolist():
            said = [
                next((own[place] for own in column if own[place] is not None), None)
                for column in columns
            ]
            alike = {None if text is None else normalised(text) for text in said}
            doubtful[place] = len(alike) == 1 and None not in alike
    return doubtful


def _hasty(one: Submissions, rule: Doubt) -> np.ndarray:
    """Answered in less time than anybody needs; where the time is not known, nobody is doubted."""
    least = (rule.faster_than_seconds or 0) * US
    table = one.sheet.table
    if rule.started is None:
        taken = _seconds(table, rule.seconds or "")
    else:
        began = moments_of(one.sheet, rule.started, "started")
        taken = [
            None if start is None or end is None else end - start
            for start, end in zip(began, one.times, strict=True)
        ]
    return np.array([time is not None and 0 <= time < least for time in taken], dtype=bool)


def _seconds(table: SourceTable, name: str) -> list[float | None]:
    if table.place(name) is None:
        return [None] * len(table)
    return [_microseconds(text) for text in table.column(name).to_pylist()]


def _microseconds(text: str | None) -> float | None:
    try:
        return None if text is None else float(text.strip().replace(",", ".")) * US
    except ValueError:
        return None


def _groups(sent: Sequence[Submissions], rule: Doubt) -> Iterator[Group]:
    """Submissions that say the same of what the rule compares, in the order in which they came."""
    groups: dict[tuple[str | None, ...], Group] = defaultdict(list)
    for at, one in enumerate(sent):
        marks = _marks(one.sheet.table, rule.same) if rule.same else one.answers
        for place in np.flatnonzero(~one.sheet.bad).tolist():
            if any(mark is not None for mark in marks[place]):
                groups[marks[place]].append((at, place))
    for group in groups.values():
        yield sorted(group, key=lambda where: when(sent, where))


def _marks(table: SourceTable, names: Sequence[str]) -> list[tuple[str | None, ...]]:
    """What identifies a device; a row without all of it is nobody's double."""
    columns = [
        table.column(name).to_pylist() if table.place(name) is not None else [None] * len(table)
        for name in names
    ]
    rows = zip(*columns, strict=True)
    return [row if all(part is not None for part in row) else (None,) for row in rows]


def _later(sent: Sequence[Submissions], group: Group, rule: Doubt) -> Iterator[Place]:
    for before, where in pairwise(group):
        first, second = when(sent, before)[0], when(sent, where)[0]
        if rule.within_seconds is None or (
            first >= 0 and second - first <= rule.within_seconds * US
        ):
            yield where


def _bursts(sent: Sequence[Submissions], group: Group, rule: Doubt) -> Iterator[Place]:
    least, within = rule.equal_answers or 2, (rule.within_seconds or 0) * US
    timed = [where for where in group if when(sent, where)[0] >= 0]
    start = 0
    doubtful: set[Place] = set()
    for end, where in enumerate(timed):
        while when(sent, where)[0] - when(sent, timed[start])[0] > within:
            start += 1
        if end - start + 1 >= least:
            doubtful.update(timed[start : end + 1])
    yield from doubtful
