"""One source table while its rows are read, and which of them are left out.

Belongs here: rejecting rows. Does not belong here: reading their texts (`origins`, `values`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.connectors.parsers.delivery import Findings, ParseContext
from pipelines.connectors.parsers.instants import (
    month_of,
)
from pipelines.connectors.parsers.source_table import SourceTable


@dataclass
class Sheet:
    """One source table while it is read: the table, where it came from, and which rows are out.

    Attributes:
        cell_names: Headers of the cells of a wide row, over which the rows of this sheet run; empty
            for a long table.
        bad: Rows that are left out, by place; each has its reject.
        shown: Civil microseconds of each row, once they are known; rejects then name their month.
    """

    table: SourceTable
    context: ParseContext
    findings: Findings
    cell_names: Sequence[str] = ()
    bad: np.ndarray = field(init=False)
    shown: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.table), dtype=bool)

    def reject(
        self, code: str, mask: np.ndarray, column: str, texts: pa.Array | None = None
    ) -> None:
        """Leave out the rows of the mask, each with its raw text."""
        for at in np.flatnonzero(mask & ~self.bad):
            raw = None if texts is None else texts[int(at)].as_py()
            name = self.cell_names[int(at) % len(self.cell_names)] if self.cell_names else column
            month = None if self.shown is None else month_of(self.shown[at])
            self.findings.reject(code, int(self.table.rows[at]), name, raw, month)
        self.bad |= mask

    def beside(self) -> Sheet:
        """The same rows for another value of them: what it rejects stays out of that value only."""
        other = Sheet(self.table, self.context, self.findings, self.cell_names)
        other.bad, other.shown = self.bad.copy(), self.shown
        return other


def mask_of(flags: pa.Array) -> np.ndarray:
    """Flags as a mask; a null is no."""
    return np.asarray(pc.fill_null(flags, False).to_numpy(zero_copy_only=False), dtype=bool)
