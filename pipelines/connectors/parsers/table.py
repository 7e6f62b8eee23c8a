"""Tables whose rows are rows of the dataset.

Belongs here: columns one by one, columns of the same names. Does not belong here: questionnaires
(`survey`).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.format_kinds import TableFormat
from pipelines.catalogue.format_values import Value
from pipelines.catalogue.units import VOLUME
from pipelines.connectors.parsers.assembling import Rows
from pipelines.connectors.parsers.measuring import base_columns
from pipelines.connectors.parsers.quantities import units
from pipelines.connectors.parsers.sheet import Sheet, mask_of
from pipelines.connectors.parsers.values import canonical


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
    """The unit that each quantity was converted to, where the dataset has a column for it."""
    quantity = next(
        (name for name, column in dataset.columns.items() if column.type == "quantity"), None
    )
    source = form.columns.get(quantity or "")
    if quantity is None or source is None or source.unit is None:
        return
    present = pc.is_valid(columns[quantity])
    found = units(sheet.beside(), source.unit, pa.array([False] * len(sheet.table)))
    names = pa.array(found.names, type=pa.string()).take(pa.array(found.which))
    texts = pc.if_else(present, names, pa.scalar(None, pa.string()))
    accepted = pc.is_in(texts, value_set=pa.array(dataset.columns["unit"].accepts))
    mismatch = mask_of(pc.and_(pc.is_valid(texts), pc.invert(accepted)))
    if "carrier" in columns:
        # A bill of gas in m3 lacks the coefficient that the distributor applied; nobody may guess
        # it.
        gas = pc.equal(columns["carrier"], "natural_gas")
        mismatch |= mask_of(pc.and_(gas, pc.equal(texts, VOLUME)))
    sheet.reject("WRONG_UNIT", mismatch, "unit", texts)
    columns["unit"] = texts
