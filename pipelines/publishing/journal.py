"""A journal: one line per event, written on and never over; each line holds the hash of the one before.

Belongs here: reading, checking and adding lines, for whoever keeps one (`internal`, the seals of editions). Does not
belong here: what a line says. A line that was changed or taken out is noticed by the one after it; lines cut off the
end are not, so whoever keeps a journal has to know elsewhere what must stand in it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from pipelines.publishing.freezing import sync
from pipelines.publishing.rows import sha256

JOURNAL = "journal.jsonl"
_FIRST = "0" * 64


class JournalDamaged(RuntimeError):
    """A line is not what was written."""


def entries(folder: Path) -> list[dict[str, Any]]:
    """What was written down so far, oldest first.

    Raises:
        JournalDamaged: naming the first line that does not follow from the one before.
    """
    found, before = [], _FIRST
    path = folder / JOURNAL
    for number, line in enumerate(_lines(path), 1):
        entry = _entry(line)
        if entry.get("before") != before:
            raise JournalDamaged(
                f"{path}:{number}: expected the line that was written there; it was changed, or the one before it was "
                "taken out. Nothing was done. Bring the file back from a backup."
            )
        before = sha256(line)
        found.append(entry)
    return found


def write_down(folder: Path, **said: Any) -> None:
    """Add a line, on the disk before anything else happens.

    Raises:
        JournalDamaged: where a line before it is not what was written.
    """
    entries(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / JOURNAL
    lines = _lines(path)
    before = sha256(lines[-1]) if lines else _FIRST
    line = json.dumps({**said, "before": before}, ensure_ascii=False, sort_keys=True) + "\n"
    whole = sum(len(one) + 1 for one in lines)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.ftruncate(handle, whole)
        data = line.encode("utf-8")
        if os.pwrite(handle, data, whole) != len(data):
            os.ftruncate(handle, whole)
            raise OSError(f"{path}: the disk is full. Nothing was written.")
        os.fsync(handle)
    finally:
        os.close(handle)
    sync(folder)


def _lines(path: Path) -> list[bytes]:
    """The lines that were finished. One without its end was being written when the power failed: nothing that was to
    follow from it has happened.
    """
    data = path.read_bytes() if path.is_file() else b""
    return data.split(b"\n")[:-1]


def _entry(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
