"""Texts as numbers: exact, in canonical units, times what their row says.

Belongs here: numbers of one column and their units. Does not belong here: the arithmetic (`numbers`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import ARROW, Column
from pipelines.catalogue.format_values import Value
from pipelines.catalogue.units import UNITS, UnitOfRow, unit_named
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.numbers import decimals, other_convention, rounded, times_each
from pipelines.connectors.parsers.sheet import Sheet, mask_of
from pipelines.connectors.parsers.source_table import normalised

_POWER = re.compile(r"-?\d{1,2}")


def integers(sheet: Sheet, texts: pa.Array, label: str) -> pa.Array:
    """Whole numbers; a text that is none is a reject."""
    read = sheet.table.read
    exact, bad = decimals(texts, read.decimal, read.thousands)
    broken = mask_of(pc.not_equal(pc.floor(exact), exact)) | bad
    sheet.reject("BAD_NUMBER", broken, label, texts)
    whole = pc.if_else(pa.array(~broken), exact, pa.scalar(None, exact.type))
    return pc.floor(whole).cast(pa.decimal128(18, 0), safe=False).cast(pa.int64())


def number(sheet: Sheet, texts: pa.Array, label: str, *, amount: bool = False) -> pa.Array:
    """Exact numbers; a text that is none is a reject.

    Raises:
        DeliveryRefused: MIXED_DECIMALS where a text is a number in the signs that were not
            declared.
    """
    read = sheet.table.read
    exact, bad = decimals(texts, read.decimal, read.thousands, amount=amount)
    for at in np.flatnonzero(bad):
        text, row = texts[int(at)].as_py(), int(sheet.table.rows[at])
        if other_convention(text, read.decimal, read.thousands):
            raise DeliveryRefused(
                "MIXED_DECIMALS",
                f"Row {row}, '{label}': '{text[:40]}' does not use '{read.decimal}' for "
                "decimals as declared.",
                f"Riga {row}, '{label}': '{text[:40]}' non usa '{read.decimal}' per i decimali "
                "come dichiarato.",
                row=row,
            )
    sheet.reject("BAD_NUMBER", bad, label, texts)
    return exact


def exact_decimals(
    sheet: Sheet, texts: pa.Array, value: Value, column: Column, label: str
) -> pa.Array:
    """Exact decimals in the canonical unit, rounded once to the type of their column."""
    exact = number(sheet, texts, label, amount=value.parse == "amount")
    scale = Fraction(value.scale) if value.scale is not None else Fraction(1)
    if value.power_of_ten is not None:
        exact = _times_power(sheet, exact, value.power_of_ten)
    found = units(sheet, value.unit, pc.is_valid(texts))
    factors = [factor * scale for factor in found.factors]
    result, too_large = rounded(times_each(exact, factors, found.which), ARROW[column.type])
    sheet.reject("BAD_NUMBER", too_large, label, texts)
    return result


def _times_power(sheet: Sheet, exact: pa.Array, column: str) -> pa.Array:
    """Numbers times ten to the power that stands in their row."""
    if sheet.table.place(column) is None:
        return exact
    texts = sheet.table.column(column)
    sheet.reject(
        "BAD_NUMBER",
        mask_of(pc.invert(pc.match_substring_regex(texts, r"^-?\d{1,2}$"))),
        column,
        texts,
    )
    encoded = texts.dictionary_encode()
    powers = [int(text) if _POWER.fullmatch(text) else 0 for text in encoded.dictionary.to_pylist()]
    which = encoded.indices.fill_null(len(powers)).to_numpy(zero_copy_only=False)
    return times_each(exact, [Fraction(10) ** power for power in [*powers, 0]], which)


@dataclass(frozen=True)
class Units:
    """The few distinct units of a sheet and which of them each row has.

    Attributes:
        names: Canonical unit; None where the source's is nobody's.
        factors: Exact factor from the source's unit to the canonical one.
        which: Place in the two, per row.
    """

    names: list[str | None]
    factors: list[Fraction]
    which: np.ndarray


def units(sheet: Sheet, unit: str | UnitOfRow | None, needed: pa.Array) -> Units:
    """The canonical unit and the exact factor of each row; a unit of nobody's is a reject where it
    is needed.
    """
    if not isinstance(unit, UnitOfRow):
        name, factor = UNITS[unit] if unit else ("", Fraction(1))
        return Units([name], [factor], np.zeros(len(sheet.table), dtype=np.int64))
    texts = sheet.table.column(unit.column)
    spelled = {normalised(key): own for key, own in unit.map.items()}
    encoded = texts.dictionary_encode()
    own = [
        unit_named(spelled.get(normalised(text), text)) for text in encoded.dictionary.to_pylist()
    ]
    found = [UNITS[name] if name else (None, Fraction(1)) for name in own] + [(None, Fraction(1))]
    which = encoded.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
    nobodys = np.array([name is None for name, _ in found], dtype=bool)[which]
    sheet.reject("UNKNOWN_VALUE", nobodys & mask_of(needed), unit.column, texts)
    return Units([name for name, _ in found], [factor for _, factor in found], which)
