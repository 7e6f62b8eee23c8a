"""Which column of a file asks which question: names, former names, one column per option.

Belongs here: finding columns, and saying what is missing, doubled or new. Does not belong here:
what answers mean (`answers`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.format_kinds import TableFormat
from pipelines.catalogue.format_survey import Item, Question, Survey
from pipelines.connectors.parsers.privacy import QuietRefusal
from pipelines.connectors.parsers.sheet import Sheet, mask_of
from pipelines.connectors.parsers.source_table import SourceTable, normalised

_IN_BRACES = re.compile(r"\{([^{}]+)\}")
_ROW_OF_GRID = re.compile(r"^(?P<question>.+?)\s*\[[^\[\]]+\]$")


@dataclass(frozen=True)
class Asked:
    """One item in one sheet.

    Attributes:
        texts: The answer of each row, None where there is none.
        shown: Whether the row has a cell for it, be it empty.
        torn: Rows of which two columns of a renamed question say different things.
        ticks: Option to ticked or not, per row, where each option has its column; None where the
            cell says neither.
    """

    code: str
    item: Item
    texts: list[str | None]
    shown: np.ndarray
    torn: np.ndarray
    ticks: dict[str, list[bool | None]] | None = None

    @classmethod
    def of(cls, sheet: Sheet, code: str, item: Item, survey: Survey) -> Asked:
        """The cells of an item.

        Raises:
            DeliveryRefused: MISSING_COLUMN, AMBIGUOUS_COLUMN.
        """
        if item.ticks:
            return _ticks(sheet, code, item, survey)
        count = len(sheet.table)
        texts, shown = pa.nulls(count, pa.string()), np.zeros(count, dtype=bool)
        torn = np.zeros(count, dtype=bool)
        for place in places_of(sheet.table, item, survey):
            own = sheet.table.at(place)
            both = mask_of(pc.and_(pc.is_valid(texts), pc.is_valid(own)))
            torn |= both & mask_of(pc.not_equal(texts, own))
            texts = pc.coalesce(texts, own)
            shown |= mask_of(pc.is_valid(sheet.table.columns[place]))
        sheet.reject("DUP_CONFLICT", torn, code)
        return cls(code, item, texts.to_pylist(), shown, torn)


def _ticks(sheet: Sheet, code: str, item: Item, survey: Survey) -> Asked:
    count = len(sheet.table)
    yes, no = ({normalised(text) for text in texts} for texts in (item.ticked, item.unticked))
    by_text = {normalised(name) for name in item.ticked_by_text}
    shown = np.zeros(count, dtype=bool)
    ticks: dict[str, list[bool | None]] = {}
    for name, option in item.ticks.items():
        alone = Question(column=name)
        found = places_of(sheet.table, alone, survey)
        if not found:
            ticks[option] = [False] * count
            continue
        shown |= mask_of(pc.is_valid(sheet.table.columns[found[0]]))
        own = yes | {normalised(option), normalised(name)}
        marks = [
            _is_ticked(text, own, no, any_text=normalised(name) in by_text)
            for text in sheet.table.at(found[0]).to_pylist()
        ]
        before = ticks.get(option)
        ticks[option] = (
            marks if before is None else [a or b for a, b in zip(before, marks, strict=True)]
        )
    return Asked(code, item, [None] * count, shown, np.zeros(count, dtype=bool), ticks)


def _is_ticked(text: str | None, yes: set[str], no: set[str], *, any_text: bool) -> bool | None:
    if text is None:
        return False
    word = normalised(text)
    if any_text or word in yes:
        return word not in no
    return False if word in no else None


def places_of(table: SourceTable, question: Question, survey: Survey) -> list[int]:
    """The columns that ask a question; none where it may be absent.

    Raises:
        DeliveryRefused: MISSING_COLUMN, AMBIGUOUS_COLUMN.
    """
    names = [question.column or "", *question.aliases]
    found = list(dict.fromkeys(place for name in names for place in _matching(table, name)))
    if question.occurrence is not None:
        found = found[question.occurrence - 1 : question.occurrence]
    if len(found) > 1 and not question.merge:
        raise QuietRefusal(
            "AMBIGUOUS_COLUMN",
            f"{len(found)} columns ask '{names[0]}'. Say which one with 'occurrence', or 'merge: "
            "true' where renaming the question made a new column.",
            f"{len(found)} colonne chiedono '{names[0]}'. Indicare quale con 'occurrence', o "
            "'merge: true' se la domanda è stata rinominata in una nuova colonna.",
        )
    if not found and survey.absent_columns == "refuse":
        raise QuietRefusal(
            "MISSING_COLUMN",
            f"No column asks '{names[0]}'. If it was renamed, add its new name to 'aliases'.",
            f"Nessuna colonna chiede '{names[0]}'. Se è stata rinominata, aggiungere il nuovo "
            "nome ad 'aliases'.",
        )
    return found


def answered_at(table: SourceTable, survey: Survey) -> list[int]:
    """The columns that any item reads in any version."""
    names = {name for item in survey.items.values() for name in _names_of(item)}
    return sorted({place for name in names for place in _matching(table, name)})


def _matching(table: SourceTable, name: str) -> list[int]:
    """Columns of a name; where none bears it, those that differ by punctuation only. The keys of
    JSON are names and not sentences: their signs count.
    """
    wanted = normalised(name)
    exact = [place for place, own in enumerate(table.names) if normalised(own) == wanted]
    if exact or table.read.file == "json" or not _bare(name):
        return exact
    return [place for place, own in enumerate(table.names) if _bare(own) == _bare(name)]


def _bare(text: str) -> str:
    signs = (" " if unicodedata.category(sign)[0] in "PS" else sign for sign in normalised(text))
    return " ".join("".join(signs).split())


def check_questions(sheets: Sequence[Sheet], form: TableFormat, survey: Survey) -> None:
    """Say what the file has and the declaration has not, and the other way round, before any answer
    is read.

    Raises:
        DeliveryRefused: MISSING_COLUMN where a column other than a question's is missing,
            REPEAT_GROUP where a question stands in a repeated group.
    """
    for sheet in sheets:
        _check_repeats(sheet.table, survey)
        for name in _needed(form, survey):
            if not _matching(sheet.table, name):
                raise QuietRefusal(
                    "MISSING_COLUMN",
                    f"The column '{name}' is missing.",
                    f"Manca la colonna '{name}'.",
                )
    if survey.absent_columns == "unanswered":
        _note_never_answered(sheets, survey)
    _note_undeclared(sheets, form, survey)


def _needed(form: TableFormat, survey: Survey) -> Iterator[str]:
    origins = [*form.columns.values(), survey.respondent, survey.weight, survey.version]
    for origin in origins:
        if origin is None or origin.optional:
            continue
        if origin.column is not None:
            yield origin.column
        if origin.compose is not None:
            yield from _IN_BRACES.findall(origin.compose)


def _check_repeats(table: SourceTable, survey: Survey) -> None:
    for code, item in survey.items.items():
        for name in _names_of(item):
            inside = next((own for own in table.repeats if name.startswith(f"{own}/")), None)
            if inside is not None and not _matching(table, name):
                pointer = "/" + inside.replace("/", "~1")
                raise QuietRefusal(
                    "REPEAT_GROUP",
                    f"'{name}' of item '{code}' stands in the repeated group '{inside}': one "
                    f"submission has several. Bind them as a source of their own with 'read: "
                    f"{{within: {pointer}}}'.",
                    f"'{name}' della voce '{code}' sta nel gruppo ripetuto '{inside}': un invio ne "
                    f"ha più d'uno. Collegarlo come fonte a sé con 'read: {{within: {pointer}}}'.",
                )


def _names_of(item: Item) -> Iterator[str]:
    for asked in (item, *item.versions.values()):
        yield from asked.aliases
        yield from asked.ticks
        if asked.column is not None:
            yield asked.column


def _note_never_answered(sheets: Sequence[Sheet], survey: Survey) -> None:
    for code, item in survey.items.items():
        if not any(_matching(sheet.table, name) for name in _names_of(item) for sheet in sheets):
            sheets[0].findings.note("QUESTION_WITHOUT_ANSWERS", detail=code)


def _note_undeclared(sheets: Sequence[Sheet], form: TableFormat, survey: Survey) -> None:
    """New questions: any column where what is left out is declared, else a new row of a grid of
    which other rows are read.
    """
    declared = {normalised(name) for item in survey.items.values() for name in _names_of(item)}
    declared |= {normalised(name) for name in _needed(form, survey)}
    declared |= {normalised(name) for name in survey.ignored or ()}
    for rule in survey.doubts:
        declared |= {normalised(name) for name in rule.columns()}
    bare = {_bare(name) for name in declared}
    grids = {found["question"] for name in declared if (found := _ROW_OF_GRID.match(name))}
    for name in dict.fromkeys(name for sheet in sheets for name in sheet.table.names):
        wanted = normalised(name)
        if not wanted or wanted in declared or _bare(name) in bare:
            continue
        row = _ROW_OF_GRID.match(wanted)
        if survey.ignored is not None or (row is not None and row["question"] in grids):
            sheets[0].findings.note("QUESTION_NOT_DECLARED", detail=name[:200])
