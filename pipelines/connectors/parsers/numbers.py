"""Texts as exact decimals, in the signs that the format declares and in no others.

Belongs here: grammar of written numbers, exact unit conversion and rounding. Does not belong here:
which unit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EXACT = pa.decimal256(38, 18)
"""What is calculated with: wide enough that no product wraps around before it is checked."""
READ = (pa.decimal128(18, 6), pa.decimal128(38, 18))
"""What is read, the narrowest that holds it: six decimals are what nearly every meter writes, and
reading more than are there costs as much as all else.
"""
_SCALE = Decimal(1).scaleb(-18)
_AMOUNT_DIRT = "(?i)(€|euro|eur|\\s|\u00a0|\u202f)"


def written(decimal: str, thousands: str | None) -> str:
    """The pattern of a number in the declared signs."""
    whole = r"\d{1,13}"
    if thousands is not None:
        sign = re.escape(thousands)
        whole = rf"(?:\d{{1,3}}(?:{sign}\d{{3}}){{1,4}}|{whole})"
    return rf"^[+-]?{whole}(?:{re.escape(decimal)}\d*)?$"


def decimals(
    texts: pa.Array, decimal: str, thousands: str | None, *, amount: bool = False
) -> tuple[pa.Array, np.ndarray]:
    """Exact numbers and where a text was none.

    Args:
        texts: Cells; null is missing and stays null.
        decimal: Sign of decimals.
        thousands: Sign of thousands, None where there is none.
        amount: Whether currency signs and a trailing minus belong to the number.

    Returns:
        decimal128 that holds them all, null where missing or no number; a mask of the texts that are no number.
    """
    if amount:
        texts = pc.replace_substring_regex(texts, _AMOUNT_DIRT, "")
        texts = pc.replace_substring_regex(texts, r"^(.+)-$", r"-\1")
    ok = pc.match_substring_regex(texts, written(decimal, thousands))
    bad = pc.fill_null(pc.invert(ok), False).to_numpy(zero_copy_only=False)
    good = pc.if_else(ok, texts, pa.scalar(None, pa.string()))
    if thousands is not None:
        good = pc.replace_substring(good, thousands, "")
    if decimal != ".":
        good = pc.replace_substring(good, decimal, ".")
    longest = pc.max(pc.utf8_length(good)).as_py() or 0
    if longest > 19 and pc.any(pc.match_substring_regex(good, r"\.\d{19}")).as_py():
        good = pc.replace_substring_regex(good, r"(\.\d{18})\d+", r"\1")
    try:
        return good.cast(READ[0]), bad
    except pa.ArrowInvalid:
        return good.cast(READ[1]), bad


def other_convention(text: str, decimal: str, thousands: str | None) -> bool:
    """Whether a text is a number in the signs that were not declared: conventions are mixed."""
    other = "." if decimal == "," else ","
    if re.match(written(other, decimal), text) is None:
        return False
    return re.match(written(decimal, thousands), text) is None


def times(values: pa.Array, factor: Fraction) -> pa.Array:
    """Values times a factor, exact to 18 decimals of the factor."""
    if factor == 1:
        return values
    exact = (Decimal(factor.numerator) / Decimal(factor.denominator)).quantize(
        _SCALE, ROUND_HALF_UP
    )
    product = pc.multiply(values.cast(EXACT), pa.scalar(exact, pa.decimal256(37, 18)))
    return pc.round(product, 18, "half_towards_infinity").cast(EXACT, safe=False)


def times_each(values: pa.Array, factors: Sequence[Fraction], which: np.ndarray) -> pa.Array:
    """Values times a factor per row, given as its place among the few distinct factors."""
    if len(set(factors)) == 1:
        return times(values, factors[0])
    values, result = values.cast(EXACT), pa.nulls(len(values), EXACT)
    for place, factor in enumerate(factors):
        result = pc.if_else(pa.array(which == place), times(values, factor), result)
    return result


def rounded(values: pa.Array, target: pa.DataType) -> tuple[pa.Array, np.ndarray]:
    """Values half up at the scale of the target, and where one does not fit its precision."""
    try:  # almost always nothing is to be rounded, and a checked cast says so
        return values.cast(target), np.zeros(len(values), dtype=bool)
    except pa.ArrowInvalid:
        pass
    limit = Decimal(10) ** (target.precision - target.scale)
    at_scale = pc.round(values.cast(EXACT), target.scale, "half_towards_infinity")
    fits = pc.less(pc.abs(at_scale), pa.scalar(limit, pa.decimal256(38, 0)))
    too_large = pc.fill_null(pc.invert(fits), False).to_numpy(zero_copy_only=False)
    return pc.if_else(fits, at_scale, pa.scalar(None, at_scale.type)).cast(target), too_large
