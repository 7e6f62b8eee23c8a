"""What a register's sheet says to the people who fill it in: headers, words, meaning, form, rules.

Belongs here: reading all of it out of the declarations of dataset, format and contract, in one language. Does not
belong here: the workbook (`register_workbook.py`), and what was wrong in one (`corrections.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.catalogue.dataset import DECIMALS, Column, Dataset
from pipelines.catalogue.declaration import Bilingual
from pipelines.catalogue.format_kinds import TableFormat
from pipelines.catalogue.format_values import Value
from pipelines.catalogue.formats import format_of
from pipelines.catalogue.issue import issues
from pipelines.catalogue.shared import shared_declarations
from pipelines.publishing.language import Words
from pipelines.quality.contract import Contract, contract_of

_SAID_ELSEWHERE = frozenset({"MISSING_VALUE", "DUP_CONFLICT"})
"""Rules that the sheet says in another way: required columns are marked, the key has a line of its own."""


@dataclass(frozen=True)
class SheetColumn:
    """One column of a register, as its sheet shows and explains it."""

    name: str
    header: str
    type: str
    required: bool
    words: tuple[str, ...]
    meaning: str
    form: str
    unit: str
    example: str | int | date | None
    rules: tuple[str, ...]


@dataclass(frozen=True)
class RegisterSheet:
    """One register in one language."""

    dataset: Dataset
    format_id: str
    sheet: str
    sheets: tuple[str, ...]
    """What the sheet is called in each language: all are read."""
    columns: tuple[SheetColumn, ...]
    key: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """The name of the workbook, by the name that people give the register."""
        return self.dataset.name[self._language].replace("/", " ") + ".xlsx"

    @property
    def _language(self) -> str:
        return "it" if self.sheet == self.sheets[0] else "en"


def registers(districts: Path) -> Iterator[tuple[Dataset, TableFormat]]:
    """Every register that has a template, with its dataset, in the order of their names."""
    datasets, formats = shared_declarations(districts)
    for name, document in formats.items():
        form = format_of(document, Path(f"{name}.yaml"))
        if isinstance(form, TableFormat) and form.template is not None and form.dataset:
            yield datasets[form.dataset], form


def register_sheet(
    dataset: Dataset, form: TableFormat, expectations: Path, words: Words
) -> RegisterSheet:
    """One register's sheet in the language of the words.

    Raises:
        ValueError: where the format is no template.
    """
    if form.template is None:
        raise ValueError(f"'{form.id}' has no 'template': nobody fills it in by hand.")
    contract = contract_of(dataset, expectations)
    columns = tuple(
        _column(name, value, dataset.columns[name], contract, words)
        for name, value in form.columns.items()
    )
    headers = {column.name: column.header for column in columns}
    return RegisterSheet(
        dataset,
        form.id,
        form.template[words.code],
        (form.template.it, form.template.en),
        columns,
        tuple(headers[name] for name in dataset.key if name in headers),
    )


def header_in(value: Value, language: str) -> str:
    """The header of a column in one language."""
    return value.aliases[0] if language == "en" and value.aliases else str(value.column)


def words_in(value: Value, column: Column, words: Words) -> tuple[str, ...]:
    """What may be written where a column takes one of a few words, in one language."""
    if column.type == "flag":
        return words.say("register.yes"), words.say("register.no")
    of_code: dict[str, list[str]] = {}
    for written, code in (value.map or {}).items():
        of_code.setdefault(str(code), []).append(written)
    place = 0 if words.code == "it" else -1
    return tuple(of_code[code][place] for code in column.accepts if code in of_code)


def _column(
    name: str, value: Value, column: Column, contract: Contract, words: Words
) -> SheetColumn:
    accepted = words_in(value, column, words)
    kind = "number" if column.type in DECIMALS else column.type
    return SheetColumn(
        name,
        header_in(value, words.code),
        kind,
        column.required and value.default is None,
        accepted,
        column.described(words.code),
        words.say(f"register.form_{kind}", words=", ".join(accepted)),
        column.unit or "",
        _example(column, accepted, words.code),
        tuple(_rules(name, contract, words.code)),
    )


def _example(column: Column, accepted: tuple[str, ...], language: str) -> str | int | date | None:
    told = column.example
    if isinstance(told, Bilingual):
        return told[language]
    if told is None and accepted:
        return accepted[0]
    return told if isinstance(told, int | date | None) else str(told)


def _rules(name: str, contract: Contract, language: str) -> Iterator[str]:
    said = set()
    for rule in contract.expectations:
        if rule.column != name or not rule.is_row_rule or rule.code in _SAID_ELSEWHERE:
            continue
        sentence = rule.notes[language] if rule.notes else issues()[rule.code].means[language]
        if sentence not in said:
            said.add(sentence)
            yield sentence
