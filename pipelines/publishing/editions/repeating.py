"""An edition made once more from landing, byte by byte, and what stands in the way of it.

Belongs here: checking every input of an edition and making it again aside. Does not belong here: comparing files with
the manifest alone (`verify.py`); anything that changes the deployment: all that is made lies in a folder that is gone
afterwards.

What is made again is made as it was then: the bytes that had landed by the cut-off, the declarations under their
hashes, the decisions in the manifest, the editions that stood then. Only the code is today's, and where it is another
version that is said.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.collect import refresh_current
from pipelines.collecting.deliveries import Received, received_by
from pipelines.collecting.fetch import Landing
from pipelines.landing.files import sha256_of
from pipelines.landing.manifest import Attempt
from pipelines.landing.store import BlobDamaged, BlobMissing
from pipelines.publishing.editions.comments import Comment
from pipelines.publishing.editions.edition import Override, drafted, freeze
from pipelines.publishing.editions.inputs import DISTRICTS, declared_files, kept_declarations
from pipelines.publishing.protecting import memory
from pipelines.publishing.rows import read_rows
from pipelines.publishing.shelf import MANIFEST, Edition
from pipelines.settings import Settings
from pipelines.warehouse.build import BuildFailed, build


class NotRepeatable(RuntimeError):
    """The edition is older than the keeping of what making it again needs."""


@dataclass(frozen=True)
class Repeated:
    """What came of making an edition again.

    Attributes:
        damaged: Inputs that are not what they were, or gone, and nobody said so: corruption.
        taken_away: Deliveries that were erased and editions that were withdrawn since, rightly, without which this one
            cannot be repeated.
        changed: Declarations that say something else today. The edition was repeated with what they said then.
        code: Version of the code then and now.
        differing: Files that came out otherwise; None where nothing could be made.
    """

    damaged: tuple[str, ...]
    taken_away: tuple[str, ...]
    changed: tuple[str, ...]
    code: tuple[str, str]
    differing: tuple[str, ...] | None

    @property
    def same_code(self) -> bool:
        """Whether the code is what it was."""
        return self.code[0] == self.code[1]

    @property
    def ok(self) -> bool:
        """Whether nothing speaks of corruption: other files after another code or an erasure do not."""
        return not self.damaged and not (self.same_code and self.differing)


def repeat(settings: Settings, edition: Edition, code_version: str) -> Repeated:
    """Make an edition again from landing, aside, and compare every file with the one on disk.

    Raises:
        NotRepeatable: it is older than the keeping of what this needs.
        KeyError, ValueError: the manifest of the edition is not what was published.
    """
    about = edition.manifest
    if "earlier" not in about:
        raise NotRepeatable(
            f"{edition.id} was published by a version that did not keep what making it again needs. "
            f"nzd verify --files compares its files with their hashes."
        )
    cut_off = read_rows(edition.path / "tables" / "as_of.parquet")[0]["known_at"]
    landing = Landing.at(settings.landing, settings.inbox)
    code = about["code_version"], code_version
    with tempfile.TemporaryDirectory(prefix="nzd-repeat-") as folder:
        home = Path(folder)
        aside = replace(
            settings,
            home=home,
            view=home,
            districts=home / "districts",
            inbox=home / "inbox",
        )
        damaged = list(_bring_declarations(settings, aside, about["inputs"]))
        changed = tuple(_changed(settings, about["inputs"]))
        if damaged:
            return Repeated(tuple(damaged), (), changed, code, None)
        catalogue = load(aside.districts)
        attempts = landing.manifest.attempts()
        known = [one for one in attempts if one.at <= cut_off]
        lost, erased = _missing(landing, catalogue, known, attempts)
        rewritten, withdrawn = _bring_earlier(settings, aside, about["earlier"])
        withdrawn += [
            f"what edition {one} showed is no longer remembered"
            for one in about["remembered"]
            if not memory.is_kept(settings.memory, one)
        ]
        damaged = [*lost, *_never_told(about["inputs"], attempts), *rewritten]
        if damaged or erased or withdrawn:
            return Repeated(tuple(damaged), (*erased, *withdrawn), changed, code, None)
        _bring_landing(landing, aside, known)
        if about["remembered"]:
            aside.memory.symlink_to(settings.memory, target_is_directory=True)
        differing = _made_again(aside, catalogue, edition, about, cut_off)
    return Repeated((), (), changed, code, differing)


def _made_again(
    aside: Settings,
    catalogue: Catalogue,
    edition: Edition,
    about: dict[str, Any],
    cut_off: datetime,
) -> tuple[str, ...]:
    refresh_current(aside, catalogue, cut_off)
    try:
        build(aside, catalogue, cut_off)
    except BuildFailed:
        return ("every file: the warehouse could not be built from these inputs",)
    draft = drafted(
        aside,
        edition.month,
        datetime.fromisoformat(about["known_at"]).astimezone(UTC),
        about["code_version"],
        [Override(**said) for said in about["overrides"]],
        about["remembered"],
        [Comment(**said) for said in about.get("comments", ())],  # older editions know of none
    )
    again = _edition(aside, edition.id)
    freeze(draft, again, [_edition(aside, said["id"]) for said in about["earlier"]], aside.memory)
    made, there = _hashes(again.path), _hashes(edition.path)
    return tuple(name for name in sorted(made | there) if made.get(name) != there.get(name))


def _hashes(folder: Path) -> dict[str, str | None]:
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in folder.rglob("*")
        if path.is_file()
    }


def _bring_declarations(
    settings: Settings, aside: Settings, inputs: Iterable[dict[str, Any]]
) -> Iterator[str]:
    """Put the declared files of then in their places; what is not there any more is named."""
    kept = kept_declarations(settings)
    for said in inputs:
        if not said.get("path", "").startswith(DISTRICTS):
            continue
        place = aside.districts / said["path"].removeprefix(DISTRICTS)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            place.write_bytes(kept.get(said["sha256"]))
        except (BlobMissing, BlobDamaged):
            today = settings.districts / said["path"].removeprefix(DISTRICTS)
            if sha256_of(today) != said["sha256"]:
                yield f"{said['path']}: changed since, and the copy of then is lost ({kept.path(said['sha256'])})"
                continue
            shutil.copyfile(today, place)


def _bring_earlier(
    settings: Settings, aside: Settings, earlier: Iterable[dict[str, Any]]
) -> tuple[list[str], list[str]]:
    """Show the editions that stood then; those that were changed and those that were withdrawn since are named."""
    changed, withdrawn = [], []
    for said in earlier:
        there, place = (_edition(one, said["id"]) for one in (settings, aside))
        if there.tombstone is not None:
            withdrawn.append(f"edition {there.id}, which changes were told against, was withdrawn")
        elif sha256_of(there.path / MANIFEST) != said["sha256"]:
            changed.append(
                f"edition {there.id}, which changes were told against, was changed since"
            )
        else:
            place.path.parent.mkdir(parents=True, exist_ok=True)
            place.path.symlink_to(there.path, target_is_directory=True)
    return changed, withdrawn


def _edition(settings: Settings, said: str) -> Edition:
    month, number = said.split("-r")
    return Edition(settings.editions / month / f"r{number}", month, int(number))


def _changed(settings: Settings, inputs: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Declared files that say something else today, that are gone, or that are new."""
    then = {
        said["path"]: said["sha256"]
        for said in inputs
        if said.get("path", "").startswith(DISTRICTS)
    }
    now = {name: sha256_of(path) for name, path in declared_files(settings.districts)}
    for name in sorted(then | now):
        if then.get(name) != now.get(name):
            word = "new" if name not in then else "gone" if name not in now else "changed"
            yield f"{name}: {word} since"


def _missing(
    landing: Landing, catalogue: Catalogue, known: list[Attempt], attempts: list[Attempt]
) -> tuple[list[str], list[str]]:
    """Deliveries of then whose bytes are damaged or gone, and those that were erased since."""
    gone = {
        (one.district_id, one.source_id, one.sha256): one
        for one in attempts
        if one.outcome == "erased"
    }
    lost, erased = [], []
    for binding in catalogue.bindings:
        history = [
            one
            for one in known
            if (one.district_id, one.source_id) == (binding.district.id, binding.source_id)
        ]
        for received in received_by(binding, history):
            why = gone.get((binding.district.id, binding.source_id, received.sha256))
            state = _state(landing, received)
            if state is None:
                continue
            if why is not None and state == "missing":
                erased.append(f"{_named(received)}: erased on {why.at:%Y-%m-%d} ({why.location})")
            else:
                place = landing.store.path(received.sha256)
                lost.append(f"{_named(received)}: {state} at {place}")
    return lost, erased


def _state(landing: Landing, received: Received) -> str | None:
    found = sha256_of(landing.store.path(received.sha256))
    if found is None:
        return "missing"
    return None if found == received.sha256 else "damaged, its bytes have another hash,"


def _named(received: Received) -> str:
    return f"blob {received.sha256}, {received.file_name} of {received.binding}"


def _never_told(inputs: Iterable[dict[str, Any]], attempts: list[Attempt]) -> Iterator[str]:
    """Deliveries that the edition was made of and the manifest of landing knows nothing of."""
    told = {(one.district_id, one.source_id, one.sha256) for one in attempts}
    for said in (one for one in inputs if one["kind"] == "delivery"):
        place = said["district_id"], said["source_id"]
        if (*place, said["sha256"]) not in told:
            source = ".".join(place)
            yield f"blob {said['sha256']} of {source}: the manifest of landing no longer tells of it"


def _bring_landing(landing: Landing, aside: Settings, known: list[Attempt]) -> None:
    """Show what had landed by then: links to the bytes, and a manifest of its own."""
    copy = Landing.at(aside.landing, aside.inbox)
    copy.manifest.append(
        known
    )  # first: bytes without a manifest are taken for a manifest that was lost
    for sha256 in {one.sha256 for one in known if one.sha256 is not None}:
        if landing.store.path(sha256).exists():
            place = copy.store.path(sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(landing.store.path(sha256))
