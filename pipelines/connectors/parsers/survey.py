"""Questionnaires: one row per submission becomes one row per respondent, item and chosen option.

Belongs here: from columns to answers. Only the questions that are declared leave the file: no free
text, no identity, and no raw answer in a reject. Does not belong here: what one answer means
(`answers`), which submissions count (`submissions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa

from pipelines.catalogue.dataset import ARROW, Dataset
from pipelines.catalogue.format_kinds import TableFormat
from pipelines.catalogue.format_survey import Item, Survey
from pipelines.connectors.parsers.answers import Answer, Reader, chosen, reader
from pipelines.connectors.parsers.assembling import Rows
from pipelines.connectors.parsers.delivery import Findings
from pipelines.connectors.parsers.doubts import set_doubtful_apart
from pipelines.connectors.parsers.measuring import base_columns
from pipelines.connectors.parsers.numbers import decimals, other_convention
from pipelines.connectors.parsers.privacy import QuietRefusal
from pipelines.connectors.parsers.questions import Asked, check_questions
from pipelines.connectors.parsers.sheet import Sheet
from pipelines.connectors.parsers.submissions import (
    Submissions,
    set_repeated_apart,
    submissions,
)
from pipelines.connectors.parsers.values import canonical


def survey_rows(
    sheets: Sequence[Sheet], form: TableFormat, survey: Survey, dataset: Dataset
) -> list[Rows]:
    """All answers of one delivery, one part per sheet, item and version.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole, like a question that is missing.
    """
    check_questions(sheets, form, survey)
    columns = [_columns(sheet, form, survey, dataset) for sheet in sheets]
    sent = [
        submissions(sheet, form, survey, own) for sheet, own in zip(sheets, columns, strict=True)
    ]
    set_doubtful_apart(sent, survey)
    set_repeated_apart(sent, survey)
    return [
        rows
        for one, own in zip(sent, columns, strict=True)
        for code, item in survey.items.items()
        for rows in _item_rows(one, code, item, survey, own)
    ]


def _columns(
    sheet: Sheet, form: TableFormat, survey: Survey, dataset: Dataset
) -> dict[str, pa.Array]:
    columns = base_columns(sheet, form, dataset)
    if survey.weight is not None:
        columns["weight"] = canonical(sheet, "weight", survey.weight, dataset.columns["weight"])
    if "weight" not in columns:
        columns["weight"] = pa.repeat(pa.scalar(Decimal(1), ARROW["number"]), len(sheet.table))
    return columns


def _item_rows(
    sent: Submissions, code: str, item: Item, survey: Survey, columns: dict[str, pa.Array]
) -> list[Rows]:
    parts = []
    sheet = sent.sheet.beside()
    for version, places in sent.by_version():
        differs = item.versions.get(version or "")
        if differs is not None and not differs.asked:
            continue
        asked = Asked.of(sheet, code, item.at(version), survey)
        read = reader(item, survey, version, lambda text: _number(sheet, text, code))
        found = _answers(sheet, asked, read, places, survey)
        _note_apart(sheet.findings, item, version, code, found)
        parts.append(_rows(sent, code, version, found, columns))
    return parts


def _answers(
    sheet: Sheet, asked: Asked, read: Reader, places: np.ndarray, survey: Survey
) -> list[tuple[int, Answer]]:
    """Each answer with the place of its submission; what cannot be read is rejected."""
    known: dict[str, list[Answer] | None] = {}
    found: list[tuple[int, Answer]] = []
    unknown, outside = (np.zeros(len(sheet.table), dtype=bool) for _ in range(2))
    for place in places.tolist():
        if asked.torn[place]:
            continue
        text = asked.texts[place]
        if asked.ticks is not None:
            rows = _ticked(asked, place, survey)
        elif text is None:
            rows = _blank(asked, place, survey)
        else:
            if text not in known:
                known[text] = read(text)
            rows = known[text]
        unknown[place] = rows is None
        found += [(place, answer) for answer in rows or ()]
        if rows is None and asked.item.kind == "number" and text is not None:
            outside[place] = _number(sheet, text, asked.code) is not None
    kind = "BAD_NUMBER" if asked.item.kind == "number" else "UNKNOWN_VALUE"
    sheet.reject("IMPLAUSIBLE_VALUE", outside, asked.code)
    sheet.reject(kind, unknown & ~outside, asked.code)
    return found


def _ticked(asked: Asked, place: int, survey: Survey) -> list[Answer] | None:
    marks = asked.ticks or {}
    if not asked.shown[place]:
        return _blank(asked, place, survey)
    options = []
    for option, ticks in marks.items():
        if ticks[place] is None:  # what stands there is neither yes nor no
            return None
        if ticks[place]:
            options.append(option)
    rows = chosen(options, list(marks), survey)
    return rows or _blank(asked, place, survey)


def _blank(asked: Asked, place: int, survey: Survey) -> list[Answer]:
    state = survey.blanks.empty if asked.shown[place] else survey.blanks.missing
    return [] if state is None else [Answer(state=state)]


def _number(sheet: Sheet, text: str, code: str) -> Decimal | None:
    """A number in the signs of the file, None where it is none.

    Raises:
        DeliveryRefused: MIXED_DECIMALS where it is a number in other signs than those declared.
    """
    read = sheet.table.read
    exact, _ = decimals(pa.array([text]), read.decimal, read.thousands)
    score: Decimal | None = exact[0].as_py()
    if score is None and other_convention(text, read.decimal, read.thousands):
        raise QuietRefusal(
            "MIXED_DECIMALS",
            f"An answer to '{code}' does not use '{read.decimal}' for decimals as declared.",
            f"Una risposta a '{code}' non usa '{read.decimal}' per i decimali come dichiarato.",
        )
    return score


def _note_apart(
    findings: Findings,
    item: Item,
    version: str | None,
    code: str,
    found: list[tuple[int, Answer]],
) -> None:
    differs = item.versions.get(version or "")
    if differs is not None and differs.scores == "apart":
        given = sum(answer.state == "given" for _, answer in found)
        findings.note("SCALE_NOT_COMPARABLE", given, detail=f"{code}, {version}")


def _rows(
    sent: Submissions,
    code: str,
    version: str | None,
    found: list[tuple[int, Answer]],
    columns: dict[str, pa.Array],
) -> Rows:
    places = np.array([place for place, _ in found], dtype=np.int64)
    taken = pa.array(places)
    count = len(found)
    own = {name: column.take(taken) for name, column in columns.items()}
    own |= {
        "respondent_key": sent.keys.take(taken),
        "version": pa.repeat(pa.scalar(version, pa.string()), count),
        "item": pa.repeat(pa.scalar(code), count),
        "option": pa.array([answer.option for _, answer in found], type=pa.string()),
        "score": pa.array([answer.score for _, answer in found], type=ARROW["number"]),
        "not_applicable": pa.array([one.not_applicable for _, one in found], type=pa.bool_()),
        "answer": pa.array([answer.state for _, answer in found], type=pa.string()),
    }
    table = sent.sheet.table
    return Rows(own, table.rows[places], table.sheet)
