"""What a cell becomes: origin, mapping, unit and check of one canonical value; and how moments are
written.

Belongs here: the typed declaration of values and times. Does not belong here: which units there are
(`units`), computing values (`connectors/parsers`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipelines.catalogue.declaration import Declaration
from pipelines.catalogue.format_reading import Pattern
from pipelines.catalogue.units import Unit


class NumberOfRow(Declaration):
    """A factor that stands in each row, in this column, like a transformer constant.

    A row without it is rejected unless `default` says what it then is.
    """

    column: str
    default: Decimal | None = Field(default=None, gt=0)


Factor = Decimal | NumberOfRow


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Origin(Declaration):
    """Where a text comes from: exactly one of column, const, compose, file_name, sheet, preamble,
    received.

    `extract` keeps the first group of a pattern; `map` (normalised match) translates; `otherwise`
    is what a text outside the map becomes (without it, the row is rejected). Where this gives
    nothing, `or_from` names the next place to look; `default` is what an empty cell then becomes.
    """

    column: str | None = None
    aliases: Listed = ()
    """Other headers of the same column, as where people fill in one sheet in two languages."""
    occurrence: int | None = Field(default=None, ge=1)
    optional: bool = False
    const: str | int | bool | Decimal | None = None
    compose: str | None = None
    file_name: Pattern | None = None
    sheet: Pattern | None = None
    preamble: Pattern | None = None
    received: bool = False
    extract: Pattern | None = None
    map: dict[str, str | bool | None] | None = None
    otherwise: str | None = None
    or_from: Origin | None = None
    default: str | bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _yaml_scalars(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("map"), dict):
            value = {**value, "map": {str(k): _text(v) for k, v in value["map"].items()}}
        return value

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        origins = [name for name in ORIGINS if getattr(self, name) not in (None, False)]
        if self.const is False:
            origins.append("const")
        if len(origins) != 1:
            raise ValueError(
                f"comes from exactly one of {', '.join(ORIGINS)}; here: "
                f"{', '.join(origins) or 'none'}"
            )
        if self.occurrence is not None and self.column is None:
            raise ValueError(
                "'occurrence' says which of several columns of one name; name the 'column'"
            )
        if self.aliases and self.column is None:
            raise ValueError("'aliases' gives other headers of a 'column'; name it")
        return self


ORIGINS = ("column", "const", "compose", "file_name", "sheet", "preamble", "received")


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else str(value)


def _a_column(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


def _a_zone(name: str) -> str:
    if name == DISTRICT_ZONE:
        return name
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(
            f"'{name}' is not a time zone of the IANA list, like UTC or Europe/Rome"
        ) from error
    return name


DISTRICT_ZONE = "district"
ZoneName = Annotated[str, AfterValidator(_a_zone)]


class Nth(Declaration):
    """A number counted from 1 in this column: of intervals of so many `minutes` as they pass after
    midnight (so 23 or 25 hours when clocks change), or of days.
    """

    column: str
    minutes: int | None = Field(default=None, ge=1, le=720)
    days: Literal[1] | None = None

    @model_validator(mode="after")
    def _counts_one_thing(self) -> Self:
        if (self.minutes is None) == (self.days is None):
            raise ValueError("'nth' counts intervals of so many 'minutes', or 'days: 1'")
        return self


class Value(Origin):
    """One canonical value: an origin and how its text is understood.

    `unit` is the unit of the source and is converted exactly; `coefficient_c` turns metered m3 of
    gas into Smc; `as` checks and repairs an identifier; `parse: amount` accepts currency signs and
    a trailing minus; `plus_days`, `plus_months` turn a last day, or a month, into the first day no
    longer covered. A moment without an offset stands in the clock of `zone` (`district` is the
    district's own); `plus_minutes` turns the start of an interval into its end. `period` reads
    2024-Q1 and its like as the start or the end of that time; `nth` counts intervals of the day, or
    days, from the one that the text names. `power_of_ten` is a column with the exponent of each
    row's number (UNIT_MULT: 3 is thousands); where it is empty or missing, numbers stand as they
    are.
    """

    date_format: Listed = ()
    plus_days: int = 0
    plus_months: int = 0
    plus_minutes: int = 0
    zone: ZoneName | None = None
    period: Literal["start", "end"] | None = None
    nth: Nth | None = None
    unit: Unit | None = None
    scale: Decimal | None = None
    coefficient_c: Decimal | None = Field(default=None, gt=0)
    power_of_ten: str | None = None
    parse: Literal["number", "amount"] = "number"
    as_: Literal["pod", "pdr", "pod_or_pdr", "cup", "municipality"] | None = Field(
        default=None, alias="as"
    )


ColumnValue = Annotated[Value, BeforeValidator(_a_column)]
TextOrigin = Annotated[Origin, BeforeValidator(_a_column)]

Policy = Literal[
    "offset_flag", "utc", "offset_in_text", "order_of_appearance", "gap_empty", "gap_zero",
    "fold_sum",     "extra_columns", "not_applicable", "reject",
]  # fmt: skip


class Dst(Declaration):
    """How the file writes the two nights on which clocks change. Never guessed."""

    policy: Policy
    column: str | None = None
    map: dict[str, str] = Field(default_factory=dict)
    phantom: Literal["drop_if_zero", "issue"] = "issue"
    order: Literal["chronological", "appended"] = "chronological"

    @model_validator(mode="after")
    def _flag_has_its_column(self) -> Self:
        flagged = self.policy == "offset_flag"
        if flagged != (self.column is not None) or flagged != bool(self.map):
            raise ValueError("'offset_flag' names its 'column' and 'map', and no other policy does")
        for offset in self.map.values():
            if len(offset) != 6 or offset[0] not in "+-" or offset[3] != ":":
                raise ValueError(f"'{offset}' is not an offset like +01:00")
        return self


class Time(Declaration):
    """When: a date column (with or without a time column), or one timestamp column.

    Formats are strptime's %d %m %Y %y %H %I %M %S %f %p %B %b %z %Z, or `iso`, `epoch_s`,
    `epoch_ms`, `excel_serial`. `label` says whether the label names the start or the end of the
    interval.
    """

    date: TextOrigin | None = None
    date_format: Listed = ()
    time: TextOrigin | None = None
    time_format: Listed = ()
    timestamp: TextOrigin | None = None
    format: Listed = ()
    zone: str | None = None
    label: Literal["start", "end"] | None = None
    dst: Dst | None = None

    @model_validator(mode="after")
    def _is_written_one_way(self) -> Self:
        if (self.date is None) == (self.timestamp is None):
            raise ValueError("name either a 'date' column or a 'timestamp' column")
        if self.date is not None and not self.date_format:
            raise ValueError("'date' needs its 'date_format', like %d/%m/%Y")
        if (self.time is not None) != bool(self.time_format):
            raise ValueError("'time' and 'time_format' belong together")
        if self.timestamp is not None and not self.format:
            raise ValueError("'timestamp' needs its 'format', like '%d/%m/%Y %H:%M' or iso")
        if self.timestamp is not None and (self.time is not None or self.date_format):
            raise ValueError("'time', 'time_format' and 'date_format' belong to a 'date' column")
        return self

    @property
    def has_clock(self) -> bool:
        """Whether it tells the time of day, and so meets the nights on which clocks change."""
        return self.timestamp is not None or self.time is not None
