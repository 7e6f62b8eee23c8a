"""The portal on disk: every file replaced whole, what a page needs before the page, what is gone taken away last.

Belongs here: writing and removing. Does not belong here: what is written (`site.py`).

The names of styles, scripts and data carry the hash of what is in them, so that a page always finds what it was made
with: a reader sees the old page or the new one, never a part of either.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.publishing.freezing import write_durably
from pipelines.publishing.shelf import Edition

_LAST = (".html", ".xml")
"""Pages and feeds come after what they name."""


class NotAPortal(ValueError):
    """A folder that holds something else; nothing was written to it."""


def place(folder: Path, made: Mapping[str, bytes]) -> int:
    """Bring a folder to hold these files and nothing else.

    Args:
        folder: The portal.
        made: Bytes by path.

    Returns:
        How many files were written; what was the same was left alone.
    """
    _clear(folder)
    written = 0
    for name in sorted(made, key=lambda each: (each.endswith(_LAST), each)):
        path = folder / name
        if not path.is_file() or path.read_bytes() != made[name]:
            write_durably(path, made[name])
            written += 1
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path.relative_to(folder).as_posix() not in made:
            path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return written


def copy_all(portal: Path, editions: Path, public: Iterable[Path], target: Path) -> None:
    """One folder to put on a web server: the portal and the public files of the editions, beside each other.

    Args:
        portal: The portal.
        editions: The folder of editions.
        public: Which of its files.
        target: A folder that is not there, is empty, or was made by this.

    Raises:
        NotAPortal: where something else is in it.
    """
    if target.exists() and any(target.iterdir()) and not (target / portal.name).is_dir():
        raise NotAPortal(
            f"{target} is not empty and holds no portal. Nothing was written; name another folder."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        shutil.copytree(portal, beside / portal.name)
        for path in public:
            copied = beside / editions.name / path.relative_to(editions)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied)
        beside.chmod(0o755)
        _swap(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def public_files(
    editions: Path, standing: Iterable[Edition], gone: Iterable[Edition]
) -> list[Path]:
    """What of the editions is for everybody: what each was published with, tombstones, notes of delay."""
    found = [path for one in standing for path in one.path.rglob("*")]
    for one in gone:
        found += [one.path / name for name in ("index.html", "catalog.jsonld", "withdrawn.json")]
        found += one.path.glob("*/catalog.jsonld")
    found += editions.glob("????-??/delayed.*")
    found += editions.glob("latest*.json")
    return sorted(path for path in found if path.is_file() and not _hidden(path, editions))


def _hidden(path: Path, editions: Path) -> bool:
    """What is being written begins with a dot."""
    return any(part.startswith(".") for part in path.relative_to(editions).parts)


def _swap(new: Path, target: Path) -> None:
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.old."))
    if target.exists():
        target.replace(old)
    new.replace(target)
    shutil.rmtree(old, ignore_errors=True)


def _clear(folder: Path) -> None:
    """What a killed run left beside its place."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.rglob(".*"):
        if path.is_file():
            path.unlink()
