"""Measured values: exact quantities in the unit of their carrier.

Belongs here: what interval and register tables share about quantities. Does not belong here: time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import ARROW, Dataset
from pipelines.catalogue.format_values import CARRIER_UNITS, ENERGY, GAS, VOLUME, Value
from pipelines.catalogue.formats import FormatBase, IntervalValue, RegisterValue
from pipelines.connectors.parsers.numbers import EXACT, rounded, times_each
from pipelines.connectors.parsers.values import Sheet, canonical, number, units

Measured = IntervalValue | RegisterValue


@dataclass(frozen=True)
class Quantities:
    """Quantities of rows with their canonical units; null where the file has none."""

    values: pa.Array
    units: pa.Array


def base_columns(sheet: Sheet, form: FormatBase, dataset: Dataset) -> dict[str, pa.Array]:
    """The columns that the format declares, and the binding's constants where it declares none or finds none."""
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
    """Which series each row belongs to: its point, and its flow or register where the row says so."""
    groups = np.zeros(count, dtype=np.int64)
    for name in ("point_id", "flow", "serial", "register", "carrier"):
        if name in columns:
            encoded = columns[name].dictionary_encode()
            codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
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
    """The sum of several columns; null where all of them are empty, as registers of other tariffs are."""
    total = pa.nulls(len(sheet.table), EXACT)
    for name in value.sum_of:
        texts = sheet.table.column(name)
        part = number(sheet, texts, name)
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
    count = len(sheet.table)
    present = pc.is_valid(exact)
    targets, factors = units(sheet, value.unit, count, present, label)
    factor = Fraction(value.scale) if value.scale is not None else Fraction(1)
    if isinstance(value, IntervalValue) and value.quantity == "power_mean":
        factor *= hours
        targets = np.where(targets == "kW", ENERGY, targets)
    gas = np.array([carrier == "natural_gas" for carrier in carriers.to_pylist()], dtype=bool)
    if value.coefficient_c is not None:
        metered = gas & (targets == VOLUME)
        factors = np.where(metered, factors * Fraction(value.coefficient_c), factors)
        targets = np.where(metered, GAS, targets)
    fits = np.array(
        [
            unit in CARRIER_UNITS.get(carrier, ())
            for unit, carrier in zip(targets, carriers.to_pylist(), strict=True)
        ],
        dtype=bool,
    )
    known = present.to_numpy(zero_copy_only=False) & np.array([unit is not None for unit in targets], dtype=bool)
    sheet.reject("UNIT_MISMATCH", known & ~fits, label, texts)
    result, too_large = rounded(times_each(exact, factors * factor), ARROW["quantity"])
    sheet.reject("BAD_NUMBER", too_large, label, texts)
    return Quantities(result, pa.array(list(targets), type=pa.string()))
