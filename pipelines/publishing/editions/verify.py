"""Is an edition still what was published? Every file against the manifest, none missing, none added; the manifest
against its seal and against what other editions that rest on it say of it.

Belongs here: comparing, and refusing to publish beside what was changed. Does not belong here: what a seal is
(`seals.py`), making an edition again (`repeating.py`).
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipelines.landing.files import sha256_of
from pipelines.publishing.editions.seals import Seal, every, seal_of, told
from pipelines.publishing.protecting.refused import PublicationRefused
from pipelines.publishing.rows import sha256
from pipelines.publishing.shelf import MANIFEST, Edition, numbered, of_periods, standing
from pipelines.settings import Settings


@dataclass(frozen=True)
class Verification:
    """What was found; paths are relative to the edition.

    Attributes:
        checked: How many files the manifest names.
        changed: Files with another hash than the manifest's.
        missing: Files that are not there.
        unexpected: Files, folders and links that the manifest does not name.
        disowned_by: Editions that name another hash of its manifest.
        seal: What the journal of seals says of its manifest; None of a folder that lies in no home.
    """

    checked: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    disowned_by: tuple[str, ...] = ()
    seal: Seal | None = None

    @property
    def ok(self) -> bool:
        """Whether every file is there and as published, nothing else is, and the seal holds."""
        found = self.changed or self.missing or self.unexpected or self.disowned_by
        return not found and (self.seal is None or self.seal.ok)

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
        lines += [] if self.seal is None or self.seal.ok else [str(self.seal)]
        return "The edition is not what was published.\n" + "\n".join(lines)


def verify(settings: Settings, edition: Edition) -> Verification:
    """Compare an edition of a home with its manifest, and the manifest with its seal.

    Raises:
        FileNotFoundError: where the folder has no manifest.
    """
    return replace(against_manifest(edition.path), seal=seal_of(settings, edition))


def against_manifest(edition: Path) -> Verification:
    """Compare every file of a folder with the manifest in it, wherever it lies.

    Raises:
        FileNotFoundError: where the folder has no manifest.
    """
    data = (edition / MANIFEST).read_bytes()
    expected = {file["path"]: file["sha256"] for file in json.loads(data)["files"]}
    files, others = _present(edition, expected)
    return Verification(
        checked=len(expected),
        changed=tuple(name for name in sorted(files) if _hash(edition / name) != expected[name]),
        missing=tuple(sorted(expected.keys() - files)),
        unexpected=tuple(sorted(others)),
        disowned_by=tuple(sorted(_naming_another(edition, sha256(data)))),
    )


def refuse_beside_what_was_changed(settings: Settings) -> None:
    """Nothing is published beside an edition that is not what was published: the next one would tell changes against
    its figures, and name its hash as the true one.

    Raises:
        PublicationRefused: naming every edition and what is to be done.
    """
    said = told(settings)
    if said.damaged is not None:
        raise PublicationRefused(
            f"{said.damaged}\nNothing was published. Bring seals/ back from a backup; where none has it, say under "
            "your name that the editions are as they were published: nzd seal --by NAME --reason WHY."
        )
    wrong = list(changed_since(settings))
    if wrong:
        raise PublicationRefused(
            "\n".join(wrong)
            + "\nNothing was published: changes would be told against it. Restore it from a backup, "
            "or withdraw it (nzd withdraw --kind error); where only the journal knows nothing of it: nzd seal."
        )


def changed_since(settings: Settings) -> Iterator[str]:
    """Editions that are not what was sealed and that nobody vouched for, one line each; files of figures among them."""
    said, there = told(settings), every(settings.editions)
    for one in there:
        seal = said.of(one)
        if not seal.ok and not seal.vouched:
            yield f"{one.id}: {seal}"
    for name in sorted(said.placed - {one.id for one in there}):
        line = said.manifests.get(name) or said.tombstones[name]
        yield f"{name}: gone: it was published and written down {line.place}, and there is no folder of it"
    for one in standing(numbered(settings.editions)):
        yield from (f"{one.id}: changed: {name}" for name in _figures_changed(one))


def _figures_changed(edition: Edition) -> Iterator[str]:
    """Tables of an edition, which the next one is told against; not its pages, which only a reader reads."""
    try:
        files = edition.manifest.get("files", ())
    except ValueError:
        yield MANIFEST
        return
    for file in files:
        name = file["path"]
        if name.endswith(".parquet") and _hash(edition.path / name) != file["sha256"]:
            yield name


def _hash(path: Path) -> str | None:
    """The hash of a file; None of one that cannot be read, which is not what was published either."""
    try:
        return sha256_of(path)
    except OSError:
        return None


def _present(edition: Path, expected: dict[str, str]) -> tuple[set[str], set[str]]:
    """Files that the manifest names, and whatever else lies there: files, folders without one of them, links."""
    folders = {str(parent) for name in expected for parent in PurePosixPath(name).parents}
    files, others = set(), set()
    for path in edition.rglob("*"):
        name, mode = path.relative_to(edition).as_posix(), path.lstat().st_mode
        if stat.S_ISREG(mode) and name in expected:
            files.add(name)
        elif stat.S_ISLNK(mode):
            others.add(f"{name} (a link)")
        elif stat.S_ISDIR(mode) and name not in folders:
            others.add(f"{name}/ (a folder)")
        elif not stat.S_ISDIR(mode) and name != MANIFEST:
            others.add(name)
    return files, others


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
