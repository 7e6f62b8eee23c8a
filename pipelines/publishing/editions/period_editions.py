"""Editions of a quarter and a year: views of one monthly edition, frozen and numbered as a month is.

Belongs here: which monthly edition a period is made of, what is frozen, making it again. Does not belong here: how its
figures are made (`periods/figures.py`), what its reports say, how an edition is withdrawn (`withdrawal.py`).

Nothing new is protected: all that such an edition says is a function of what one edition has published. It is made of
the newest edition of its last month. Where that month never had one, it is made of the newest edition that stands, and
its reports say so: what speaks of one month, such as the state of measures, is then that edition's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.publishing.editions.contents import write_file, write_manifest
from pipelines.publishing.editions.sealing import seal, settle
from pipelines.publishing.editions.seals import NAME, SEALED_IN
from pipelines.publishing.editions.verify import refuse_beside_what_was_changed, verify
from pipelines.publishing.freezing import frozen, publishing
from pipelines.publishing.open_data.metadata import datapackage
from pipelines.publishing.periods.figures import PARTS, SCHEMA, parts
from pipelines.publishing.periods.period import Period, ended_by
from pipelines.publishing.periods.reading import PeriodReading
from pipelines.publishing.protecting.refused import PublicationRefused
from pipelines.publishing.reading import Reading
from pipelines.publishing.rendering.period_rendering import rendered_period
from pipelines.publishing.rows import csv_bytes, parquet_bytes, sha256, to_table
from pipelines.publishing.shelf import (
    MANIFEST,
    Edition,
    editions,
    next_number,
    of_periods,
    point_to_newest,
    standing,
)
from pipelines.settings import Settings, checkout

_KEY = ("district_id", "period", "kpi_code")
_COPIED = ("known_at", "factor_set", "gwp_set", "left_out", "overrides")
"""What the manifest has from the monthly edition's."""


def publish_period(settings: Settings, period: Period, code_version: str) -> Edition:
    """Freeze and render the edition of a quarter or a year.

    Args:
        settings: The deployment.
        period: A quarter or a year.
        code_version: Version of this code.

    Returns:
        The edition; the existing one where the monthly edition and the code are the same.

    Raises:
        PublicationRefused: no edition tells of the period's months, or the one that does was changed.
        Busy: another process publishes.
    """
    with publishing(settings.editions):
        settle(settings)
        refuse_beside_what_was_changed(settings)
        base = base_of(settings.editions, period)
        if not verify(settings, base).ok:
            raise PublicationRefused(
                f"{base.id} is not as it was published: nothing is made of it. Nothing was published.\n"
                f"Restore it from a backup; nzd verify --files {base.id} says what was changed."
            )
        _tells_of(base, period)
        content = _fingerprint(period, base, code_version)
        own = [one for one in of_periods(settings.editions) if one.month == period.name]
        kept = standing(own)
        if kept and kept[-1].manifest["content"] == content:
            return kept[-1]
        number = next_number(settings.editions, period.name)
        place = settings.editions / period.name / f"r{number}"
        edition = Edition(place, period.name, number, created=True)
        _freeze(period, base, edition, code_version, content, settings)
        point_to_newest(settings)
        return edition


def publish_ended(settings: Settings, month: str, code_version: str) -> list[Edition]:
    """Publish the periods that end with a month that was just published; a revised month revises them.

    A deployment that began within a period has no edition of it: there is nothing to be said of its first months.
    """
    return [
        publish_period(settings, period, code_version)
        for period in ended_by(month)
        if not _missing(base_of(settings.editions, period), period)
    ]


def base_of(folder: Path, period: Period) -> Edition:
    """The monthly edition that a period is a view of.

    Raises:
        PublicationRefused: no edition of its last month or a later one stands.
    """
    later = [one for one in editions(folder) if one.month >= period.last]
    of_last = [one for one in later if one.month == period.last]
    base = (of_last or later)[-1:]
    if not base:
        raise PublicationRefused(
            f"{period.name} ends with {period.last}, and no edition of that month or a later one stands.\n"
            f"Nothing was published. Publish {period.last} first."
        )
    return base[0]


def _tells_of(base: Edition, period: Period) -> None:
    """An edition that has no row of a month of the period cannot be its ground."""
    if missing := _missing(base, period):
        raise PublicationRefused(
            f"{base.id} tells nothing of {', '.join(missing)}: {period.name} cannot be made of it.\n"
            "Nothing was published."
        )


def _missing(base: Edition, period: Period) -> list[str]:
    told = {month for _, month, _ in Reading(base.path).values}
    return [month for month in period.months if month not in told]


@dataclass(frozen=True)
class MadeAgain:
    """What came of making a period's edition again. `withdrawn` says why that was not possible."""

    differing: tuple[str, ...]
    code: tuple[str, str]
    withdrawn: str | None = None
    damaged: str | None = None

    @property
    def same_code(self) -> bool:
        """Whether the code is what it was."""
        return self.code[0] == self.code[1]

    @property
    def ok(self) -> bool:
        """Whether nothing speaks of corruption."""
        return self.damaged is None and not (self.same_code and self.differing)


def repeat_period(settings: Settings, edition: Edition, code_version: str) -> MadeAgain:
    """Make the edition of a period again, aside, from the monthly edition it is a view of; compare every file."""
    about = edition.manifest
    code = about["code_version"], code_version
    said = about["view_of"]
    month, number = said["id"].split("-r")
    base = Edition(settings.editions / month / f"r{number}", month, int(number))
    if base.tombstone is not None:
        return MadeAgain((), code, withdrawn=f"{base.id}, which it is a view of, was withdrawn")
    manifest = base.path / MANIFEST
    if not manifest.is_file() or sha256(manifest.read_bytes()) != said["sha256"]:
        return MadeAgain((), code, damaged=f"edition {base.id}, which it is a view of, was changed")
    if not verify(settings, base).ok:
        return MadeAgain((), code, damaged=f"files of {base.id}, which it is a view of")
    with tempfile.TemporaryDirectory(prefix="nzd-repeat-") as folder:
        place = Path(folder) / edition.month / f"r{edition.revision}"
        again = Edition(place, edition.month, edition.revision)
        period = Period.named(edition.month)
        _freeze(period, base, again, about["code_version"], about["content"])
        return MadeAgain(tuple(_differing(edition.path, place)), code)


def _differing(one: Path, other: Path) -> Iterator[str]:
    names = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file()
    }
    for name in sorted(names):
        paths = [folder / name for folder in (one, other)]
        if not all(path.is_file() for path in paths) or len({p.read_bytes() for p in paths}) > 1:
            yield name


def _fingerprint(period: Period, base: Edition, code_version: str) -> str:
    """One hash over all that the edition is made of: the monthly edition, the code, texts and templates."""
    reports = checkout() / "reports"
    templates = sorted(path for path in reports.rglob("*") if path.is_file())
    said = [path.name + sha256(path.read_bytes()) for path in templates]
    manifest = sha256((base.path / MANIFEST).read_bytes())
    return sha256("\n".join([period.name, manifest, code_version, *said]).encode())


def _freeze(
    period: Period,
    base: Edition,
    edition: Edition,
    code_version: str,
    content: str,
    home: Settings | None = None,
) -> None:
    """Write the edition of a period to its place, whole; its seal before it, where it is one of a home."""
    reading, of = Reading(base.path), base.manifest
    about: dict[str, Any] = {
        "id": edition.id,
        "period": period.name,
        "month": period.last,
        "revision": edition.revision,
        "code_version": code_version,
        "content": content,
        "view_of": {"id": base.id, "sha256": sha256((base.path / MANIFEST).read_bytes())},
        SEALED_IN: NAME,
        **{name: of.get(name) for name in _COPIED},
    }
    values = to_table(PeriodReading(reading, period, about).rows, SCHEMA)
    about["values_sha256"] = sha256(csv_bytes(values))
    whole = PeriodReading(reading, period, about)
    with frozen(edition.path) as folder:
        write_file(folder, "period_values.parquet", parquet_bytes(values))
        write_file(folder, "period_values.csv", csv_bytes(values))
        made = to_table(parts(reading, period), PARTS)
        write_file(folder, "tables/period_parts.parquet", parquet_bytes(made))
        for district in reading.districts:
            rows = [row for row in whole.rows if row["district_id"] == district]
            own = csv_bytes(to_table(rows, SCHEMA))
            write_file(folder, f"{district}/data/period_values.csv", own)
        for path, data in rendered_period(whole):
            write_file(folder, path, data)
        write_file(folder, "datapackage.json", datapackage(folder, about, "period_values", _KEY))
        manifest = write_manifest(folder, about)
        if home is not None:
            seal(home, edition, manifest, about)
    if home is not None:
        settle(home)
