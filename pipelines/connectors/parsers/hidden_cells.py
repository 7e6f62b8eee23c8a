"""Rows and columns that a workbook hides.

Belongs here: finding them in .xlsx and .xlsm; other kinds keep them where no reader of ours looks.
Does not belong here: whether they are read (`workbooks`), hidden sheets.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_WORD = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')


@dataclass(frozen=True)
class Hidden:
    """Places of hidden rows and columns of one sheet, from 1."""

    rows: frozenset[int] = field(default_factory=frozenset)
    columns: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns)

    def blanked(self, cells: list[list[Any]]) -> list[list[Any]]:
        """The cells without what is hidden; places stay as they are."""
        return [
            []
            if number in self.rows
            else ["" if place in self.columns else cell for place, cell in enumerate(row, 1)]
            for number, row in enumerate(cells, 1)
        ]

    def within(self, cells: list[list[Any]]) -> Hidden:
        """What is hidden and holds something: sheets hide all that lies beyond their table."""
        rows = {n for n in self.rows if n <= len(cells) and any(c != "" for c in cells[n - 1])}
        filled = {p for row in cells for p, cell in enumerate(row, 1) if cell != ""}
        return Hidden(frozenset(rows), self.columns & filled)


def hidden_in(container: zipfile.ZipFile, sheet: str) -> Hidden:
    """What a sheet hides; nothing where this is no workbook of that kind."""
    part = _part_of(container, sheet)
    if part is None:
        return Hidden()
    content = container.read(part)
    rows, last = set(), 0
    for found in _ROW.finditer(content):
        words = _words(found[1])
        last = int(words.get("r") or last + 1)
        if words.get("hidden") in ("1", "true"):
            rows.add(last)
    columns: set[int] = set()
    for found in _COLUMN.finditer(content):
        words = _words(found[1])
        if words.get("hidden") in ("1", "true"):
            columns.update(range(int(words["min"]), min(int(words["max"]), 16_384) + 1))
    return Hidden(frozenset(rows), frozenset(columns))


def _part_of(container: zipfile.ZipFile, sheet: str) -> str | None:
    names = set(container.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    relations = {
        words.get("Id"): words.get("Target", "")
        for words in map(_words, _RELATION.findall(container.read("xl/_rels/workbook.xml.rels")))
    }
    for words in map(_words, _SHEET.findall(container.read("xl/workbook.xml"))):
        if words.get("name") == sheet:
            target = relations.get(words.get("r:id"), "")
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            return part if part in names else None
    return None


def _words(said: bytes) -> dict[str, str]:
    return {
        key.decode(): html.unescape(value.decode("utf-8", errors="replace"))
        for key, value in _WORD.findall(said)
    }
