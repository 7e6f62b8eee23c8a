"""How a file or a folder gets to its place whole: written beside it, on the disk for good, then renamed.

Belongs here: the lock of who publishes, what is synced in which order, clearing up after one that was killed. Does
not belong here: what is written.

A reader finds the old or the new, never a part, at every moment and also after the power failed: bytes are on the
disk before their name is.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.landing.alone import alone

_LEFT = (".latest*", "????-??/.*", "????-??/r*/.*", "????/.*", "????/r*/.*")
"""What is written beside its place begins with a dot: of months, quarters and years."""


@contextmanager
def publishing(folder: Path) -> Iterator[None]:
    """Hold the editions alone, and clear away what a publication left that was killed.

    Raises:
        Busy: where another process publishes; nothing was done.
    """
    with alone(folder):
        for left in [path for pattern in _LEFT for path in folder.glob(pattern)]:
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
        yield


@contextmanager
def frozen(place: Path) -> Iterator[Path]:
    """A folder beside a place that takes it when the block ends well, and is gone when it does not."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}."))
    try:
        yield beside
        beside.chmod(0o755)
        for path in beside.rglob("*"):
            sync(path)
        sync(beside)
        beside.replace(place)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync(place.parent)
    sync(place.parent.parent)


def write_durably(path: Path, data: bytes) -> None:
    """One file, replaced whole and on the disk before it is named."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside = Path(name)
    beside.chmod(0o644)
    beside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Bring a file's bytes, or a folder's names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
