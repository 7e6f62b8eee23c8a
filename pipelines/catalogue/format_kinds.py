"""The three kinds of format and what each must say so that nothing is left to guess.

Belongs here: `interval_table`, `register_table` and `table`, typed. Does not belong here: loading
and binding them (`formats`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.dataset import Delivers
from pipelines.catalogue.declaration import Bilingual, Declaration
from pipelines.catalogue.format_reading import Melt, Pattern, Read, Rows
from pipelines.catalogue.format_survey import Survey
from pipelines.catalogue.format_values import ColumnValue, Factor, NumberOfRow, Time
from pipelines.catalogue.units import UNITS, Unit

Flow = Literal["import", "export", "production", "storage_charge", "storage_discharge"]
Interval = Literal["PT15M", "PT30M", "PT1H", "P1D", "P1M"]
MINUTES: dict[str, int] = {"PT15M": 15, "PT30M": 30, "PT1H": 60}


class FormatBase(Declaration):
    """What every format says: who it is, how the file is read, which rows count, where the columns
    come from.
    """

    id: str
    name: Bilingual
    description: str
    dataset: str | None = None
    read: Read
    rows: Rows = Rows()
    melt: Melt | None = None
    columns: dict[str, ColumnValue] = Field(default_factory=dict)
    delivers: Delivers | None = None
    """Where a delivery is the whole (`snapshots`) though the dataset adds up increments."""
    precedence: tuple[str, ...] = ()
    """Flow codes from the weakest to the strongest; the rank of a row is its position here."""


class Cells(Declaration):
    """The columns of a wide day: those `matching` a pattern like 00:00-00:15, or `prefix` with a
    number from 1.
    """

    matching: Pattern | None = None
    prefix: str | None = None

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if (self.matching is None) == (self.prefix is None):
            raise ValueError(
                "the cells of a day are either 'matching' a pattern or have a 'prefix'"
            )
        return self


class IntervalValue(Declaration):
    """One measured value of a row or a wide row: which column, what kind of quantity, in which
    unit.
    """

    flow: Flow | None = None
    column: str | None = None
    occurrence: int | None = Field(default=None, ge=1)
    sum_of: tuple[str, ...] = ()
    quantity: Literal["energy_interval", "volume_interval", "power_mean"]
    unit: Unit
    scale: Factor | None = None
    coefficient_c: Annotated[Decimal, Field(gt=0)] | NumberOfRow | None = None

    @model_validator(mode="after")
    def _power_is_in_kw(self) -> Self:
        if isinstance(self.unit, str):
            power = UNITS[self.unit][0] == "kW"
            if power != (self.quantity == "power_mean"):
                raise ValueError(f"'{self.unit}' does not go with 'quantity: {self.quantity}'")
        if self.column is not None and self.sum_of:
            raise ValueError("a value comes from one 'column' or is the 'sum_of' several")
        return self


class IntervalFormat(FormatBase):
    """Quantities per interval, one row per interval (`long`) or one row per day (`wide_day`)."""

    parser: Literal["interval_table"]
    layout: Literal["long", "wide_day"]
    interval: Interval
    time: Time
    cells: Cells | None = None
    values: tuple[IntervalValue, ...]

    @model_validator(mode="after")
    def _nothing_is_left_to_guess(self) -> Self:
        clock = self.interval in MINUTES
        policy = self.time.dst.policy if self.time.dst else None
        if clock and policy is None:
            raise ValueError(
                "'time.dst' is missing: say how the file writes the nights on which clocks change"
            )
        if clock and policy == "not_applicable":
            raise ValueError("'dst: not_applicable' goes with P1D and P1M only")
        if self.layout == "long" and clock and self.time.label is None:
            raise ValueError("'time.label' is missing: does a label name the start or the end?")
        if (self.layout == "wide_day") != (self.cells is not None):
            raise ValueError("'layout: wide_day' names its 'cells', and only then")
        if self.layout == "wide_day" and (not clock or self.time.has_clock):
            raise ValueError(
                "a wide day has a 'date' column and an interval of PT15M, PT30M or PT1H"
            )
        if self.layout == "wide_day" and policy in (
            "offset_flag",
            "offset_in_text",
            "order_of_appearance",
        ):
            raise ValueError(f"'{policy}' belongs to 'layout: long'")
        if self.layout == "long" and policy == "extra_columns":
            raise ValueError("'extra_columns' belongs to 'layout: wide_day'")
        _sources_of_values(self.layout, self.values, "flow" in self.columns)
        return self


def _sources_of_values(layout: str, values: tuple[IntervalValue, ...], flow_of_row: bool) -> None:
    if not values:
        raise ValueError("'values' is empty: name at least one measured column")
    if layout == "wide_day" and (len(values) > 1 or values[0].column or values[0].sum_of):
        raise ValueError(
            "a wide day holds one value per cell: one entry in 'values', without a column"
        )
    for value in values:
        if layout == "long" and not value.column and not value.sum_of:
            raise ValueError("a value of a long table names its 'column' or 'sum_of'")
        if (value.flow is None) != flow_of_row:
            raise ValueError("give the flow in 'values' or as 'columns.flow', one of the two")


class RegisterValue(Declaration):
    """What one register of the meter showed: its column and unit."""

    register_: str | None = Field(default=None, alias="register")
    column: str
    occurrence: int | None = Field(default=None, ge=1)
    quantity: Literal["cumulative"] = "cumulative"
    unit: Unit
    scale: Factor | None = None
    coefficient_c: Annotated[Decimal, Field(gt=0)] | NumberOfRow | None = None


class RegisterFormat(FormatBase):
    """Cumulative readings: one row per reading, with one or several registers."""

    parser: Literal["register_table"]
    time: Time
    values: tuple[RegisterValue, ...]

    @model_validator(mode="after")
    def _nothing_is_left_to_guess(self) -> Self:
        if not self.values:
            raise ValueError("'values' is empty: name at least one register")
        if self.time.has_clock and self.time.dst is None:
            raise ValueError(
                "'time.dst' is missing: say how the file writes the nights on which clocks change"
            )
        return self


class TableFormat(FormatBase):
    """One row of the file is one row of the dataset, or one respondent of a survey."""

    parser: Literal["table"]
    same_names: bool = False
    template: Bilingual | None = None
    """What the sheet is called in the workbooks that `nzd district new` writes for people to fill in; a format
    without it has none. The header of a column is its `column` in Italian and the first of its `aliases` in English;
    of the words of a `map` that become one code, the first is Italian and the last English."""
    survey: Survey | None = None
    expects_items: bool = False
