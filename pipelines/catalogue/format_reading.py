"""How the bytes of a file become rows of named text cells: the `read:` block of a format, filters
and melting.

Belongs here: what is true of the file whatever its cells mean. Does not belong here: what a cell
becomes (`format_values.py`), and the reading itself (`connectors/parsers`).
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import Declaration
from pipelines.catalogue.format_xml import Xml
from pipelines.catalogue.patterns import Pattern

__all__ = ["Header", "Melt", "MeltedColumn", "Pattern", "Read", "Rows", "Sheet", "Test"]

NULL_TEXTS = (
    "", "N/D", "N.D.", "ND", "#N/D", "#N/A", "N/A", "-", "NULL", "NaN", "DATO NON PRESENTE",
)  # fmt: skip
"""What senders write for 'nothing here'; compared after normalisation (case, blanks)."""

MAX_BYTES = 200 * 1024 * 1024


class Header(Declaration):
    """A header that does not stand in the first row: the first row that holds all the names of
    `contains`.

    What stands above it is the preamble. `below` rows under it (units, captions) are no data.
    `rows` says over how many rows the names are written: a merged cell above names every column
    below it, and the parts are joined by a blank (`Energia attiva` over `F1` is `Energia attiva
    F1`).
    """

    contains: tuple[str, ...] = Field(min_length=1)
    rows: int = Field(default=1, ge=1, le=4)
    below: int = Field(default=0, ge=0, le=5)


class Sheet(Declaration):
    """Which sheets of a workbook are read: one by name, those matching a pattern, or each visible
    one.
    """

    name: str | None = None
    pattern: Pattern | None = None
    each: bool = False

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if sum((self.name is not None, self.pattern is not None, self.each)) != 1:
            raise ValueError("a sheet is chosen by one of 'name', 'pattern' or 'each: true'")
        return self


class Read(Declaration):
    """The file: kind, encoding, signs of numbers, where the header stands and what is no data.

    `skip_first` rows at the top are preamble whatever they hold; from the first row whose first
    filled cell matches `stop_at`, nothing is data. `quoted_rows` are rows of CSV quoted as a whole,
    each a single cell to a plain reader. `range` is a part of a worksheet, like B:E or C7:F40.
    """

    file: Literal[
        "csv", "xlsx", "json", "ndjson", "jsonstat", "parquet", "xml", "green_button",
        "market_document",
    ]  # fmt: skip
    encoding: str | None = None
    delimiter: Literal[";", ",", "\t", "|"] = ";"
    quote: Literal['"', "'", "none"] = '"'
    decimal: Literal[",", "."] = "."
    thousands: Literal[".", ",", " ", "'"] | None = None
    header: Literal["first_row", "none"] | Header = "first_row"
    names: tuple[str, ...] = ()
    skip_first: int = Field(default=0, ge=0, le=1000)
    skip_rows: tuple[Pattern, ...] = ()
    stop_at: Pattern | None = None
    quoted_rows: bool = False
    null_texts: tuple[str, ...] = NULL_TEXTS
    sheet: Sheet | None = None
    hidden: Literal["read", "skip"] | None = None
    """Whether hidden sheets, rows and columns are data. By default sheets are not and the others are;
    a note says so where there are any."""
    range: str | None = Field(default=None, pattern=r"^[A-Z]{1,3}\d*:[A-Z]{1,3}\d*$")
    records: str | None = None
    arrays: str | None = None
    xml: Xml | None = None
    within: str | None = None
    sparse: bool = False
    """Whether records may lack the list that is `within` others."""
    wrapped: bool = False
    """Whether each record stands under its id, as in {"17": {…}}; others are read as they are."""
    keyed: bool = False
    """Whether `records` is an object whose keys name the records: `@key`; a plain value: `@value`."""
    unknown_columns: Literal["ignore", "refuse"] = "ignore"
    empty: Literal["refused", "accepted"] = "refused"
    """Whether a file without a single row of this format is in order."""
    max_bytes: int = Field(default=MAX_BYTES, gt=0)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.header == "none") != bool(self.names):
            raise ValueError(
                "'header: none' gives the 'names' of the columns by position, and only then"
            )
        if self.thousands == self.decimal:
            raise ValueError("'thousands' and 'decimal' are the same sign")
        if (self.file == "xml") != (self.xml is not None):
            raise ValueError("'file: xml' says in 'xml' which elements are records, and only it")
        if self.file != "xlsx" and any((self.sheet, self.range, self.hidden)):
            raise ValueError("'sheet', 'range' and 'hidden' belong to xlsx files")
        if self.file != "csv" and self.quoted_rows:
            raise ValueError("'quoted_rows' belongs to csv files")
        return self

    @model_validator(mode="after")
    def _points_into_json(self) -> Self:
        if self.file == "json" and (self.records is None) == (self.arrays is None):
            raise ValueError(
                "a json file has either 'records' or 'arrays', a JSON pointer like /daily"
            )
        elsewhere = self.arrays is not None or (
            self.records is not None and self.file != "jsonstat"
        )
        if self.file != "json" and elsewhere:
            raise ValueError("'records' and 'arrays' belong to json files")
        if self.within is not None and self.records is None and self.file != "ndjson":
            raise ValueError("'within' is a list inside each of the 'records' of a json file")
        for pointer in (self.records, self.arrays, self.within):
            if pointer and not pointer.startswith("/"):
                raise ValueError(
                    f"'{pointer}' is not a JSON pointer: it starts with /, or is empty"
                )
        return self

    @model_validator(mode="after")
    def _says_what_records_hold(self) -> Self:
        if self.sparse and self.within is None:
            raise ValueError("'sparse' belongs to 'within'")
        if (self.wrapped or self.keyed) and self.records is None:
            raise ValueError("'wrapped' and 'keyed' belong to json files with 'records'")
        return self


Test = Pattern | tuple[str, ...]
"""A pattern to be found in the cell, or a list of texts one of which it is."""


class Own(Declaration):
    """Whose data these must be: a row that holds another value in `column` refuses the whole file.

    Without `values` nobody is told apart; a binding gives them.
    """

    column: str
    values: tuple[str, ...] = ()


class Rows(Declaration):
    """Which rows count: those that pass every test of `where` and none of `unless`, by column.

    Rows that fit a test of `noted` are left out and counted in a note; of `rejected`, left out
    each with its reason. Those that fit a test of `annulled` take back what their source had sent
    of their point and day: all of it, or only what bears their flow. `own` refuses a file of someone else's.
    """

    where: dict[str, Test] = Field(default_factory=dict)
    unless: dict[str, Test] = Field(default_factory=dict)
    noted: dict[str, Test] = Field(default_factory=dict)
    rejected: dict[str, Test] = Field(default_factory=dict)
    annulled: dict[str, Test] = Field(default_factory=dict)
    annuls: Literal["all", "flow"] = "all"
    own: Own | None = None


class MeltedColumn(Declaration):
    """What a melted column is called in `@name`, and the unit its cells carry in `@unit`."""

    as_: str | None = Field(default=None, alias="as")
    unit: str | None = None
    optional: bool = False
    missing: tuple[str, ...] = ()
    """What means nothing in this column alone, like 9999 where another column may hold 9999."""


class Melt(Declaration):
    """Columns that are values of one variable: each cell becomes a row with `@name`, `@value` and
    `@unit`.
    """

    columns: dict[str, MeltedColumn] = Field(default_factory=dict)
    matching: Pattern | None = None
    filled: bool = False
    """Whether only cells that hold something become rows: then an empty one was never measured."""

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if bool(self.columns) == (self.matching is not None):
            raise ValueError("melt either 'columns' by name or those 'matching' a pattern")
        return self
