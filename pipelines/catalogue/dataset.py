"""What is collected: canonical columns, units, cadence. One YAML file per dataset in `datasets/`.

A dataset says what every district's deliveries become, whatever they look like when they arrive.
How they look is a format; where they come from is a binding in the district's file.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, Self

import pyarrow as pa
from pydantic import model_validator

from pipelines.catalogue.declaration import Bilingual, Declaration

Cadence = Literal["daily", "monthly", "quarterly", "annual", "edition", "once"]
Delivers = Literal["increments", "snapshots"]

DECIMALS = {"quantity": (18, 6), "money": (16, 2), "number": (18, 6)}
ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "integer": pa.int64(),
    "flag": pa.bool_(),
    **{kind: pa.decimal128(*size) for kind, size in DECIMALS.items()},
}

LINEAGE = pa.schema(
    [
        ("district_id", pa.string()),
        ("source_id", pa.string()),
        ("flow_rank", pa.int32()),
        ("_sha256", pa.string()),
        ("_member", pa.string()),
        ("_row", pa.int64()),
        ("_known_at", pa.timestamp("us", tz="UTC")),
    ]
)
"""Where a row came from: district and source, precedence of its flow (higher wins), bytes, archive
member,
1-based source row, and the moment those bytes first arrived."""


class Column(Declaration):
    """One canonical column. A `quantity`, `money` or `number` is an exact decimal; a `code` has
    accepted values.
    """

    type: Literal[
        "text", "code", "date", "timestamp", "integer", "flag", "quantity", "money", "number"
    ]
    description: str | Bilingual
    """In English, or in both languages where people fill it in by hand."""
    example: date | int | Decimal | str | Bilingual | None = None
    unit: str | None = None
    accepts: tuple[str, ...] = ()
    required: bool = False

    @model_validator(mode="after")
    def _a_code_lists_its_values(self) -> Self:
        if (self.type == "code") != bool(self.accepts):
            raise ValueError(
                "a column of type 'code' lists what it accepts, and no other type does"
            )
        return self

    def described(self, language: str) -> str:
        """What it means; in English where it is declared in no other language."""
        told = self.description
        return told[language] if isinstance(told, Bilingual) else told


class Dataset(Declaration):
    """One kind of delivery, the same for every district.

    `key` names what identifies a row within its district, or within its source where two registers
    may describe the same thing and the warehouse decides between them. `delivers: increments` means
    that rows add up over deliveries and a later one restates an earlier one by key; `snapshots`
    means that each delivery is the whole register and the newest one counts. `period` is the column
    whose local month a row belongs to.
    """

    id: str
    family: str
    name: Bilingual
    description: str
    lever: str
    delivers: Delivers
    cadence: Cadence
    expected_after_days: int
    key: tuple[str, ...]
    personal_data: bool = False
    """Whether deliveries hold what people said of themselves: only we may read them as they came."""
    unique_within: Literal["district", "source"] = "district"
    period: str | None = None
    columns: dict[str, Column]

    @model_validator(mode="after")
    def _key_and_period_are_columns(self) -> Self:
        for name in (*self.key, *([self.period] if self.period else [])):
            if name not in self.columns:
                raise ValueError(f"'{name}' is not a column of this dataset")
        if self.delivers == "increments" and not self.period:
            raise ValueError("a dataset that delivers increments names the column of its period")
        return self

    def schema(self) -> pa.Schema:  # type: ignore[override]
        """Arrow schema of received and accepted rows: own columns, local month, lineage."""
        return self._arrow_schema

    @cached_property
    def _arrow_schema(self) -> pa.Schema:
        own = [pa.field(name, ARROW[column.type]) for name, column in self.columns.items()]
        return pa.schema([*own, pa.field("month", pa.string()), *LINEAGE])
