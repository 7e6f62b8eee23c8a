"""Which published value a number under a figure names, over every edition that stands.

Belongs here: looking an id up by its first digits. Does not belong here: what is told of the value (`explanation.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

_ID = re.compile(r"[0-9a-f]{6,12}")


@dataclass(frozen=True)
class Named:
    """One published value: its edition's folder, and its place there."""

    edition: Path
    id: str
    district: str
    month: str
    kpi: str

    def __str__(self) -> str:
        place = f"{self.edition.parent.name}-{self.edition.name}"
        return f"{self.id}  {self.district} {self.month} {self.kpi}, edition {place}"


def is_number(text: str) -> bool:
    """Whether this can be the id of a value or its first digits."""
    return _ID.fullmatch(text.lower()) is not None


def named(editions: Iterable[Path], number: str) -> Named:
    """The value whose id begins so.

    Args:
        editions: Folders of the editions to look in.
        number: An id, or the digits printed under a figure.

    Raises:
        LookupError: no value or several, with what there is.
    """
    found = [each for path in editions for each in _in(path, number.lower())]
    if not found:
        raise LookupError(
            f"No published value is numbered {number}. The number stands under the figure in the PDF "
            "and beside its name on the provenance page; seven digits are enough."
        )
    if len(found) > 1:
        listed = "\n  ".join(str(each) for each in found)
        raise LookupError(f"{number} begins several ids; give one of them in full:\n  {listed}")
    return found[0]


def _in(edition: Path, number: str) -> Iterable[Named]:
    columns = ["kpi_value_id", "district_id", "month", "kpi_code"]
    table = pq.read_table(edition / "kpi_values.parquet", columns=columns)
    for row in table.filter(pc.starts_with(table["kpi_value_id"], number)).to_pylist():
        yield Named(edition, row["kpi_value_id"], row["district_id"], row["month"], row["kpi_code"])
