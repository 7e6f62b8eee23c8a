"""Is an edition still what was published? Every file against the manifest, none missing, none added, and the manifest
against what other editions that rest on it say of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.publishing.rows import sha256
from pipelines.publishing.shelf import MANIFEST, numbered, of_periods, standing


@dataclass(frozen=True)
class Verification:
    """What was found; paths are relative to the edition. `disowned_by` are editions that name another hash of its
    manifest.
    """

    checked: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    disowned_by: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every file is there and as published, and nothing else is."""
        return not (self.changed or self.missing or self.unexpected or self.disowned_by)

    def __str__(self) -> str:
        if self.ok:
            return f"{self.checked} files, each as published."
        found = [
            ("changed", self.changed),
            ("missing", self.missing),
            ("not in the manifest", self.unexpected),
            ("the manifest is not the one named by", self.disowned_by),
        ]
        lines = [f"{what}: {', '.join(names)}" for what, names in found if names]
        return "The edition is not what was published.\n" + "\n".join(lines)


def verify(edition: Path) -> Verification:
    """Compare every file of an edition with its manifest.

    Raises:
        FileNotFoundError: where the folder has no manifest.
    """
    told = (edition / MANIFEST).read_bytes()
    manifest = json.loads(told)
    expected = {file["path"]: file["sha256"] for file in manifest["files"]}
    present = {
        path.relative_to(edition).as_posix()
        for path in edition.rglob("*")
        if path.is_file() and path != edition / MANIFEST
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
        disowned_by=tuple(sorted(_naming_another(edition, sha256(told)))),
    )


def _naming_another(edition: Path, there: str) -> Iterator[str]:
    """Editions that were told against this one, or are a view of it, when its manifest had another hash."""
    shelf, own = edition.parent.parent, f"{edition.parent.name}-{edition.name}"
    for other in standing([*numbered(shelf), *of_periods(shelf)]):
        try:
            about = other.manifest
        except ValueError:  # that one is damaged itself, and says so when it is asked
            continue
        named = [*about.get("earlier", ()), *([about["view_of"]] if "view_of" in about else [])]
        if any(said["id"] == own and said["sha256"] != there for said in named):
            yield other.id
