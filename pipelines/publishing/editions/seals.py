"""What the journal of seals says of an edition, and whether the edition is still that.

Belongs here: reading the journal and judging one manifest or tombstone by it; nothing here writes. Does not belong
here: writing seals (`sealing.py`), comparing files with the manifest (`verify.py`).

A seal is the hash of an edition's manifest in `seals/journal.jsonl` of the home, outside `editions/`: who rewrites a
file, its hash and the code version in the manifest has not rewritten the seal. The first line of the journal takes down
what stood before there were seals. Who owns the disk can rewrite all of it; the portal prints the hashes for that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipelines.landing.files import sha256_of
from pipelines.publishing.journal import JOURNAL, JournalDamaged, entries
from pipelines.publishing.shelf import (
    MANIFEST,
    TOMBSTONE,
    Edition,
    numbered,
    of_periods,
)
from pipelines.settings import Settings

NAME = f"seals/{JOURNAL}"
SEALED_IN = "sealed_in"
"""The key of a manifest and of a tombstone that says where its seal is: what has it was sealed."""


@dataclass(frozen=True)
class Line:
    """A hash that was written down of an edition.

    `kind` is sealed, withdrawn, found (it stood before there were seals) or vouched (by a person, later).
    """

    number: int
    kind: str
    sha256: str
    said: Mapping[str, Any]

    @property
    def place(self) -> str:
        """When and where, for a sentence."""
        return f"on {self.said['at'][:10]} (line {self.number} of {NAME})"


@dataclass(frozen=True)
class Seal:
    """What the journal says of an edition.

    Attributes:
        word: What begins its line: sealed, not sealed, vouched; changed, gone and others where it does not hold.
        said: The rest of the line.
        ok: Whether nothing speaks of a change.
        vouched: Whether a person has said, under a name, that publishing goes on beside it.
        sha256: The hash that was sealed.
    """

    word: str
    said: str
    ok: bool = True
    vouched: bool = False
    sha256: str | None = None

    def __str__(self) -> str:
        return f"{self.word}: {self.said}"

    @property
    def contradicts(self) -> bool:
        """Whether it says that the edition is another than what was published, and not only that it cannot tell."""
        return not self.ok and self.word in ("changed", "gone", "not withdrawn")


@dataclass(frozen=True)
class Told:
    """All that the journal says. `damaged` is why it says nothing that could be relied on."""

    manifests: dict[str, Line] = field(default_factory=dict)
    tombstones: dict[str, Line] = field(default_factory=dict)
    vouched: dict[str, Line] = field(default_factory=dict)
    again: dict[str, Line] = field(default_factory=dict)
    """Lines that seal what had its place already: no edition is frozen twice."""
    placed: set[str] = field(default_factory=set)
    begun: bool = False
    damaged: Seal | None = None

    def of(self, edition: Edition) -> Seal:
        """What it says of one edition, standing or withdrawn."""
        if self.damaged is not None:
            return self.damaged
        if not self.begun:
            return _NOTHING
        there, tombstone = sha256_of(edition.path / TOMBSTONE), self.tombstones.get(edition.id)
        if there is not None:
            return self._judged(edition, TOMBSTONE, there, tombstone)
        if tombstone is not None:
            said = f"its withdrawal was written down {tombstone.place}, and there is no {TOMBSTONE}"
            return Seal("not withdrawn", f"{said}; the next publication puts it there", ok=False)
        line = self.manifests.get(edition.id)
        return self._judged(edition, MANIFEST, sha256_of(edition.path / MANIFEST), line)

    def _judged(self, edition: Edition, name: str, there: str | None, line: Line | None) -> Seal:
        if line is None:
            return Seal(
                "no seal",
                f"{NAME} says nothing of its {name}: the line was taken out, the journal comes from an older backup, "
                "or the folder was put here by another hand",
                ok=False,
            )
        person = self.vouched.get(edition.id)
        vouched = person is not None and person.sha256 == there
        wrong = self._wrong(edition, name, there, line)
        if wrong is None:
            return _holds(name, line)
        said = f"{wrong.said}{_by(person) if vouched else ''}"
        return replace(wrong, said=said, vouched=vouched, sha256=line.sha256)

    def _wrong(self, edition: Edition, name: str, there: str | None, line: Line) -> Seal | None:
        if there is None:
            return Seal("gone", f"the {name} that was {_SAID[line.kind]} {line.place}", ok=False)
        if there != line.sha256:
            said = f"the {name} is not the one that was {_SAID[line.kind]} {line.place}"
            return Seal("changed", said, ok=False)
        if line.kind == "found" and was_sealed(edition):
            said = f"the {name} says that it was sealed, and {NAME} that it stood before there were seals"
            return Seal("no seal", f"{said}: another hand began it anew", ok=False)
        again = self.again.get(edition.id)
        if again is not None and name == MANIFEST:
            said = f"line {again.number} of {NAME} seals what had its place: another hand wrote it"
            return Seal("sealed again", said, ok=False)
        return None

    def of_pending(self) -> Iterator[tuple[str, Line]]:
        """Seals of which it is not written that the edition has its place: its process was killed, or is at it."""
        for name, line in self.manifests.items():
            if line.kind == "sealed" and name not in self.placed:
                yield name, line


_NOTHING = Seal(
    "not sealed",
    "nothing of this home was sealed yet. Compared are its files with its own manifest, and that with what later "
    "editions say of it: who changed all of them is not noticed",
)
_SAID = {
    "sealed": "sealed",
    "withdrawn": "written down with its withdrawal",
    "found": "taken down when sealing began",
    "vouched": "vouched for",
}


def _holds(name: str, line: Line) -> Seal:
    if line.kind == "found":
        return Seal(
            "not sealed",
            f"it was published before there were seals; its {name} is what it was {line.place}, when sealing began. "
            "What was changed before that, only later editions can tell",
            sha256=line.sha256,
        )
    if line.kind == "vouched":
        said = (
            f"no seal of its publication is left; its {name} is what it was {line.place}{_by(line)}"
        )
        return Seal("vouched", said, vouched=True, sha256=line.sha256)
    return Seal("sealed", f"{name} {line.sha256}, {line.place}", sha256=line.sha256)


def _by(line: Line | None) -> str:
    return f"; {line.said['by']} vouched for it as it is: {line.said['reason']}" if line else ""


def told(settings: Settings) -> Told:
    """What the journal says of every edition; it is read once and judges many."""
    try:
        lines = entries(settings.seals)
    except JournalDamaged as damaged:
        return Told(damaged=Seal("damaged", str(damaged), ok=False))
    if not lines:
        lost = [one.id for one in every(settings.editions) if was_sealed(one)]
        if lost:
            said = f"{NAME}, in which {lost[-1]} was sealed: restore seals/ from a backup"
            return Told(damaged=Seal("lost", said, ok=False))
    found = Told(begun=bool(lines))
    for number, line in enumerate(lines, 1):
        _take(found, number, line)
    return found


def seal_of(settings: Settings, edition: Edition) -> Seal:
    """What the journal says of one edition."""
    return told(settings).of(edition)


def every(folder: Path) -> list[Edition]:
    """Every number that was ever given, to a month, a quarter or a year."""
    return [*numbered(folder), *of_periods(folder)]


def was_sealed(edition: Edition) -> bool:
    """Whether it says of itself that it was."""
    for path in (edition.path / TOMBSTONE, edition.path / MANIFEST):
        try:
            if SEALED_IN in json.loads(path.read_bytes()):
                return True
        except (FileNotFoundError, ValueError):
            continue
    return False


def _take(found: Told, number: int, said: Mapping[str, Any]) -> None:
    """Put one line to the others."""
    if number == 1:  # only there: what stood before there were seals is said once
        for name, hashes in said.get("found", {}).items():
            _take_down(found, name, hashes, Line(number, "found", "", said))
    for name, hashes in said.get("vouched", {}).items():
        _take_down(found, name, hashes, Line(number, "vouched", "", said))
    if (name := said.get("sealed")) is not None:
        line = Line(number, "sealed", said["manifest"], said)
        (found.again if name in found.placed else found.manifests)[name] = line
    if (name := said.get("placed")) is not None:
        found.placed.add(name)
    if (name := said.get("withdrawn")) is not None:
        found.tombstones[name] = Line(number, "withdrawn", said["tombstone"], said)


def _take_down(found: Told, name: str, hashes: Mapping[str, str], line: Line) -> None:
    """What was written down first of an edition stays beside what a person vouched for later."""
    for which, lines in (("manifest", found.manifests), ("tombstone", found.tombstones)):
        if which in hashes:
            own = replace(line, sha256=hashes[which])
            lines.setdefault(name, own)
            if line.kind == "vouched":
                found.vouched[name] = own
    found.placed.add(name)
