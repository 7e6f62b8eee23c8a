"""Which published value a number under a figure names, over every edition that stands or was withdrawn.

Belongs here: looking an id up by its first digits. Does not belong here: what is told of the value (`explanation.py`).

Of a withdrawn edition no figure is left. Its numbers can be made again, because a number is made of what a value is and
not of how much it is: so a printed page that was withdrawn can still be asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.publishing.kpi_file import short_code, value_id
from pipelines.publishing.months import months_back
from pipelines.publishing.shelf import Edition

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


_BACK = 120
"""Months before its own that an edition can have told of."""


@dataclass(frozen=True)
class Gone:
    """A value of a withdrawn edition: what it was, never how much."""

    edition: Edition
    district: str
    month: str
    kpi: str

    def number_in(self, other: Edition) -> str:
        """The number of the same figure in another edition."""
        return short_code(
            value_id(self.district, self.month, self.kpi, other.month, other.revision)
        )


def gone(
    withdrawn: Iterable[Edition], districts: Iterable[str], kpis: Iterable[str], number: str
) -> list[Gone]:
    """Values of withdrawn editions whose number begins so.

    Args:
        withdrawn: Editions of which a tombstone is left.
        districts: Districts that they may have told of.
        kpis: Codes that they may have told of.
        number: An id, or the digits printed under a figure.
    """
    places = [(district, kpi) for district in districts for kpi in kpis]
    return [found for edition in withdrawn for found in _gone_from(edition, places, number.lower())]


def _gone_from(edition: Edition, places: list[tuple[str, str]], number: str) -> Iterator[Gone]:
    for month in months_back(edition.month, _BACK):
        for district, kpi in places:
            found = value_id(district, month, kpi, edition.month, edition.revision)
            if found.startswith(number):
                yield Gone(edition, district, month, kpi)
