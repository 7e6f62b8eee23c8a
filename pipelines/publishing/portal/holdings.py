"""What the portal tells of: editions that stand, those withdrawn, months that wait.

Belongs here: reading the shelf once, and what of an edition is needed without opening all its figures. Does not
belong here: wording, markup, anything outside `editions/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow.parquet as pq

from pipelines.publishing.editions.delayed import FILE as DELAYED
from pipelines.publishing.editions.seals import Seal, Told, told
from pipelines.publishing.months import shifted
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import Row, read_rows
from pipelines.publishing.shelf import Edition, editions, numbered, of_periods, standing
from pipelines.settings import Settings


@dataclass(frozen=True)
class Glimpse(Reading):
    """An edition of which only its own month and the same one a year before are read: what a list of editions tells."""

    @cached_property
    def values(self) -> Mapping[tuple[str, str, str], Row]:
        """KPI values of the two months."""
        wanted = [self.month, shifted(self.month, -12)]
        table = pq.read_table(self.folder / "kpi_values.parquet", filters=[("month", "in", wanted)])
        return {
            (row["district_id"], row["month"], row["kpi_code"]): row for row in table.to_pylist()
        }


@dataclass(frozen=True)
class Shown:
    """An edition that stands."""

    edition: Edition
    reading: Reading
    seal: Seal

    @property
    def id(self) -> str:
        """Month and revision, such as '2026-10-r1'."""
        return self.edition.id

    @property
    def place(self) -> str:
        """Where it lies, below `editions/`."""
        return f"{self.edition.month}/r{self.edition.revision}"

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file it was published with."""
        return frozenset(one["path"] for one in self.reading.about["files"])

    @cached_property
    def whole(self) -> Reading:
        """The edition with the figures of all its months."""
        return Reading(self.edition.path)

    @property
    def districts(self) -> dict[str, Row]:
        """Districts it reports on."""
        return self.reading.districts


@dataclass(frozen=True)
class Holdings:
    """All that is on the shelf, oldest first."""

    shown: tuple[Shown, ...]
    periods: tuple[Shown, ...]
    """Quarters and years: views of a month's edition."""
    withdrawn: tuple[tuple[Edition, dict[str, Any]], ...]
    changed: tuple[Edition, ...]
    """Those that are not what was sealed: that is said, and nothing of theirs is shown."""
    delayed: tuple[dict[str, Any], ...]

    @property
    def latest(self) -> Shown | None:
        """The newest edition that stands."""
        return self.shown[-1] if self.shown else None

    @cached_property
    def districts(self) -> dict[str, Shown]:
        """The newest edition of every district that one tells of, by its id."""
        newest = {district: one for one in self.shown for district in one.districts}
        return dict(sorted(newest.items()))

    @cached_property
    def declared(self) -> dict[str, Row]:
        """Every district as its newest edition names it."""
        return {district: one.districts[district] for district, one in self.districts.items()}

    def of(self, district: str) -> list[Shown]:
        """The editions of one district, newest first."""
        return [one for one in reversed(self.shown) if district in one.districts]

    def periods_of(self, district: str) -> list[Shown]:
        """The quarters and years of one district, newest first."""
        return [one for one in reversed(self.periods) if district in self.told_by(one)]

    def told_by(self, shown: Shown) -> list[str]:
        """The districts that an edition has a report of."""
        folders = {path.partition("/")[0] for path in shown.files if path.endswith("report.html")}
        return [district for district in self.declared if district in folders]

    @property
    def months(self) -> list[str]:
        """Every month of which there is something to say, newest first."""
        found = {one.edition.month for one in self.shown}
        found |= {one.month for one, _ in self.withdrawn if not one.is_period}
        found |= {one["month"] for one in self.delayed}
        found |= {one.month for one in self.changed if not one.is_period}
        return sorted(found, reverse=True)

    def waiting(self, district: str) -> list[tuple[str, dict[str, Any]]]:
        """The months of which a district waits, with the note."""
        return [
            (note["month"], one)
            for note in self.delayed
            for one in note["districts"]
            if one["district_id"] == district
        ]

    @property
    def demonstration(self) -> bool:
        """Whether anything shown is invented."""
        return any(row["demonstration"] for row in self.declared.values())


def holdings(settings: Settings) -> Holdings:
    """What stands in `editions/`, for one who knows that nobody is publishing."""
    folder, sealed = settings.editions, told(settings)
    given = [*numbered(folder), *of_periods(folder)]
    return Holdings(
        tuple(_shown(editions(folder), sealed)),
        tuple(_shown(standing(of_periods(folder)), sealed)),
        tuple((one, said) for one in given if (said := one.tombstone) is not None),
        tuple(one for one in given if one.tombstone is None and sealed.of(one).contradicts),
        tuple(
            json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(folder.glob(f"????-??/{DELAYED}"))
        ),
    )


def _shown(there: Iterable[Edition], sealed: Told) -> Iterator[Shown]:
    for one in there:
        seal = sealed.of(one)
        if not seal.contradicts:
            yield Shown(one, Glimpse(one.path), seal)


def revised(shown: Shown, withdrawn: frozenset[str]) -> list[Row]:
    """What an edition says of figures published before; not beside one that was withdrawn, whose figures are gone."""
    rows = read_rows(shown.edition.path / "tables" / "revisions.parquet")
    return [row for row in rows if row["old_edition"] not in withdrawn]
