"""Texts of a source table as canonical values, in the type of their column.

Belongs here: what `columns:` of a format means, for one column at a time. Does not belong here:
intervals and registers (`interval_table`, `register_table`) or the finished table (`assembling`).
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import DECIMALS, Column
from pipelines.catalogue.format_values import Value
from pipelines.connectors.parsers.dating import days_of, instants_of
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.identifiers import Unrecoverable, identified
from pipelines.connectors.parsers.origins import header_of, texts_of
from pipelines.connectors.parsers.periods import day_after, first_day
from pipelines.connectors.parsers.quantities import exact_decimals, integers
from pipelines.connectors.parsers.sheet import Sheet, mask_of
from pipelines.connectors.parsers.source_table import by_unique, normalised

TRUE = frozenset({"sì", "si", "s", "x", "vero", "true", "1", "yes", "y"})
FALSE = frozenset({"no", "n", "falso", "false", "0"})


def canonical(sheet: Sheet, name: str, value: Value, column: Column) -> pa.Array:
    """One canonical column, in its Arrow type; rows that cannot have it are rejected."""
    label = header_of(sheet.table, value) or name
    texts = texts_of(sheet, value, label)
    if value.as_ is not None:
        texts = _identified(sheet, texts, value.as_, label)
    if value.period is not None:
        texts = by_unique(texts, first_day if value.period == "start" else day_after, pa.string())
    makers: dict[str, Callable[[], pa.Array]] = {
        "text": lambda: texts,
        "code": lambda: _coded(sheet, texts, column, label),
        "flag": lambda: _flags(sheet, texts, label),
        "date": lambda: days_of(sheet, texts, value, label),
        "timestamp": lambda: instants_of(sheet, texts, value, label),
        "integer": lambda: integers(sheet, texts, label),
    }
    if column.type in DECIMALS:
        return exact_decimals(sheet, texts, value, column, label)
    return makers[column.type]()


def _identified(sheet: Sheet, texts: pa.Array, kind: str, label: str) -> pa.Array:
    repaired: list[str] = []

    def check(text: str) -> str | None:
        try:
            found, was_repaired = identified(text, kind)
        except Unrecoverable as error:
            raise DeliveryRefused(
                "BAD_ID",
                f"'{label}' holds '{text[:40]}': a spreadsheet destroyed the digits. Ask for "
                "text cells.",
                f"'{label}' contiene '{text[:40]}': un foglio di calcolo ha distrutto le cifre. "
                "Chiedere celle di testo.",
            ) from error
        if was_repaired:
            repaired.append(text)
        return found

    checked = by_unique(texts, check, pa.string())
    sheet.reject("BAD_ID", mask_of(pc.and_(pc.is_null(checked), pc.is_valid(texts))), label, texts)
    sheet.findings.note_repaired(repaired, label)
    return checked


def _coded(sheet: Sheet, texts: pa.Array, column: Column, label: str) -> pa.Array:
    foreign = pc.and_(
        pc.is_valid(texts), pc.invert(pc.is_in(texts, value_set=pa.array(column.accepts)))
    )
    sheet.reject("UNKNOWN_VALUE", mask_of(foreign), label, texts)
    return texts


def _flags(sheet: Sheet, texts: pa.Array, label: str) -> pa.Array:
    def flag(text: str) -> bool | None:
        word = normalised(text)
        return True if word in TRUE else False if word in FALSE else None

    flags = by_unique(texts, flag, pa.bool_())
    sheet.reject(
        "UNKNOWN_VALUE", mask_of(pc.and_(pc.is_null(flags), pc.is_valid(texts))), label, texts
    )
    return flags
