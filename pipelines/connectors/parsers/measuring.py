"""Measured values: exact quantities in the unit of their carrier.

Belongs here: what interval and register tables share about quantities. Does not belong here: time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import ARROW, Dataset
from pipelines.catalogue.format_kinds import FormatBase, IntervalValue, RegisterValue
from pipelines.catalogue.format_values import Factor, NumberOfRow, Value
from pipelines.catalogue.units import CARRIER_UNITS, ENERGY, GAS, VOLUME
from pipelines.connectors.parsers.numbers import EXACT, rounded, times_each
from pipelines.connectors.parsers.quantities import number, units
from pipelines.connectors.parsers.sheet import Sheet, mask_of
from pipelines.connectors.parsers.values import canonical

Measured = IntervalValue | RegisterValue


@dataclass(frozen=True)
class Quantities:
    """Quantities of rows with their canonical units; null where the file has none."""

    values: pa.Array
    units: pa.Array


def base_columns(sheet: Sheet, form: FormatBase, dataset: Dataset) -> dict[str, pa.Array]:
    """The columns that the format declares, and the binding's constants where it declares none or
    finds none.
    """
    columns = {
        name: canonical(sheet, name, value, dataset.columns[name])
        for name, value in form.columns.items()
        if name in dataset.columns
    }
    for name, const in sheet.context.defaults.items():
        if name not in dataset.columns:
            continue
        given = canonical(sheet, name, Value(const=const), dataset.columns[name])
        columns[name] = pc.coalesce(columns[name], given) if name in columns else given
    return columns


def series(columns: Mapping[str, pa.Array], count: int) -> np.ndarray:
    """Which series each row belongs to: its point, and its flow or register where it says so."""
    groups = np.zeros(count, dtype=np.int64)
    for name in ("point_id", "flow", "serial", "register", "carrier"):
        if name in columns:
            encoded = columns[name].dictionary_encode()
            codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(
                zero_copy_only=False
            )
            groups = groups * (len(encoded.dictionary) + 1) + codes
    return groups


def quantities(
    sheet: Sheet, texts: pa.Array, value: Measured, carriers: pa.Array, label: str, hours: Fraction
) -> Quantities:
    """Texts as quantities in the unit of each row's carrier; what does not fit it is rejected."""
    return converted(sheet, number(sheet, texts, label), texts, value, carriers, label, hours)


def summed(
    sheet: Sheet, value: IntervalValue, carriers: pa.Array, label: str, hours: Fraction
) -> Quantities:
    """The sum of several columns; null where all of them are empty, as registers of other tariffs
    are.
    """
    total = pa.nulls(len(sheet.table), EXACT)
    for name in value.sum_of:
        texts = sheet.table.column(name)
        part = number(sheet, texts, name).cast(EXACT)
        both = pc.add(total, part).cast(EXACT, safe=False)
        total = pc.coalesce(both, total, part)
    return converted(sheet, total, None, value, carriers, label, hours)


def converted(
    sheet: Sheet,
    exact: pa.Array,
    texts: pa.Array | None,
    value: Measured,
    carriers: pa.Array,
    label: str,
    hours: Fraction,
) -> Quantities:
    """Exact numbers of the source's unit in the unit of each row's carrier."""
    found = units(sheet, value.unit, pc.is_valid(exact))
    encoded = carriers.dictionary_encode()
    names = [*encoded.dictionary.to_pylist(), None]
    carrier_of = encoded.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)
    pairs, which = np.unique(found.which * len(names) + carrier_of, return_inverse=True)
    made = [
        _conversion(
            value,
            found.names[pair // len(names)],
            found.factors[pair // len(names)],
            carrier,
            hours,
        )
        for pair in pairs.tolist()
        for carrier in [names[pair % len(names)]]
    ]
    gas = np.array(
        [
            carrier == "natural_gas" and found.names[pair // len(names)] == VOLUME
            for pair in pairs.tolist()
            for carrier in [names[pair % len(names)]]
        ],
        dtype=bool,
    )[which]
    exact = _times_own(sheet, exact, value.scale, np.ones(len(which), dtype=bool))
    exact = _times_own(sheet, exact, value.coefficient_c, gas)
    fits = np.array([fit for _, _, fit in made], dtype=bool)[which]
    sheet.reject("WRONG_UNIT", mask_of(pc.is_valid(exact)) & ~fits, label, texts)
    multiplied = times_each(exact, [factor for _, factor, _ in made], which)
    result, too_large = rounded(multiplied, ARROW["quantity"])
    sheet.reject("BAD_NUMBER", too_large, label, texts)
    targets = pa.array([target for target, _, _ in made], type=pa.string())
    return Quantities(result, targets.take(pa.array(which.ravel())))


def _times_own(sheet: Sheet, exact: pa.Array, factor: Factor | None, where: np.ndarray) -> pa.Array:
    """Numbers times the factor that stands in their own row; a row without one is rejected."""
    if not isinstance(factor, NumberOfRow) or not where.any():
        return exact
    needed = where & mask_of(pc.is_valid(exact))
    texts = sheet.table.column(factor.column)
    if factor.default is not None:
        texts = pc.fill_null(texts, str(factor.default).replace(".", sheet.table.read.decimal))
    sheet.reject("MISSING_VALUE", needed & mask_of(pc.is_null(texts)), factor.column)
    own = number(sheet, texts, factor.column).cast(pa.decimal256(37, 18))
    product = pc.round(pc.multiply(exact.cast(EXACT), own), 18, "half_towards_infinity")
    return pc.if_else(pa.array(where), product.cast(EXACT, safe=False), exact.cast(EXACT))


def _conversion(
    value: Measured, unit: str | None, factor: Fraction, carrier: str | None, hours: Fraction
) -> tuple[str | None, Fraction, bool]:
    """Canonical unit, factor and whether the carrier is measured in it; a unit of nobody's was
    rejected before.
    """
    if isinstance(value.scale, Decimal):
        factor *= Fraction(value.scale)
    if isinstance(value, IntervalValue) and value.quantity == "power_mean" and unit == "kW":
        unit, factor = ENERGY, factor * hours
    if value.coefficient_c is not None and carrier == "natural_gas" and unit == VOLUME:
        unit = GAS
        if isinstance(value.coefficient_c, Decimal):
            factor *= Fraction(value.coefficient_c)
    return unit, factor, unit is None or carrier is None or unit in CARRIER_UNITS.get(carrier, ())
