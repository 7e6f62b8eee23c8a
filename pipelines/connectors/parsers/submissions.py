"""Submissions of a questionnaire: whose they are, which version they answer, which of them count.

Belongs here: keys of respondents, versions, repeated and doubtful submissions. Does not belong
here: answers (`survey`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from pipelines.catalogue.format_kinds import TableFormat
from pipelines.catalogue.format_survey import Doubt, Survey
from pipelines.connectors.parsers.delivery import Findings
from pipelines.connectors.parsers.moments import US, moments
from pipelines.connectors.parsers.origins import texts_of
from pipelines.connectors.parsers.privacy import keyed, respondent_secret
from pipelines.connectors.parsers.questions import answered_at
from pipelines.connectors.parsers.sheet import Sheet
from pipelines.connectors.parsers.source_table import SourceTable, normalised, passes

Place = tuple[int, int]
"""Sheet and place in it."""


@dataclass(frozen=True)
class Submissions:
    """The submissions of one sheet.

    Attributes:
        keys: Respondent of each row.
        rounds: Questionnaire and wave of each row, in which one person answers once.
        named: Whether the key is made of an identifying column, so that it can come again.
        versions: Version of the questionnaire of each row; all None where none is declared.
        times: Microseconds of submission, None where not known.
        answers: What each row says to every item, for comparison only.
    """

    sheet: Sheet
    keys: pa.Array
    rounds: list[tuple[str | None, ...]]
    named: np.ndarray
    versions: list[str | None]
    times: list[int | None]
    answers: list[tuple[str | None, ...]]

    def by_version(self) -> Iterator[tuple[str | None, np.ndarray]]:
        """The places that count, by version of the questionnaire."""
        found: dict[str | None, list[int]] = defaultdict(list)
        for place in np.flatnonzero(~self.sheet.bad).tolist():
            found[self.versions[place]].append(place)
        for version in sorted(found, key=str):
            yield version, np.array(found[version], dtype=np.int64)


def submissions(
    sheet: Sheet, form: TableFormat, survey: Survey, columns: Mapping[str, pa.Array]
) -> Submissions:
    """Who sent the rows of a sheet, when, and in which version; rows of an unknown version are set
    aside.
    """
    keys, named = _keys(sheet, survey)
    given = [columns[name].to_pylist() for name in ("survey_id", "wave") if name in columns]
    return Submissions(
        sheet,
        keys,
        list(zip(*given, strict=True)) if given else [()] * len(sheet.table),
        named,
        _versions(sheet, survey),
        _times(sheet, form),
        _said(sheet.table, survey),
    )


def _keys(sheet: Sheet, survey: Survey) -> tuple[pa.Array, np.ndarray]:
    """A key per respondent from an identifying column, which is not kept; else from the bytes and
    the row, which identify nobody and come again only with the same bytes.
    """
    table, context = sheet.table, sheet.context
    place = f"{context.sha256}:{context.member or ''}!{table.sheet or ''}"
    anonymous = [keyed(b"", f"{place}:{row}") for row in table.rows.tolist()]
    if survey.respondent is None:
        return pa.array(anonymous, pa.string()), np.zeros(len(table), dtype=bool)
    secret = respondent_secret()
    texts = texts_of(sheet, survey.respondent, "respondent").to_pylist()
    source = f"{context.district_id}:{context.source_id}"
    own = [
        None if text is None else keyed(secret, f"{source}:{normalised(text)}") for text in texts
    ]
    keys = [key or other for key, other in zip(own, anonymous, strict=True)]
    return pa.array(keys, pa.string()), np.array([key is not None for key in own], dtype=bool)


def _versions(sheet: Sheet, survey: Survey) -> list[str | None]:
    if survey.version is None:
        return [None] * len(sheet.table)
    known = {normalised(tool): version for tool, version in survey.version.known.items()}
    texts = texts_of(sheet, survey.version, "version").to_pylist()
    found = [None if text is None else known.get(normalised(text)) for text in texts]
    unknown = np.array([version is None for version in found], dtype=bool)
    sheet.reject("UNKNOWN_VERSION", unknown, "version")
    return found


def _times(sheet: Sheet, form: TableFormat) -> list[int | None]:
    value = form.columns.get("submitted_on")
    if value is None or value.column is None or value.compose is not None:
        return [None] * len(sheet.table)
    mute = Sheet(sheet.table, sheet.context, Findings())
    texts = texts_of(mute, value, "submitted_on")
    formats = value.date_format or ("iso",)
    rows, typed = sheet.table.rows, sheet.table.typed
    micros, _, known, _ = moments(texts, formats, rows, "submitted_on", typed=typed)
    return [
        time if there else None for time, there in zip(micros.tolist(), known.tolist(), strict=True)
    ]


def _said(table: SourceTable, survey: Survey) -> list[tuple[str | None, ...]]:
    columns = [table.at(place).to_pylist() for place in answered_at(table, survey)]
    return list(zip(*columns, strict=True)) if columns else [()] * len(table)


def set_apart(sent: Sequence[Submissions], survey: Survey) -> None:
    """Mark the submissions that do not count: doubtful by a declared rule, or followed by a newer
    one of the same respondent.
    """
    for rule in survey.doubts:
        _doubt(sent, rule, _doubtful(sent, rule))
    _repeated(sent, survey)


def _doubt(sent: Sequence[Submissions], rule: Doubt, found: set[Place]) -> None:
    for at, one in enumerate(sent):
        mask = np.array([(at, place) in found for place in range(len(one.sheet.table))], dtype=bool)
        mask &= ~one.sheet.bad
        if rule.then == "exclude":
            one.sheet.reject(rule.code, mask, "submission")
        else:
            one.sheet.findings.note(rule.code, int(mask.sum()))


def _doubtful(sent: Sequence[Submissions], rule: Doubt) -> set[Place]:
    if rule.where:
        return {
            (at, place)
            for at, one in enumerate(sent)
            for place in np.flatnonzero(_tested(one.sheet.table, rule)).tolist()
        }
    groups: dict[tuple[str | None, ...], list[Place]] = defaultdict(list)
    for at, one in enumerate(sent):
        marks = _marks(one.sheet.table, rule.same) if rule.same else one.answers
        for place in np.flatnonzero(~one.sheet.bad).tolist():
            if any(mark is not None for mark in marks[place]):
                groups[marks[place]].append((at, place))
    ordered = [sorted(group, key=lambda where: _when(sent, where)) for group in groups.values()]
    find = _later if rule.same else _bursts
    return {where for group in ordered for where in find(sent, group, rule)}


def _tested(table: SourceTable, rule: Doubt) -> np.ndarray:
    there = {name: test for name, test in rule.where.items() if table.place(name) is not None}
    if len(there) < len(rule.where):
        return np.zeros(len(table), dtype=bool)
    tests = [passes(table, name, test) for name, test in there.items()]
    return np.asarray(np.logical_and.reduce(tests), dtype=bool)


def _marks(table: SourceTable, names: Sequence[str]) -> list[tuple[str | None, ...]]:
    """What identifies a device; a row without all of it is nobody's double."""
    columns = [
        table.column(name).to_pylist() if table.place(name) is not None else [None] * len(table)
        for name in names
    ]
    rows = zip(*columns, strict=True)
    return [row if all(part is not None for part in row) else (None,) for row in rows]


def _when(sent: Sequence[Submissions], where: Place) -> tuple[int, int, int]:
    time = sent[where[0]].times[where[1]]
    return (-1 if time is None else time, *where)


def _later(sent: Sequence[Submissions], group: list[Place], rule: Doubt) -> Iterator[Place]:
    for before, where in pairwise(group):
        first, second = _when(sent, before)[0], _when(sent, where)[0]
        if rule.within_seconds is None or (
            first >= 0 and second - first <= rule.within_seconds * US
        ):
            yield where


def _bursts(sent: Sequence[Submissions], group: list[Place], rule: Doubt) -> Iterator[Place]:
    least, within = rule.equal_answers or 2, (rule.within_seconds or 0) * US
    timed = [where for where in group if _when(sent, where)[0] >= 0]
    start = 0
    doubtful: set[Place] = set()
    for end, where in enumerate(timed):
        while _when(sent, where)[0] - _when(sent, timed[start])[0] > within:
            start += 1
        if end - start + 1 >= least:
            doubtful.update(timed[start : end + 1])
    yield from doubtful


def _repeated(sent: Sequence[Submissions], survey: Survey) -> None:
    """Several submissions of one respondent in one delivery: an edit, or the same line twice."""
    groups: dict[tuple[str | None, ...], list[Place]] = defaultdict(list)
    for at, one in enumerate(sent):
        keys = one.keys.to_pylist()
        for place in np.flatnonzero(~one.sheet.bad & one.named).tolist():
            groups[(keys[place], *one.rounds[place])].append((at, place))
    for group in groups.values():
        if len(group) < 2:
            continue
        *older, newest = sorted(group, key=lambda where: _when(sent, where))
        said = {sent[at].answers[place] for at, place in group}
        if len(said) > 1 and survey.repeated == "reject":
            for at, place in group:
                only = np.arange(len(sent[at].sheet.table)) == place
                sent[at].sheet.reject("DUP_CONFLICT", only, "respondent")
            continue
        code = "EDITED_SUBMISSION" if len(said) > 1 else "DUPLICATE_ROW"
        sent[newest[0]].sheet.findings.note(code, len(older))
        for at, place in older:
            sent[at].sheet.bad[place] = True
