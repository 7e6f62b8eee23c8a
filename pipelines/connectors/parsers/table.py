"""Tables whose rows are rows of the dataset.

Belongs here: columns one by one, columns of the same names. Does not belong here: questionnaires (`survey`).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.format_values import UnitOfRow, Value
from pipelines.catalogue.formats import TableFormat
from pipelines.connectors.parsers.assembling import Rows
from pipelines.connectors.parsers.measuring import base_columns
from pipelines.connectors.parsers.values import Sheet, canonical, units

GAS_IN_M3 = "m3"


def table_rows(sheet: Sheet, form: TableFormat, dataset: Dataset) -> Rows:
    """All rows of one sheet.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole.
    """
    columns = base_columns(sheet, form, dataset)
    if form.same_names:
        for name, column in dataset.columns.items():
            if name not in columns and sheet.table.place(name) is not None:
                columns[name] = canonical(sheet, name, Value(column=name), column)
    if "unit" in dataset.columns and "unit" not in columns:
        _unit_of_quantity(sheet, form, dataset, columns)
    places = np.flatnonzero(~sheet.bad)
    taken = pa.array(places)
    own = {name: column.take(taken) for name, column in columns.items()}
    return Rows(own, sheet.table.rows[places], sheet.table.sheet)


def _unit_of_quantity(
    sheet: Sheet, form: TableFormat, dataset: Dataset, columns: dict[str, pa.Array]
) -> None:
    """Where rows carry a unit column, it is the canonical unit that the quantity was converted to."""
    source = next((value for value in form.columns.values() if value.unit is not None), None)
    if source is None or not isinstance(source.unit, UnitOfRow | str):
        return
    quantity = next(name for name, value in form.columns.items() if value is source)
    present = pc.is_valid(columns[quantity])
    targets, _ = units(sheet.beside(), source.unit, len(sheet.table), pa.array([False] * len(sheet.table)), "unit")
    texts = pc.if_else(present, pa.array(list(targets), type=pa.string()), pa.scalar(None, pa.string()))
    foreign = pc.and_(
        pc.is_valid(texts), pc.invert(pc.is_in(texts, value_set=pa.array(dataset.columns["unit"].accepts)))
    )
    carriers = columns.get("carrier")
    mismatch = foreign.to_numpy(zero_copy_only=False)
    if carriers is not None:
        volume = np.array([unit == GAS_IN_M3 for unit in targets], dtype=bool)
        gas = np.array([carrier == "natural_gas" for carrier in carriers.to_pylist()], dtype=bool)
        mismatch = mismatch | (volume & gas & present.to_numpy(zero_copy_only=False))
    sheet.reject("UNIT_MISMATCH", mismatch, "unit", texts)
    columns["unit"] = texts
