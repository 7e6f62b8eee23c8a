"""Editions as they lie on disk: which there are, which is the latest, which were withdrawn, which number is free.

Belongs here: what can be read without opening a figure, and the pointer to the latest edition. Does not belong here:
how an edition is made (`edition.py`), how it gets to its place whole (`freezing.py`), why one is withdrawn
(`withdrawal.py`).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.publishing.freezing import write_durably
from pipelines.publishing.rows import json_bytes
from pipelines.settings import Settings

MANIFEST, TOMBSTONE, POINTER = "manifest.json", "withdrawn.json", "latest.json"
POINTERS = {"quarter": "latest-quarter.json", "year": "latest-year.json"}
_REVISION = re.compile(r"r([1-9]\d*)")
_PREVIEW = re.compile(r"\d{4}-\d{2}-p[1-9]\d*")
_MONTH = re.compile(r"\d{4}-\d{2}")
_PERIOD = re.compile(r"\d{4}(-Q[1-4])?")


@dataclass(frozen=True)
class Edition:
    """One edition. `created` is False where the same content had been published already.

    `month` is '2026-10', or '2026-Q3' and '2025' of the editions of a quarter and a year.
    """

    path: Path
    month: str
    revision: int
    created: bool = False

    @property
    def id(self) -> str:
        """Month and revision, such as '2026-10-r1'."""
        return f"{self.month}-r{self.revision}"

    @property
    def is_period(self) -> bool:
        """Whether it is the edition of a quarter or a year."""
        return _MONTH.fullmatch(self.month) is None

    @property
    def manifest(self) -> dict[str, Any]:
        """What was published, from what."""
        loaded: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        return loaded

    @property
    def tombstone(self) -> dict[str, Any] | None:
        """Why it was withdrawn; None of one that stands."""
        try:
            said: dict[str, Any] = json.loads((self.path / TOMBSTONE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return said

    @property
    def reports(self) -> tuple[Path, ...]:
        """The pages and documents a person opens."""
        return tuple(sorted([*self.path.rglob("report.html"), *self.path.rglob("report.pdf")]))


def numbered(folder: Path) -> list[Edition]:
    """Every number that was ever given to a month, oldest first; also of what was withdrawn."""
    return _numbered(folder, _MONTH)


def of_periods(folder: Path) -> list[Edition]:
    """The same of quarters and years: views of a month's edition, which nothing is told against."""
    return _numbered(folder, _PERIOD)


def _numbered(folder: Path, named: re.Pattern[str]) -> list[Edition]:
    found = [
        Edition(path, path.parent.name, int(number[1]))
        for path in folder.glob("*/r*")
        if named.fullmatch(path.parent.name)
        and (number := _REVISION.fullmatch(path.name))
        and path.is_dir()
    ]
    return sorted(found, key=_place)


def editions(folder: Path) -> list[Edition]:
    """Every edition that stands, oldest month and revision first."""
    return standing(numbered(folder))


def standing(found: Iterable[Edition]) -> list[Edition]:
    """Those of them that can be read: whole, and not withdrawn."""
    return [
        one
        for one in found
        if (one.path / MANIFEST).is_file() and not (one.path / TOMBSTONE).exists()
    ]


def previews_folder(settings: Settings) -> Path:
    """Where drafts lie that a city looks at before they are published."""
    return settings.home / "previews"


def previews_shown(settings: Settings) -> list[str]:
    """Every preview that was ever made, like 2026-10-p1: someone has seen it, also where it is gone."""
    found = (path.stem for path in settings.memory.glob("????-??-p*.parquet"))
    return sorted(name for name in found if _PREVIEW.fullmatch(name))


def clear_previews(settings: Settings, month: str) -> None:
    """Take the drafts of a month away: it is published, or withdrawn."""
    shutil.rmtree(previews_folder(settings) / month, ignore_errors=True)


def shown_before(settings: Settings) -> list[str]:
    """Every account of figures that someone may have read: editions, also those withdrawn, and previews."""
    return [*(one.id for one in numbered(settings.editions)), *previews_shown(settings)]


def latest(folder: Path) -> Edition | None:
    """The edition that `latest.json` points to."""
    pointer = folder / POINTER
    if not pointer.is_file():
        return None
    said = json.loads(pointer.read_text(encoding="utf-8"))
    return Edition(folder.parent / said["path"], said["month"], int(said["revision"]))


def next_number(folder: Path, month: str) -> int:
    """The revision that the next edition of a month or a period has: a number is given once, also where it was
    withdrawn.
    """
    given = [*numbered(folder), *of_periods(folder)]
    return max((one.revision for one in given if one.month == month), default=0) + 1


def point_to_newest(settings: Settings) -> None:
    """`latest.json` names the newest revision of the newest month that stands, and a file of its own each that of the
    newest quarter and year; there is none where none stands.
    """
    _point(settings, POINTER, editions(settings.editions))
    views = standing(of_periods(settings.editions))
    for kind, pointer in POINTERS.items():
        _point(
            settings, pointer, [one for one in views if ("Q" in one.month) == (kind == "quarter")]
        )


def _point(settings: Settings, pointer: str, found: list[Edition]) -> None:
    if not found:
        (settings.editions / pointer).unlink(missing_ok=True)
        return
    newest = found[-1]
    said = {
        "month": newest.month,
        "revision": newest.revision,
        "path": newest.path.relative_to(settings.home).as_posix(),
    }
    write_durably(settings.editions / pointer, json_bytes(said))


def _place(edition: Edition) -> tuple[str, int]:
    return edition.month, edition.revision
