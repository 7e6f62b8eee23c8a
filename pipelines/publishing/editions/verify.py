"""Is an edition still what was published? Every file against the manifest, none missing, none added."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pipelines.publishing.rows import sha256


@dataclass(frozen=True)
class Verification:
    """What was found; paths are relative to the edition."""

    checked: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every file is there and as published, and nothing else is."""
        return not (self.changed or self.missing or self.unexpected)

    def __str__(self) -> str:
        if self.ok:
            return f"{self.checked} files, each as published."
        found = [
            ("changed", self.changed),
            ("missing", self.missing),
            ("not in the manifest", self.unexpected),
        ]
        lines = [f"{what}: {', '.join(names)}" for what, names in found if names]
        return "The edition is not what was published.\n" + "\n".join(lines)


def verify(edition: Path) -> Verification:
    """Compare every file of an edition with its manifest.

    Raises:
        FileNotFoundError: where the folder has no manifest.
    """
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    expected = {file["path"]: file["sha256"] for file in manifest["files"]}
    present = {
        path.relative_to(edition).as_posix()
        for path in edition.rglob("*")
        if path.is_file() and path != edition / "manifest.json"
    }
    changed = [
        name
        for name in sorted(expected.keys() & present)
        if sha256((edition / name).read_bytes()) != expected[name]
    ]
    return Verification(
        checked=len(expected),
        changed=tuple(changed),
        missing=tuple(sorted(expected.keys() - present)),
        unexpected=tuple(sorted(present - expected.keys())),
    )
