"""A file as named columns of text, before anything is known about what the texts mean.

Belongs here: header matching, blanks, null texts, row filters. Does not belong here: files
(`text_files`, `workbooks`, `json_files`) or values (`values`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.format_reading import Own, Read, Rows
from pipelines.catalogue.patterns import normalised
from pipelines.connectors.parsers.delivery import RAW_LENGTH, DeliveryRefused, Findings

__all__ = ["SourceTable", "by_unique", "cleaned", "filtered", "normalised", "passes"]


def by_unique(texts: pa.Array, change: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """Each distinct text changed once; nulls stay null. Files repeat themselves, so this is the
    fast way.
    """
    encoded = texts.dictionary_encode()
    changed = pa.array([change(text) for text in encoded.dictionary.to_pylist()], type=kind)
    return changed.take(encoded.indices)


@dataclass
class SourceTable:
    """Columns of text in the order of the file, each row with its 1-based place in the file.

    Attributes:
        typed: Whether the file itself knows dates and numbers (workbook, Parquet); dates then are
            ISO texts.
        repeats: Paths of the lists of objects that rows of JSON hold and no column shows.
        notes: What the file said beside its rows, as code and text.
    """

    names: list[str]
    columns: list[pa.Array]
    rows: np.ndarray
    read: Read
    sheet: str | None = None
    preamble: str = ""
    typed: bool = False
    repeats: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    _clean: dict[int, pa.Array] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, name: str, occurrence: int | None = None) -> int | None:
        """Which column bears the name, None where none does.

        Raises:
            DeliveryRefused: where several do and none is chosen.
        """
        wanted = normalised(name)
        places = [place for place, own in enumerate(self.names) if normalised(own) == wanted]
        if occurrence is not None:
            return places[occurrence - 1] if occurrence <= len(places) else None
        if len(places) > 1:
            raise DeliveryRefused(
                "AMBIGUOUS_COLUMN",
                f"{len(places)} columns are called '{name}'. Say which one with 'occurrence'.",
                f"{len(places)} colonne si chiamano '{name}'. Indicare quale con 'occurrence'.",
            )
        return places[0] if places else None

    def column(self, name: str, occurrence: int | None = None) -> pa.Array:
        """The cells of a column, trimmed, nothing as null.

        Raises:
            DeliveryRefused: where the column is missing or ambiguous.
        """
        place = self.place(name, occurrence)
        if place is None:
            heads = ", ".join(f"'{own}'" for own in self.names[:12])
            raise DeliveryRefused(
                "MISSING_COLUMN",
                f"The column '{name}' is missing. The file has {heads}.",
                f"Manca la colonna '{name}'. Il file contiene {heads}.",
                column=normalised(name),
            )
        return self.at(place)

    def at(self, place: int) -> pa.Array:
        """The cells of the column at a place, trimmed, nothing as null."""
        if place not in self._clean:
            self._clean[place] = cleaned(self.columns[place], self.read.null_texts)
        return self._clean[place]

    def by_name(self) -> dict[tuple[str, int], pa.Array]:
        """The columns by name and occurrence."""
        found: dict[tuple[str, int], pa.Array] = {}
        for name, column in zip(self.names, self.columns, strict=True):
            found[name, sum(own == name for own, _ in found)] = column
        return found

    def kept(self, keep: np.ndarray) -> SourceTable:
        """The rows where `keep` is true."""
        if keep.all():
            return self
        mask = pa.array(keep)
        return SourceTable(
            self.names,
            [column.filter(mask) for column in self.columns],
            self.rows[keep],
            self.read,
            self.sheet,
            self.preamble,
            self.typed,
            self.repeats,
        )


def joined(tables: Sequence[SourceTable]) -> SourceTable:
    """Batches of one file as one table; a column that a batch lacks is empty there."""
    named = [table.by_name() for table in tables]
    names = list(dict.fromkeys(name for columns in named for name in columns))
    columns = [
        pa.concat_arrays(
            [
                own.get(name, pa.array([""] * len(table), type=pa.string()))
                for table, own in zip(tables, named, strict=True)
            ]
        )
        for name in names
    ]
    first = tables[0]
    rows = np.concatenate([table.rows for table in tables])
    return SourceTable(
        [name for name, _ in names], columns, rows, first.read, first.sheet, first.preamble,
        first.typed,
    )  # fmt: skip


def cleaned(texts: pa.Array, null_texts: Sequence[str]) -> pa.Array:
    """Cells trimmed, Excel's `="…"` unwrapped, null texts as null."""
    trimmed = pc.utf8_trim_whitespace(texts)
    if pc.any(pc.starts_with(trimmed, pattern='="')).as_py():
        trimmed = pc.replace_substring_regex(trimmed, r'^="(.*)"$', r"\1")
    nothing = pa.array(sorted({text.strip().lower() for text in null_texts}))
    empty = pc.is_in(pc.utf8_lower(trimmed), value_set=nothing)
    return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed)


def filtered(table: SourceTable, rows: Rows, findings: Findings) -> SourceTable:
    """The rows that pass every test of `where` and none of `unless`, without those set aside.

    Raises:
        DeliveryRefused: WRONG_OWNER where a row is someone else's.
    """
    if rows.own is not None and rows.own.values:
        _refuse_others(table, rows.own)
    keep = np.ones(len(table), dtype=bool)
    for name, test in rows.where.items():
        keep &= passes(table, name, test)
    for name, test in rows.unless.items():
        keep &= ~passes(table, name, test)
    for name, test in rows.noted.items():
        found = passes(table, name, test) & keep
        keep &= ~found
        for text, count in Counter(table.column(name).filter(pa.array(found)).to_pylist()).items():
            findings.note("SET_ASIDE", count, detail=f"{name}: {text}"[:RAW_LENGTH])
    for name, test in rows.rejected.items():
        found = passes(table, name, test) & keep
        keep &= ~found
        texts = table.column(name)
        for at in np.flatnonzero(found):
            findings.reject("NOT_COUNTED", table.rows[at], name, texts[int(at)].as_py())
    return table.kept(keep)


def passes(table: SourceTable, name: str, test: str | tuple[str, ...]) -> np.ndarray:
    """Which rows pass a test of one column."""
    tester = _tester(test)
    passed = by_unique(table.column(name), tester, pa.bool_())
    return np.asarray(pc.fill_null(passed, tester("")).to_numpy(zero_copy_only=False), dtype=bool)


def _refuse_others(table: SourceTable, own: Own) -> None:
    accepted = {normalised(text) for text in own.values}
    for text in table.column(own.column).unique().to_pylist():
        if text is None or normalised(text) not in accepted:
            raise DeliveryRefused(
                "WRONG_OWNER",
                f"The file is for '{text or ''}' ({own.column}), which is none of ours. Nothing of "
                "it was read.",
                f"Il file è destinato a '{text or ''}' ({own.column}), che non è nostro. Nulla ne è "
                "stato letto.",
            )


def _tester(test: str | tuple[str, ...]) -> Callable[[str], bool]:
    if isinstance(test, tuple):
        accepted = {normalised(text) for text in test}
        return lambda text: normalised(text) in accepted
    pattern = re.compile(test)
    return lambda text: pattern.search(text) is not None
