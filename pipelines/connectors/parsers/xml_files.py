"""XML documents as named columns of text, by a declared mapping, in batches.

Belongs here: rows of a record, numbered attributes, sums, batches. Does not belong here: walking the
document (`xml_elements`), finding a field (`xml_fields`), documents with a logic of their own
(`green_button`, `market_documents`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from pipelines.catalogue.format_reading import Read
from pipelines.catalogue.format_xml import Instead, Series, Summed, Xml
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.source_table import SourceTable
from pipelines.connectors.parsers.xml_elements import Document, Element, local_name
from pipelines.connectors.parsers.xml_fields import SEVERAL, Field, Tree, text_of_element

BATCH_CELLS = 250_000
"""Cells of one batch: a few MB of text, and enough for the columns to be worked on at once."""

Row = dict[str, str]


def xml_batches(source: BinaryIO, read: Read) -> Iterator[SourceTable]:
    """A document as tables of text, some thousand rows at a time; a record is never divided.

    Args:
        source: The bytes, seekable; memory does not grow with them.
        read: How the document is declared.

    Raises:
        DeliveryRefused: where it is not well-formed, not safe, not of the declared kind or empty;
            what was yielded before does not count then.
    """
    xml = read.xml
    assert xml is not None  # noqa: S101 - the declaration refuses an xml file without it
    document = Document(
        source,
        xml.each,
        encoding=read.encoding,
        instead=[entry.root for entry in xml.instead],
    )
    rows = _Rows(xml)
    batches = Batches(read, rows.names)
    for record in document.records():
        batches.add(rows.of(record))
        if batches.full:
            yield batches.taken()
    if document.other:
        yield _said_instead(document.root, xml.instead, read, rows.names)
        return
    if not batches.count:
        raise DeliveryRefused(
            "HEADER_ONLY", "The document has no records.", "Il documento non ha registrazioni."
        )
    if batches.waiting:
        yield batches.taken()


class Batches:
    """Rows collected into tables of equal columns."""

    def __init__(self, read: Read, names: Sequence[str]) -> None:
        self._read = read
        self._names = list(names)
        self._rows: list[Row] = []
        self.count = 0
        """Rows so far, which number them: the row of a document is its place among the rows."""

    def add(self, rows: Sequence[Row]) -> None:
        """More rows."""
        self._rows += rows
        self.count += len(rows)

    @property
    def waiting(self) -> bool:
        """Whether there are rows that were not taken yet."""
        return bool(self._rows)

    @property
    def full(self) -> bool:
        """Whether a batch is worth taking."""
        return len(self._rows) * max(len(self._names), 1) >= BATCH_CELLS

    def taken(self) -> SourceTable:
        """The collected rows as a table; collecting begins anew."""
        rows, self._rows = self._rows, []
        names = list(self._names)
        known = set(names)
        names += list(dict.fromkeys(name for row in rows for name in row if name not in known))
        columns = [
            pa.array([row.get(name, "") for row in rows], type=pa.string()) for name in names
        ]
        numbers = np.arange(self.count - len(rows) + 1, self.count + 1, dtype=np.int64)
        return SourceTable(names, columns, numbers, self._read)


class _Rows:
    """The rows of a record, by the declaration."""

    def __init__(self, xml: Xml) -> None:
        self._tree = Tree()
        self._rows = xml.rows.casefold()
        self._fields = {name: Field(rules, self._tree) for name, rules in xml.fields.items()}
        self._series = _Numbered(xml.series) if xml.series is not None else None
        self._children = xml.children
        self._sum = xml.sum
        self.names = [*xml.fields, *(self._series.names if self._series else ())]

    def of(self, record: Element) -> list[Row]:
        rows = [self._row(element) for element in self._tree.at(record, self._rows)]
        self._tree.forget()
        return summed(rows, self._sum) if self._sum is not None else rows

    def _row(self, element: Element) -> Row:
        row = {name: field.text(element) for name, field in self._fields.items()}
        if self._series is not None:
            row.update(self._series.of(element))
        if self._children:
            for child in element.iterchildren("*"):
                if not len(child):
                    name = child.tag.rpartition("}")[2]
                    text = text_of_element(child)
                    row[name] = f"{row[name]}{SEVERAL}{text}" if name in row else text
        return row


class _Numbered:
    """Numbered attributes as numbered columns."""

    def __init__(self, series: Series) -> None:
        self._pattern = re.compile(re.escape(series.prefix.casefold()) + r"(\d{1,4})\Z")
        self._count, self._as = series.count, series.as_
        self._column: dict[str, str | None] = {}
        self.names = [f"{series.as_}{number}" for number in range(1, series.count + 1)]

    def of(self, element: Element) -> Row:
        row: Row = {}
        for key, text in element.attrib.items():
            column = self._column_of(key)
            if column is not None:
                row[column] = text
        return row

    def _column_of(self, key: str) -> str | None:
        if key not in self._column:
            found = self._pattern.match(local_name(key))
            number = int(found[1]) if found else None
            if number is not None and not 1 <= number <= self._count:
                raise DeliveryRefused(
                    "UNKNOWN_COLUMN",
                    f"The document has '{key}'; {self._count} of them are declared.",
                    f"Il documento ha '{key}'; ne sono dichiarati {self._count}.",
                )
            self._column[key] = f"{self._as}{number}" if number is not None else None
        return self._column[key]


def summed(rows: Sequence[Row], how: Summed) -> list[Row]:
    """Rows that agree in `by` as one, in the order of their first."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.get(name, "") for name in how.by), []).append(row)
    return [_one(group, how.fields) for group in groups.values()]


def _one(group: Sequence[Row], fields: Sequence[str]) -> Row:
    if len(group) == 1:
        return group[0]
    made: Row = {}
    for name in dict.fromkeys(name for row in group for name in row):
        texts = [text for row in group if (text := row.get(name, ""))]
        made[name] = _sum(texts) if name in fields else _agreed(texts)
    return made


def _agreed(texts: Sequence[str]) -> str:
    """The text that rows agree on, whatever its case; several joined where they do not."""
    return SEVERAL.join({text.casefold(): text for text in reversed(texts)}.values())


def _sum(texts: Sequence[str]) -> str:
    """The exact sum of numbers with a decimal point; of anything else, the texts themselves."""
    try:
        total = sum((Decimal(text) for text in texts), Decimal(0))
    except InvalidOperation:
        return SEVERAL.join(texts)
    return f"{total:f}" if texts else ""


def _said_instead(
    root: Element, entries: Sequence[Instead], read: Read, names: Sequence[str]
) -> SourceTable:
    tree = Tree()
    for entry in entries:
        if local_name(root.tag) not in entry.root.casefold().split("|"):
            continue
        said = tree.text(root, entry.text.casefold())[:200]
        if not re.search(entry.matching, said):
            continue
        if entry.means == "nothing":
            empty = [pa.array([], type=pa.string()) for _ in names]
            table = SourceTable(list(names), empty, np.array([], dtype=np.int64), read)
            table.notes = (("SAID_NOTHING_TO_SEND", said),)
            return table
        raise DeliveryRefused(
            "SOURCE_SAID_ERROR",
            f"The source answered: {said or root.tag}",
            f"La fonte ha risposto: {said or root.tag}",
        )
    raise DeliveryRefused(
        "SOURCE_SAID_ERROR", f"The source answered: {root.tag}", f"La fonte ha risposto: {root.tag}"
    )
