"""Texts of a source table as a format names them: where each comes from, extracted and mapped.

Belongs here: what `Origin` declares. Does not belong here: what the texts amount to (`values`).
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.format_values import (
    Origin,
)
from pipelines.connectors.parsers.delivery import DeliveryRefused, ParseContext
from pipelines.connectors.parsers.sheet import Sheet, mask_of
from pipelines.connectors.parsers.source_table import SourceTable, by_unique, normalised

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def texts_of(sheet: Sheet, origin: Origin, label: str) -> pa.Array:
    """The text of each row, null where there is none: origin, extract, map, default in order."""
    texts = _source(sheet, origin)
    if origin.extract is not None:
        pattern = re.compile(origin.extract)
        texts = by_unique(texts, lambda text: _first_group(pattern, text), pa.string())
    if origin.map is not None:
        texts = _mapped(sheet, texts, origin, label)
    if origin.or_from is not None:
        texts = pc.coalesce(texts, texts_of(sheet, origin.or_from, label))
    if origin.default is not None:
        texts = pc.fill_null(texts, _as_text(origin.default))
    return texts


def header_of(table: SourceTable, origin: Origin) -> str | None:
    """The header under which a table holds the column of an origin: the first of its names that is there.

    Raises:
        DeliveryRefused: AMBIGUOUS_COLUMN where columns of two of its names are there.
    """
    names = (origin.column, *origin.aliases) if origin.column is not None else ()
    there = [name for name in names if table.place(name, origin.occurrence) is not None]
    if len(there) > 1:
        raise DeliveryRefused(
            "AMBIGUOUS_COLUMN",
            f"'{there[0]}' and '{there[1]}' are the same column in two languages. Keep one of them.",
            f"'{there[0]}' e '{there[1]}' sono la stessa colonna in due lingue. Tenerne una sola.",
        )
    return there[0] if there else origin.column


def _source(sheet: Sheet, origin: Origin) -> pa.Array:
    table, context = sheet.table, sheet.context
    if origin.column is not None:
        header = header_of(table, origin) or origin.column
        place = table.place(header, origin.occurrence)
        if place is None and origin.optional:
            return pa.nulls(len(table), pa.string())
        return table.column(header, origin.occurrence)
    if origin.compose is not None:
        return _composed(table, origin.compose)
    text: str | None
    if origin.const is not None:
        text = _as_text(origin.const)
    elif origin.received:
        text = context.known_at.astimezone(context.zone).date().isoformat()
    elif origin.file_name is not None:
        text = _named(re.compile(origin.file_name), context)
    elif origin.sheet is not None:
        text = _first_group(re.compile(origin.sheet), table.sheet or "")
    else:
        text = _first_group(re.compile(origin.preamble or ""), table.preamble)
    return pa.array([text] * len(table), type=pa.string())


def _named(pattern: re.Pattern[str], context: ParseContext) -> str | None:
    """What the name of a file says; inside an archive the file's own name speaks before the
    archive's.
    """
    inside = context.member
    own = (inside.rpartition("/")[2], inside) if inside is not None else ()
    for name in (*own, context.file_name):
        text = _first_group(pattern, name)
        if text is not None:
            return text
    return None


def _composed(table: SourceTable, template: str) -> pa.Array:
    parts: list[pa.Array | pa.Scalar] = []
    place = 0
    for found in _PLACEHOLDER.finditer(template):
        parts += [pa.scalar(template[place : found.start()]), table.column(found[1])]
        place = found.end()
    parts.append(pa.scalar(template[place:]))
    return pc.binary_join_element_wise(*parts, "")


def _first_group(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    if found is None:
        return None
    return (found[1] if pattern.groups else found[0]) or None


def _as_text(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _mapped(sheet: Sheet, texts: pa.Array, origin: Origin, label: str) -> pa.Array:
    accepted = {normalised(key): value for key, value in (origin.map or {}).items()}
    unknown = by_unique(texts, lambda text: normalised(text) not in accepted, pa.bool_())
    if origin.otherwise is None:
        sheet.reject("UNKNOWN_VALUE", mask_of(unknown), label, texts)

    def translate(text: str) -> str | None:
        value = accepted.get(normalised(text), origin.otherwise)
        return None if value is None else _as_text(value)

    return by_unique(texts, translate, pa.string())
