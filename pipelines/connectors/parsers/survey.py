"""Questionnaires: one row per respondent becomes one row per respondent, item and chosen option.

Belongs here: answers to options and scores, respondent keys. Only the questions that are declared
leave the file: no free text, no identity, and no raw answer in a reject.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa

from pipelines.catalogue.dataset import ARROW, Dataset
from pipelines.catalogue.format_kinds import Item, Survey, TableFormat
from pipelines.connectors.parsers.assembling import Rows
from pipelines.connectors.parsers.measuring import base_columns
from pipelines.connectors.parsers.source_table import normalised
from pipelines.connectors.parsers.values import Sheet, canonical, number, texts_of

Answer = tuple[str, Decimal | None, bool]
"""Option, score, not applicable."""
KEY_LENGTH = 32


def survey_rows(sheet: Sheet, form: TableFormat, survey: Survey, dataset: Dataset) -> list[Rows]:
    """All answers of one sheet, one part per item.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole, like a question that is missing.
    """
    columns = base_columns(sheet, form, dataset)
    columns["respondent_key"] = _keys(sheet, survey)
    if survey.weight is not None:
        columns["weight"] = canonical(sheet, "weight", survey.weight, dataset.columns["weight"])
    if "weight" not in columns:
        columns["weight"] = pa.repeat(pa.scalar(Decimal(1), ARROW["number"]), len(sheet.table))
    return [_answers(sheet.beside(), code, item, columns) for code, item in survey.items.items()]


def _keys(sheet: Sheet, survey: Survey) -> pa.Array:
    """A key per respondent made from the bytes and the row, or from an identifying column that is
    not kept.
    """
    if survey.respondent is None:
        marks = [f"{sheet.context.sha256}:{row}" for row in sheet.table.rows.tolist()]
    else:
        texts = texts_of(sheet, survey.respondent, "respondent")
        source = f"{sheet.context.district_id}:{sheet.context.source_id}"
        marks = [
            f"{sheet.context.sha256}:{row}" if text is None else f"{source}:{normalised(text)}"
            for text, row in zip(texts.to_pylist(), sheet.table.rows.tolist(), strict=True)
        ]
    return pa.array([hashlib.sha256(mark.encode()).hexdigest()[:KEY_LENGTH] for mark in marks])


def _answers(sheet: Sheet, code: str, item: Item, columns: dict[str, pa.Array]) -> Rows:
    texts = sheet.table.column(item.column, item.occurrence)
    read = _reader(item)
    if item.kind == "number":
        scores = number(_mute(sheet), texts, code)
        read = _number_reader(dict(zip(texts.to_pylist(), scores.to_pylist(), strict=True)), item)
    places: list[int] = []
    answers: list[Answer] = []
    unknown = np.zeros(len(texts), dtype=bool)
    for place, text in enumerate(texts.to_pylist()):
        if text is None or sheet.bad[place]:
            continue
        found = read(text)
        unknown[place] = found is None
        for answer in found or ():
            places.append(place)
            answers.append(answer)
    sheet.reject("UNKNOWN_VALUE", unknown, code)
    taken = pa.array(np.array(places, dtype=np.int64))
    own = {name: column.take(taken) for name, column in columns.items()}
    own |= {
        "item": pa.repeat(pa.scalar(code), len(places)),
        "option": pa.array([option for option, _, _ in answers], type=pa.string()),
        "score": pa.array([score for _, score, _ in answers], type=ARROW["number"]),
        "not_applicable": pa.array([none for _, _, none in answers], type=pa.bool_()),
    }
    return Rows(own, sheet.table.rows[np.array(places, dtype=np.int64)], sheet.table.sheet)


def _mute(sheet: Sheet) -> Sheet:
    return Sheet(sheet.table, sheet.context, type(sheet.findings)())


def _reader(item: Item) -> Callable[[str], list[Answer] | None]:
    options = {normalised(text): option for text, option in item.options.items()}
    none = {normalised(text) for text in item.not_applicable}

    def option_of(text: str) -> str | None:
        return options.get(normalised(text), item.other)

    def likert(text: str) -> list[Answer] | None:
        low, high = item.scale or (0, 0)
        marked = options.get(normalised(text), text.strip())
        if not marked.lstrip("-").isdecimal() or not low <= int(marked) <= high:
            return None
        score = low + high - int(marked) if item.reverse else int(marked)
        return [(marked, Decimal(score), False)]

    def choices(text: str) -> list[Answer] | None:
        parts = [text] if item.kind == "single" else _split(text, item, options)
        found = [option_of(part) for part in parts]
        if None in found:
            return None
        return [(option, None, False) for option in dict.fromkeys(found) if option is not None]

    def read(text: str) -> list[Answer] | None:
        if normalised(text) in none:
            return [("", None, True)]
        return likert(text) if item.kind == "likert" else choices(text)

    return read


def _split(text: str, item: Item, options: dict[str, str]) -> list[str]:
    """Answers that hold the separator themselves (`Servizi (ville, giardini)`) are looked for
    before splitting.
    """
    rest, found = normalised(text), []
    sign = normalised(item.separator) or item.separator
    for option in sorted((own for own in options if sign in own), key=len, reverse=True):
        if option in rest:
            found.append(option)
            rest = rest.replace(option, "", 1)
    return found + [part.strip() for part in rest.split(sign) if part.strip()]


def _number_reader(
    scores: dict[str | None, Decimal | None], item: Item
) -> Callable[[str], list[Answer] | None]:
    none = {normalised(text) for text in item.not_applicable}

    def read(text: str) -> list[Answer] | None:
        if normalised(text) in none:
            return [("", None, True)]
        score = scores.get(text)
        return None if score is None else [("", round(score, 6), False)]

    return read
