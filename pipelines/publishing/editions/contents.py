"""What is written into the folder of an edition, and its manifest: every file with its hash.

Belongs here: what editions of a month, of a period and internal ones have in common. Does not belong here: what a
manifest says beside the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.publishing.rows import json_bytes, sha256
from pipelines.publishing.shelf import MANIFEST


def write_file(folder: Path, name: str, data: bytes) -> None:
    """One file of an edition that has no place yet."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_manifest(folder: Path, about: Mapping[str, Any]) -> bytes:
    """The manifest over all files that are there; its bytes."""
    files = [
        {
            "path": path.relative_to(folder).as_posix(),
            "sha256": sha256(path.read_bytes()),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    ]
    manifest = json_bytes({**about, "files": files})
    write_file(folder, MANIFEST, manifest)
    return manifest
