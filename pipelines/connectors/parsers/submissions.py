"""Submissions of a questionnaire: whose they are, which version they answer, which of them count.

Belongs here: keys of respondents, versions, repeated submissions. Does not belong here: answers
(`survey`), rules that a questionnaire declares for doubtful submissions (`doubts`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.catalogue.format_kinds import TableFormat
from pipelines.catalogue.format_survey import Survey
from pipelines.catalogue.format_values import Value
from pipelines.connectors.parsers.delivery import Findings
from pipelines.connectors.parsers.moments import moments
from pipelines.connectors.parsers.origins import texts_of
from pipelines.connectors.parsers.privacy import keyed, respondent_secret
from pipelines.connectors.parsers.questions import answered_at
from pipelines.connectors.parsers.sheet import Sheet
from pipelines.connectors.parsers.source_table import SourceTable, normalised

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
        days: Local day of submission, None where not known.
        answers: What each row says to every item, for comparison only.
    """

    sheet: Sheet
    keys: pa.Array
    rounds: list[tuple[str | None, ...]]
    named: np.ndarray
    versions: list[str | None]
    times: list[int | None]
    days: list[date | None]
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
        days.to_pylist() if (days := columns.get("submitted_on")) is not None else _nothing(sheet),
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
    source = f"{context.district_id}:{survey.panel or context.source_id}"
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
        return _nothing(sheet)
    return moments_of(sheet, value, "submitted_on")


def moments_of(sheet: Sheet, value: Value, name: str) -> list[int | None]:
    """Civil microseconds of a column; None where it has none, of which nothing is said here."""
    texts = texts_of(Sheet(sheet.table, sheet.context, Findings()), value, name)
    formats = value.date_format or ("iso",)
    micros, _, known, _ = moments(texts, formats, sheet.table.rows, name, typed=sheet.table.typed)
    return [
        time if there else None for time, there in zip(micros.tolist(), known.tolist(), strict=True)
    ]


def _nothing(sheet: Sheet) -> list[Any]:
    return [None] * len(sheet.table)


def when(sent: Sequence[Submissions], where: Place) -> tuple[int, int, int]:
    """What submissions are put in order by: their moment, then where they stand."""
    time = sent[where[0]].times[where[1]]
    return (-1 if time is None else time, *where)


def _said(table: SourceTable, survey: Survey) -> list[tuple[str | None, ...]]:
    columns = [table.at(place).to_pylist() for place in answered_at(table, survey)]
    return list(zip(*columns, strict=True)) if columns else [()] * len(table)


def set_repeated_apart(sent: Sequence[Submissions], survey: Survey) -> None:
    """Mark what is followed by a newer submission of its respondent: an edit, or the same line twice."""
    groups: dict[tuple[str | None, ...], list[Place]] = defaultdict(list)
    for at, one in enumerate(sent):
        keys = one.keys.to_pylist()
        for place in np.flatnonzero(~one.sheet.bad & one.named).tolist():
            groups[(keys[place], *one.rounds[place])].append((at, place))
    for group in groups.values():
        if len(group) < 2:
            continue
        *older, newest = sorted(group, key=lambda where: when(sent, where))
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
