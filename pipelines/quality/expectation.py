"""The closed list of rules a contract may use, each with the arguments it takes.

The names and arguments are those of Great Expectations, so that a contract reads the same in its
documentation. What is not listed here does not load: Great Expectations drops a type it does not
know without a word. Does not belong here: how a rule is evaluated (`row_pass`,
`great_expectations_check`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, Self

from pydantic import Field, StrictBool, StrictInt, StrictStr, field_validator, model_validator

from pipelines.catalogue.dataset import LINEAGE
from pipelines.catalogue.declaration import Bilingual, Declaration

Severity = Literal["critical", "warning", "info"]
Action = Literal["refuse", "quarantine", "note"]
Bound = StrictInt | date
"""Whole numbers and days: both executors compare them exactly with decimals and moments."""


class NotNull(Declaration):
    """The column has a value."""

    column: str


class Between(Declaration):
    """The value lies between two bounds, included unless strict."""

    column: str
    min_value: Bound | None = None
    max_value: Bound | None = None
    strict_min: bool = False
    strict_max: bool = False

    @model_validator(mode="after")
    def _bounds_make_sense(self) -> Self:
        if self.min_value is None and self.max_value is None:
            raise ValueError("needs min_value, max_value or both")
        if self.min_value is None or self.max_value is None:
            return self
        if isinstance(self.min_value, date) != isinstance(self.max_value, date):
            raise ValueError("min_value and max_value are both numbers or both days")
        if self.min_value > self.max_value:  # type: ignore[operator]
            raise ValueError("min_value is above max_value")
        return self


class InSet(Declaration):
    """The value is one of those listed."""

    column: str
    value_set: tuple[StrictBool | StrictInt | StrictStr, ...] = Field(min_length=1)


class MatchesRegex(Declaration):
    """The whole text matches a pattern that every engine reads the same way."""

    column: str
    regex: str

    @field_validator("regex")
    @classmethod
    def _reads_the_same_everywhere(cls, pattern: str) -> str:
        _refuse_unportable(pattern)
        return pattern

    @property
    def body(self) -> str:
        """The pattern between `^` and `$`."""
        return self.regex[1:-1]


class PairGreater(Declaration):
    """Column A is greater than column B, or equal where `or_equal`; a row lacking one passes."""

    column_A: str  # noqa: N815 - the name Great Expectations gives it
    column_B: str  # noqa: N815
    or_equal: bool = False


class CompoundUnique(Declaration):
    """No two rows have the same values in all of these columns; two nulls are the same value."""

    column_list: tuple[str, ...] = Field(min_length=2)


class RowCount(Declaration):
    """The delivery has a plausible number of rows."""

    min_value: StrictInt | None = None
    max_value: StrictInt | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.min_value is None and self.max_value is None:
            raise ValueError("needs min_value, max_value or both")
        return self


class ColumnsMatchSet(Declaration):
    """The delivery has these columns, and no others where `exact_match`."""

    column_set: tuple[str, ...] = Field(min_length=1)
    exact_match: bool = True


Kwargs = (
    NotNull
    | Between
    | InSet
    | MatchesRegex
    | PairGreater
    | CompoundUnique
    | RowCount
    | ColumnsMatchSet
)

ROW_RULES: dict[str, type[Kwargs]] = {
    "expect_column_values_to_not_be_null": NotNull,
    "expect_column_values_to_be_between": Between,
    "expect_column_values_to_be_in_set": InSet,
    "expect_column_values_to_match_regex": MatchesRegex,
    "expect_column_pair_values_a_to_be_greater_than_b": PairGreater,
    "expect_compound_columns_to_be_unique": CompoundUnique,
}
TABLE_RULES: dict[str, type[Kwargs]] = {
    "expect_table_row_count_to_be_between": RowCount,
    "expect_table_columns_to_match_set": ColumnsMatchSet,
}
RULES: dict[str, type[Kwargs]] = ROW_RULES | TABLE_RULES


class Condition(Declaration):
    """Which rows a rule is about: one of some values, true or false, null or not."""

    column: str
    values: tuple[StrictStr, ...] | None = Field(default=None, alias="in", min_length=1)
    equals: StrictBool | None = None
    is_null: StrictBool | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(said is not None for said in (self.values, self.equals, self.is_null)) != 1:
            raise ValueError("says exactly one of in, equals, is_null")
        return self


class Expectation(Declaration):
    """One rule: what must hold, how bad it is where it does not, and what happens then.

    `refuse` refuses the delivery as a whole, `quarantine` sets the row aside, `note` keeps the row
    and counts it.
    """

    type: str
    kwargs: Kwargs
    severity: Severity
    action: Action
    code: str
    notes: Bilingual | None = None
    row_condition: tuple[Condition, ...] = ()

    @property
    def is_row_rule(self) -> bool:
        """Whether it judges each row, not the delivery as a whole."""
        return self.type in ROW_RULES

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it judges, in the order of its arguments."""
        match self.kwargs:
            case PairGreater(column_A=first, column_B=second):
                return (first, second)
            case CompoundUnique(column_list=names):
                return names
            case RowCount() | ColumnsMatchSet():
                return ()
            case NotNull() | Between() | InSet() | MatchesRegex():
                return (self.kwargs.column,)

    @property
    def column(self) -> str | None:
        """The column to blame: the first that is the sender's own, else the first."""
        return next(iter([*self.sent, *self.columns]), None)

    @property
    def sent(self) -> tuple[str, ...]:
        """The columns it judges that come from the sender, not derived and not lineage."""
        return tuple(
            name for name in self.columns if not name.startswith("_") and name not in LINEAGE.names
        )


def _refuse_unportable(pattern: str) -> None:
    """Refuse what Python and RE2 read differently, like dots, look-around and named classes.

    Raises:
        ValueError: what in the pattern stands in the way, and what to write instead.
    """
    if not (pattern.startswith("^") and pattern.endswith("$")) or pattern.endswith("\\$"):
        raise ValueError("a pattern says the whole text: start it with ^ and end it with $")
    body = pattern[1:-1]
    try:
        re.compile(body)
    except re.error as error:
        raise ValueError(f"not a pattern: {error}") from error
    # What may stand escaped, in a class, and outside of one, symbol by symbol.
    bare = re.sub(r"\\[-.^$*+?()\[\]{}|/\\]", "", body)
    if "\\" in bare:
        raise ValueError("write classes out, like [0-9] for \\d: engines differ on what they mean")
    if "[[:" in bare or "[:" in bare:
        raise ValueError("write classes out, like [a-z] for [[:lower:]]")
    outside = re.sub(r"\[\^?\]?[^\]]*\]", "", bare)
    if re.search(r"\(\?(?!:)", outside) or re.search(r"[*+?}]\+", outside):
        raise ValueError("only plain groups ( ) and (?: ) are accepted")
    if re.search(r"[.^$]", outside):
        raise ValueError("'.', '^' and '$' inside a pattern: write what may stand there, like [^ ]")
    if _has_bare_alternative(outside):
        raise ValueError("put alternatives in brackets: ^(a|b)$")


def _has_bare_alternative(pattern: str) -> bool:
    depth = 0
    for symbol in pattern:
        depth += {"(": 1, ")": -1}.get(symbol, 0)
        if symbol == "|" and depth == 0:
            return True
    return False
