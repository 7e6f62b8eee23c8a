"""What every annex has besides its data: a cover, what each sheet holds, a dictionary of every column.

Belongs here: these descriptions, in both languages. Does not belong here: layout (`workbook.py`), which sheets there
are (`annex.py`, `period_annex.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pipelines.catalogue.yaml_document import read_document
from pipelines.publishing.language import Words
from pipelines.publishing.reading import Reading
from pipelines.publishing.rendering.workbook import Cover, Sheet
from pipelines.publishing.rows import Row
from pipelines.settings import checkout

_DICTIONARY = (
    "code",
    "name_it",
    "name_en",
    "unit",
    "lever",
    "theme",
    "formula_it",
    "formula",
    "method_it",
    "method_en",
    "reference",
    "direction",
    "cadence",
    "period",
    "maturity",
    "computed",
    "disclosure_rule",
)
_COLUMNS = ("sheet", "column", "unit", "meaning_it", "meaning_en", "source")
_FREE = "nzc"
"""Tables whose heads are sentences of a template and explain themselves."""


@dataclass(frozen=True)
class Restricted:
    """What a workbook that is not for everybody has besides: a mark on every sheet, who may read it, own sheets."""

    mark: str
    basis: Sequence[str]
    sheets: Sequence[Sheet]


def sheet_of(
    name: str, source: str, columns: Sequence[str], rows: Sequence[Row], languages: Sequence[Words]
) -> Sheet:
    """A sheet with what it holds, said in each language."""
    about = [words.say(f"sheets.{source}") for words in languages]
    return Sheet(name, about, list(columns), rows, source)


def cover_of(
    title: str,
    author: str,
    created: datetime,
    label: str,
    languages: Sequence[Words],
    lines: Sequence[str],
    restricted: Restricted | None = None,
) -> Cover:
    """The sheet of contents: in each language what is within and how it may be used."""
    use = restricted.basis if restricted else [one.say("sheets.licence") for one in languages]
    leads = [
        f"{each} {words.say('sheets.lead')}" for each, words in zip(use, languages, strict=True)
    ]
    heads = [words.say("sheets.head") for words in languages]
    return Cover(
        title,
        author,
        created,
        [*lines, *leads],
        [" / ".join(words.say("sheets.sheet") for words in languages), *heads,
         " / ".join(words.say("sheets.rows") for words in languages)],
        label=label,
        mark=restricted.mark if restricted else "",
    )  # fmt: skip


def dictionary_sheets(
    sheets: Sequence[Sheet], reading: Reading, languages: Sequence[Words]
) -> list[Sheet]:
    """KPIs with their formulas, every column of every sheet, and the codes that cells hold."""
    kpis = sheet_of("dizionario", "kpis", _DICTIONARY, list(reading.kpis.values()), languages)
    columns = sheet_of("colonne", "columns", _COLUMNS, (), languages)
    codes = sheet_of("codici", "codes", _CODES, _codes(languages), languages)
    rows = [row for sheet in (*sheets, kpis, columns, codes) for row in _described(sheet)]
    return [kpis, Sheet(columns.name, columns.about, _COLUMNS, rows, columns.source), codes]


_CODES = ("column", "code", "meaning_it", "meaning_en")
_FAMILIES = (
    ("reason", "reason"),
    ("grade", "grade"),
    ("signal", "signal"),
    ("scope", "scope"),
    ("carrier", "carrier"),
    ("sector", "sector"),
    ("theme", "theme"),
    ("lever", "lever"),
    ("source", "water_source"),
    ("dataset", "dataset"),
)
"""Columns that hold codes, and the family of words that names them."""


def _codes(languages: Sequence[Words]) -> list[Row]:
    """What the codes in cells mean, in both languages."""
    found: list[Row] = []
    for column, family in _FAMILIES:
        prefix = f"{family}."
        for key in (key for key in languages[0].texts if key.startswith(prefix)):
            code = key.removeprefix(prefix)
            meaning = {f"meaning_{words.code}": words.named(family, code) for words in languages}
            found.append({"column": column, "code": code, **meaning})
    return found


@cache
def declared_columns() -> dict[str, dict[str, Any]]:
    """What columns mean, by name: unit and meaning in both languages."""
    path = checkout() / "reports" / "columns.yaml"
    loaded: dict[str, dict[str, Any]] = read_document(path.read_text(encoding="utf-8"))
    return loaded


def _described(sheet: Sheet) -> list[Row]:
    """A line per column; heads that are a template's own sentences stand for themselves."""
    found = []
    for column in sheet.columns:
        said = _meaning(sheet, column)
        found.append({"sheet": sheet.name, "column": column, **said, "source": sheet.source})
    return found


def _meaning(sheet: Sheet, column: str) -> Row:
    if sheet.source.startswith((_FREE, "secap")):
        return {"unit": None, "meaning_it": column, "meaning_en": column}
    said = declared_columns().get(f"{sheet.source}.{column}") or declared_columns().get(column, {})
    return {"unit": said.get("unit"), "meaning_it": said.get("it"), "meaning_en": said.get("en")}
