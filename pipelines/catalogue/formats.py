"""How deliveries look: formats, declared once and laid over by a district's binding.

Belongs here: the typed grammar (with `format_reading`, `format_values`) and how a binding's `with` is laid over a
format. Does not belong here: reading a file (`connectors/parsers`) or where it comes from (`district.py`).
The grammar in words: docs/sources/formats.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import (
    Bilingual,
    Declaration,
    DeclarationError,
    declare,
    did_you_mean,
    plain,
    read_yaml,
    shown,
)
from pipelines.catalogue.format_reading import Melt, Pattern, Read, Rows
from pipelines.catalogue.format_values import (
    CARRIER_UNITS,
    GAS,
    UNITS,
    VOLUME,
    ColumnValue,
    Origin,
    TextOrigin,
    Time,
    Unit,
    Value,
)

Flow = Literal["import", "export", "production", "storage_charge", "storage_discharge"]
Interval = Literal["PT15M", "PT30M", "PT1H", "P1D", "P1M"]
MINUTES: dict[str, int] = {"PT15M": 15, "PT30M": 30, "PT1H": 60}
REPLACED_WHOLE = frozenset({"dst", "header", "sheet", "melt", "date", "time_of_day", "timestamp"})
"""Blocks of alternatives: laying one over another key by key would leave halves of both."""
ENTRIES_REPLACED = frozenset({"columns", "items", "where", "unless"})
"""Blocks whose entries are replaced one by one, each as a whole."""


class FormatBase(Declaration):
    """What every format says: who it is, how the file is read, which rows count, where the columns come from."""

    id: str
    name: Bilingual
    description: str
    dataset: str | None = None
    read: Read
    rows: Rows = Rows()
    melt: Melt | None = None
    columns: dict[str, ColumnValue] = Field(default_factory=dict)
    precedence: tuple[str, ...] = ()
    """Flow codes from the weakest to the strongest; the rank of a row is its position here."""


class Cells(Declaration):
    """The columns of a wide day: those `matching` a pattern like 00:00-00:15, or `prefix` with a number from 1."""

    matching: Pattern | None = None
    prefix: str | None = None

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if (self.matching is None) == (self.prefix is None):
            raise ValueError("the cells of a day are either 'matching' a pattern or have a 'prefix'")
        return self


class IntervalValue(Declaration):
    """One measured value of a row or a wide row: which column, what kind of quantity, in which unit."""

    flow: Flow | None = None
    column: str | None = None
    occurrence: int | None = Field(default=None, ge=1)
    sum_of: tuple[str, ...] = ()
    quantity: Literal["energy_interval", "volume_interval", "power_mean"]
    unit: Unit
    scale: Decimal | None = None
    coefficient_c: Decimal | None = Field(default=None, gt=0)

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
    values: tuple[IntervalValue, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _nothing_is_left_to_guess(self) -> Self:
        clock = self.interval in MINUTES
        policy = self.time.dst.policy if self.time.dst else None
        if clock and policy is None:
            raise ValueError("'time.dst' is missing: say how the file writes the nights on which clocks change")
        if clock and policy == "not_applicable":
            raise ValueError("'dst: not_applicable' goes with P1D and P1M only")
        if self.layout == "long" and clock and self.time.label is None:
            raise ValueError("'time.label' is missing: does a label name the start or the end?")
        if (self.layout == "wide_day") != (self.cells is not None):
            raise ValueError("'layout: wide_day' names its 'cells', and only then")
        if self.layout == "wide_day" and (not clock or self.time.has_clock):
            raise ValueError("a wide day has a 'date' column and an interval of PT15M, PT30M or PT1H")
        if self.layout == "wide_day" and policy in ("offset_flag", "offset_in_text", "order_of_appearance"):
            raise ValueError(f"'{policy}' belongs to 'layout: long'")
        if self.layout == "long" and policy == "extra_columns":
            raise ValueError("'extra_columns' belongs to 'layout: wide_day'")
        _sources_of_values(self.layout, self.values, "flow" in self.columns)
        return self


def _sources_of_values(layout: str, values: tuple[IntervalValue, ...], flow_of_row: bool) -> None:
    if layout == "wide_day" and (len(values) > 1 or values[0].column or values[0].sum_of):
        raise ValueError("a wide day holds one value per cell: one entry in 'values', without a column")
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
    scale: Decimal | None = None
    coefficient_c: Decimal | None = Field(default=None, gt=0)


class RegisterFormat(FormatBase):
    """Cumulative readings: one row per reading, with one or several registers."""

    parser: Literal["register_table"]
    time: Time
    values: tuple[RegisterValue, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _nothing_is_left_to_guess(self) -> Self:
        if self.time.has_clock and self.time.dst is None:
            raise ValueError("'time.dst' is missing: say how the file writes the nights on which clocks change")
        return self


class Item(Declaration):
    """One question: its column and how answers become options and scores.

    `options` translates answers to option codes (a number item has none); a likert answer is a whole number within
    `scale`, turned round by `reverse`; `not_applicable` are the answers that are none.
    """

    column: str
    occurrence: int | None = Field(default=None, ge=1)
    kind: Literal["likert", "single", "multi", "number"]
    separator: str = ";"
    scale: tuple[int, int] | None = None
    reverse: bool = False
    not_applicable: tuple[str, ...] = ()
    options: dict[str, str] = Field(default_factory=dict)
    other: str | None = None
    """Option code of an answer outside `options`; without it such an answer is rejected."""

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        if (self.kind == "likert") != (self.scale is not None):
            raise ValueError("a likert item gives its 'scale', like [1, 5], and only that kind does")
        if self.kind in ("single", "multi") and not self.options:
            raise ValueError(f"an item of kind '{self.kind}' lists its 'options'")
        if self.kind == "number" and self.options:
            raise ValueError("an item of kind 'number' has no 'options'")
        return self


class Survey(Declaration):
    """A wide questionnaire: items by code. `respondent` is an identifying column, hashed and never stored."""

    respondent: TextOrigin | None = None
    weight: ColumnValue | None = None
    items: dict[str, Item] = Field(min_length=1)


class TableFormat(FormatBase):
    """One row of the file is one row of the dataset, or one respondent of a survey."""

    parser: Literal["table"]
    same_names: bool = False
    survey: Survey | None = None
    expects_items: bool = False


Format = IntervalFormat | RegisterFormat | TableFormat
KINDS: dict[str, type[IntervalFormat] | type[RegisterFormat] | type[TableFormat]] = {
    "interval_table": IntervalFormat,
    "register_table": RegisterFormat,
    "table": TableFormat,
}


def format_of(document: Any, path: Path, prefix: tuple[str | int, ...] = ()) -> Format:  # noqa: ANN401
    """A typed format from one document.

    Raises:
        DeclarationError: one line per mistake, with file, line and field.
    """
    parser = document.get("parser") if isinstance(document, Mapping) else None
    if parser not in KINDS:
        hint = did_you_mean(str(parser), KINDS)
        raise DeclarationError([f"{shown(path)}:1: parser: '{parser}' is not a parser.{hint}"])
    return declare(KINDS[parser], document, path, prefix)


def read_formats(folder: Path) -> dict[str, Any]:
    """The documents of all formats of a folder by id, each known to be complete.

    They stay documents because a binding may lay its own words over them before they are typed.
    """
    documents: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path)
        typed = format_of(document, path)
        if typed.id != path.stem:
            raise DeclarationError([f"{shown(path)}:1: id: '{typed.id}' is not the file's name."])
        documents[typed.id] = document
    return documents


def laid_over(document: Any, over: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """A format document with a binding's `with` laid over it, key by key; null takes a key away."""
    return _merge(plain(document), plain(over), None)


def _merge(base: dict[str, Any], over: Mapping[str, Any], parent: str | None) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        mergeable = isinstance(old, dict) and isinstance(value, dict)
        if value is None:
            merged.pop(key, None)
        elif mergeable and key not in REPLACED_WHOLE and parent not in ENTRIES_REPLACED:
            merged[key] = _merge(old, value, key)
        else:
            merged[key] = value
    return merged


def mismatches(form: Format, dataset: Dataset, given: Iterable[str] = ()) -> list[str]:
    """What stands between a format and the dataset it is bound to, one sentence each; empty where it fits.

    Args:
        form: The format with the binding's words laid over it.
        dataset: What its rows become.
        given: Canonical columns that the binding gives as constants.
    """
    said = []
    if form.dataset not in (None, dataset.id):
        said.append(f"format '{form.id}' is for dataset '{form.dataset}', not '{dataset.id}'")
    for name in form.columns:
        if name not in dataset.columns:
            said.append(f"columns.{name}: not a column of '{dataset.id}'.{did_you_mean(name, dataset.columns)}")
    known = {*form.columns, *given, *_made_by_parser(form)}
    if not (isinstance(form, TableFormat) and form.same_names):
        said += [
            f"columns.{name}: '{dataset.id}' requires it and nothing gives it"
            for name, column in dataset.columns.items()
            if column.required and name not in known
        ]
    if isinstance(form, TableFormat) and form.expects_items and form.survey is None:
        said.append("survey.items: the questions of this survey are missing; give them in 'with'")
    for name, value in form.columns.items():
        accepts = dataset.columns[name].accepts if name in dataset.columns else ()
        said += _outside(name, value, accepts)
    return said + _units_amiss(form)


def _made_by_parser(form: Format) -> set[str]:
    if isinstance(form, IntervalFormat):
        return {"interval_start", "interval_end", "quantity", "unit", "flow"}
    if isinstance(form, RegisterFormat):
        return {"read_at", "reading", "unit", "register"}
    if form.survey is not None or form.expects_items:
        return {"respondent_key", "item", "option", "score", "not_applicable", "weight"}
    return set()


def _outside(name: str, value: Value, accepts: tuple[str, ...]) -> list[str]:
    if not accepts:
        return []
    targets = [value.const, value.default, value.otherwise, *(value.map or {}).values()]
    return [
        f"columns.{name}: '{target}' is not accepted.{did_you_mean(str(target), accepts)}"
        for target in targets
        if target is not None and str(target) not in accepts
    ]


def _units_amiss(form: Format) -> list[str]:
    carrier = form.columns.get("carrier")
    if isinstance(form, TableFormat) or carrier is None or carrier.const is None:
        return []
    said = []
    for value in form.values:
        if not isinstance(value.unit, str):
            continue
        unit = UNITS[value.unit][0]
        unit = "kWh" if unit == "kW" else unit
        if unit == VOLUME and carrier.const == "natural_gas":
            if value.coefficient_c is None:
                said.append("values: metered m3 of natural gas become Smc by a 'coefficient_c'; declare it")
            unit = GAS
        if unit not in CARRIER_UNITS.get(str(carrier.const), {unit}):
            said.append(f"values: '{value.unit}' is not a unit of {carrier.const}")
    return said


__all__ = [
    "Format", "IntervalFormat", "Origin", "RegisterFormat", "TableFormat", "format_of", "laid_over", "mismatches",
    "read_formats",
]  # fmt: skip
