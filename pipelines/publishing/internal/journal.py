"""Who made which internal edition, when, under which agreement: written on and never over.

Belongs here: the journal of a deployment's internal editions. Does not belong here: what they show. Each line holds
the hash of the one before, so that a line that was changed or taken out is noticed before the next one is written.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

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
    for number, line in enumerate(path.read_bytes().splitlines() if path.is_file() else (), 1):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = {}
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
    lines = path.read_bytes().splitlines() if path.is_file() else []
    before = sha256(lines[-1]) if lines else _FIRST
    line = json.dumps({**said, "before": before}, ensure_ascii=False, sort_keys=True) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line.encode("utf-8"))
        os.fsync(handle)
    finally:
        os.close(handle)
