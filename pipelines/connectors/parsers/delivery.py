"""What a parser is told about a delivery and what it gives back.

Belongs here: the types every parser and everything above it shares. Does not belong here: how
anything is parsed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from pipelines.connectors.refusal import DeliveryRefused

__all__ = ["DeliveryRefused", "Findings", "Note", "ParseContext", "Parsed", "Reject"]

RAW_LENGTH = 200


@dataclass(frozen=True)
class ParseContext:
    """Where the bytes came from and what the binding adds.

    Attributes:
        sha256: Hash of the bytes, 64 hexadecimal digits.
        member: Name inside an archive, None for a file of its own.
        file_name: Path below the source's folder, or the name at the server; formats may read a POD
            from it.
        known_at: When these bytes first arrived, UTC.
        timezone: The district's civil calendar.
        defaults: Canonical column to constant, used where the file gives nothing.
    """

    district_id: str
    source_id: str
    sha256: str
    file_name: str
    known_at: datetime
    member: str | None = None
    timezone: str = "Europe/Rome"
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The district's civil calendar."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class Reject:
    """A row, or a cell of a wide row, that was left out, and why."""

    code: str
    row: int
    column: str | None = None
    raw: str | None = None
    month: str | None = None
    member: str | None = None


@dataclass(frozen=True)
class Note:
    """Something worth knowing that cost no row of information."""

    code: str
    month: str | None = None
    point_id: str | None = None
    count: int = 1
    detail: str | None = None


@dataclass(frozen=True)
class Column:
    """One column of a file as it came: normalised name, type (number, moment, text, empty), median
    of the numbers that are not zero, the smallest hashes of its values.
    """

    name: str
    type: str
    median: float | None = None
    values: tuple[int, ...] = ()


Shape = tuple[Column, ...]


@dataclass(frozen=True)
class Parsed:
    """The rows of one delivery in the dataset's schema, sorted by key, with what was left out, the
    shape of the file and what stood above its header.
    """

    table: pa.Table
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()
    shape: Shape = ()
    preamble: str = ""


class Findings:
    """Collects rejects and notes while one delivery is parsed, batch by batch.

    Attributes:
        member: Where in the delivery the parser is.
        rejects: Rows left out since they were last taken away.
        dated: How many texts of each column were dates so far: whether a column holds dates at all
            is a question to the whole file, not to its last batch.
    """

    def __init__(self) -> None:
        self.member: str | None = None
        self.rejects: list[Reject] = []
        self.dated: Counter[str] = Counter()
        self.columns: dict[str, Column] = {}
        self.preambles: set[str] = set()
        self._repaired: set[tuple[str, str]] = set()
        self._notes: Counter[tuple[str, str | None, str | None, str | None]] = Counter()

    def reject(
        self, code: str, row: int, column: str | None, raw: object, month: str | None = None
    ) -> None:
        """Record that a row is left out."""
        text = None if raw is None else str(raw)[:RAW_LENGTH]
        self.rejects.append(Reject(code, int(row), column, text, month, self.member))

    def note(
        self,
        code: str,
        count: int = 1,
        *,
        month: str | None = None,
        point_id: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Record something by code, month and point; counts of the same add up."""
        if count:
            self._notes[(code, month, point_id, detail)] += count

    def note_repaired(self, texts: Iterable[str], column: str) -> None:
        """Record that identifiers got their zeros back; the same one counts once per delivery."""
        before = len(self._repaired)
        self._repaired.update((column, text) for text in texts)
        self.note("ID_REPAIRED", len(self._repaired) - before, detail=column)

    def taken(self) -> tuple[Reject, ...]:
        """The rejects so far, by row; from here on they are the caller's to keep."""
        found = sorted(
            self.rejects,
            key=lambda one: (one.member or "", one.row, one.column or "", one.code),
        )
        self.rejects = []
        return tuple(found)

    def shape(self) -> Shape:
        """The columns of the file as far as it was read."""
        return tuple(self.columns.values())

    def preamble(self) -> str:
        """What stood above the headers of the file."""
        return "\n".join(sorted(self.preambles))

    def aside(self) -> Findings:
        """For looking at rows that will be read again: what it collects counts for nothing."""
        other = Findings()
        other.member, other.dated = self.member, self.dated.copy()
        return other

    def join(self, other: Findings) -> None:
        """Take over what was found in another part of the delivery."""
        self.rejects += other.rejects
        self.columns = other.columns | self.columns
        self.preambles |= other.preambles
        self._notes += other._notes

    def notes(self) -> tuple[Note, ...]:
        """All notes in a fixed order."""
        return tuple(
            Note(code, month, point, count, detail)
            for (code, month, point, detail), count in sorted(
                self._notes.items(), key=lambda entry: tuple(part or "" for part in entry[0])
            )
        )
