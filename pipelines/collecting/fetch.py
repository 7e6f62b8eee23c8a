"""From a source to the landing store: every attempt written down, one dead source never in
another's way.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipelines.catalogue.catalogue import Binding
from pipelines.collecting.attempts import Asking, attempt_of, landed, not_set
from pipelines.collecting.breaker import refused_by_breaker
from pipelines.connectors.transports import (
    Fetched,
    Opened,
    Place,
    RemoteObject,
    SourceFailed,
    Validators,
    asked,
    described,
)
from pipelines.landing.alone import Busy, alone
from pipelines.landing.manifest import Attempt, Manifest
from pipelines.landing.store import Store

_LOG = logging.getLogger(__name__)
_FOLDER_EVERY_S = 1.0


@dataclass(frozen=True)
class Landing:
    """The store and the manifest of one deployment, the inbox its folder sources may name, and what
    transports remember between processes.
    """

    store: Store
    manifest: Manifest
    inbox: Path
    state: Path

    @classmethod
    def at(cls, folder: Path, inbox: Path) -> Landing:
        """The landing stage under one folder."""
        return cls(
            Store(folder / "blobs"), Manifest(folder / "manifest.sqlite"), inbox, folder / "state"
        )


def fetch(binding: Binding, landing: Landing, at: datetime, by: str | None = None) -> list[Attempt]:
    """Ask one source for what is new and land it.

    What arrives is written down as it arrives, so that a run that is killed loses nothing. While
    another process asks the same source, nothing is done. Where `by` names who wants it, the source
    is asked even though it is paused, and the manifest keeps the name.

    Returns:
        What was written to the manifest: one attempt per delivery, or one for a listing without
        news, or one error.
    """
    try:
        with alone(landing.state / "asking" / str(binding)):
            history = landing.manifest.attempts(binding.district.id, binding.source_id)
            # What a folder gives again costs nothing; what a server gives again is asked of it.
            every = _FOLDER_EVERY_S if binding.source.scheme in ("", "folder") else 0
            attempts = _attempted(binding, landing, at, history, by)
            if by is not None:
                attempts = (replace(one, asked_by=by) for one in attempts)
            return _written_down(landing.manifest, attempts, every)
    except Busy:
        _LOG.warning("%s is being asked by another process; nothing was asked.", binding)
        return []


def would_fetch(binding: Binding, landing: Landing, at: datetime) -> tuple[list[str], list[str]]:
    """What a source lists: what would be asked for, and what was landed before as it is listed.

    Nothing is landed and nothing is written down. It fails as `asked` does.
    """
    location = described(binding.source, binding.service)
    history = landing.manifest.attempts(binding.district.id, binding.source_id)
    kept = _still_kept(landing.store, [one for one in history if one.location == location])
    known = {(a.remote_name, a.size, a.modified) for a in kept if a.sha256 is not None}
    with asked(_place(binding, landing, at, kept)) as (listed, _):
        before = [one.mtime is not None and _as_listed(one) in known for one in listed]
    names = [one.name or location for one in listed]
    said = list(zip(names, before, strict=True))
    return [name for name, old in said if not old], [name for name, old in said if old]


def would_ask(binding: Binding, landing: Landing, at: datetime) -> Place:
    """The place of an interface, for one question that is not written down."""
    location = described(binding.source, binding.service)
    history = landing.manifest.attempts(binding.district.id, binding.source_id)
    return _place(binding, landing, at, [one for one in history if one.location == location])


def _written_down(manifest: Manifest, attempts: Iterator[Attempt], every: float) -> list[Attempt]:
    """The attempts, in the manifest at most `every` seconds after they were made."""
    made: list[Attempt] = []
    written, wrote_at = 0, time.monotonic()
    try:
        for attempt in attempts:
            made.append(attempt)
            if time.monotonic() >= wrote_at + every:
                manifest.append(made[written:])
                written, wrote_at = len(made), time.monotonic()
    finally:
        manifest.append(made[written:])
    return made


def _attempted(
    binding: Binding, landing: Landing, at: datetime, history: list[Attempt], by: str | None
) -> Iterator[Attempt]:
    if binding.source.declared is not None:
        return iter([_declared(binding, landing, at, history)])
    return _whatever_happens(binding, at, _fetched(binding, landing, at, history, by))


def _whatever_happens(
    binding: Binding, at: datetime, attempts: Iterator[Attempt]
) -> Iterator[Attempt]:
    """The attempts; a defect of ours in asking one source is an outcome and stops no other."""
    try:
        yield from attempts
    except Exception as defect:
        failure = defect_of_ours(defect)
        _LOG.error("%s: %s", binding, failure.message)
        yield Asking(binding, at, described(binding.source, binding.service)).failed("", failure)


def defect_of_ours(defect: Exception) -> SourceFailed:
    """What is said of a failure that nobody foresaw: where it happened, and nothing of its text,
    which may hold an address with its secrets.
    """
    frame = traceback.extract_tb(defect.__traceback__)[-1]
    where = f"{Path(frame.filename).name}, line {frame.lineno}"
    said = f"Our own program failed while it asked ({type(defect).__name__} in {where})."
    return SourceFailed("ASKING_FAILED", said)


def _declared(binding: Binding, landing: Landing, at: datetime, history: list[Attempt]) -> Attempt:
    """Rows written in the district's file, landed as the JSON they amount to."""
    said = json.dumps(
        binding.source.declared, ensure_ascii=False, sort_keys=True, indent=1, default=str
    )
    found = RemoteObject(
        name=f"{binding.district.id}.yaml#sources.{binding.source_id}", size=len(said)
    )
    seen = {one.sha256 for one in history}
    return landed(binding, landing.store, at, seen, "declared", found, Fetched(said.encode()))


def _fetched(
    binding: Binding, landing: Landing, at: datetime, history: list[Attempt], by: str | None
) -> Iterator[Attempt]:
    location = described(binding.source, binding.service)
    asking = Asking(binding, at, location)
    kept = [one for one in _still_kept(landing.store, history) if one.location == location]
    refused = refused_by_breaker(binding.source.scheme, kept, at, binding.district.zone)
    if refused is not None and by is None:
        yield asking.failed("", SourceFailed("BREAKER_OPEN", refused))
        return
    with ExitStack() as connection:
        try:
            place = _place(binding, landing, at, kept)
            listed, opened = connection.enter_context(asked(place))
        except KeyError as missing:
            yield asking.failed("", not_set(missing))
            return
        except SourceFailed as failure:
            yield asking.failed("", failure)
            return
        news = False
        for attempt in _opened(asking, landing, history, kept, listed, opened):
            news = True
            yield attempt
    if not news:
        yield attempt_of(binding, at, "listed", location)


def _opened(
    asking: Asking,
    landing: Landing,
    history: list[Attempt],
    kept: list[Attempt],
    listed: list[RemoteObject],
    opened: Opened,
) -> Iterator[Attempt]:
    """Every listed thing that was not landed before, opened and landed or written down as failed."""
    known = {(a.remote_name, a.size, a.modified) for a in kept if a.sha256 is not None}
    seen = {a.sha256 for a in history}
    validators = {
        a.remote_name: Validators(a.etag, a.last_modified) for a in kept if a.sha256 is not None
    }
    for found in listed:
        if found.mtime is not None and _as_listed(found) in known:
            continue  # a web address tells no time when it is listed and is always asked
        try:
            got = opened(found, validators.get(found.name))
        except KeyError as missing:
            yield asking.failed("", not_set(missing))
            return
        except SourceFailed as failure:
            yield asking.failed("" if failure.whole else found.name, failure)
            if failure.whole:
                return
            continue
        try:
            attempt = landed(
                asking.binding, landing.store, asking.at, seen, asking.location, found, got
            )
        except OSError as error:  # a full disk, a folder that may not be written to
            said = (
                f"The landing store cannot keep {found.name}: {error.strerror}. Nothing was landed."
            )
            yield asking.failed("", SourceFailed("NOT_KEPT", said))
            return
        seen.add(attempt.sha256)
        yield attempt


def _place(binding: Binding, landing: Landing, at: datetime, history: list[Attempt]) -> Place:
    return Place(
        location=binding.source.location(landing.inbox),
        source=binding.source,
        service=binding.service,
        history=[one for one in history if one.parent_sha256 is None],
        state=landing.state,
        at=at,
        zone=binding.district.zone,
    )


def _still_kept(store: Store, history: list[Attempt]) -> list[Attempt]:
    """The history as far as its bytes are there: what was lost from disk is asked for again, and an
    answer that it has not changed would be of no use. What was erased is not lost.
    """
    erased = {one.sha256 for one in history if one.outcome == "erased"}
    there = {
        sha256: sha256 in erased or store.path(sha256).exists()
        for sha256 in {one.sha256 for one in history}
        if sha256
    }
    return [
        replace(one, sha256=None, outcome="listed") if one.sha256 and not there[one.sha256] else one
        for one in history
    ]


def _as_listed(found: RemoteObject) -> tuple[str, int | None, str | None]:
    return found.name, found.size, found.mtime.isoformat() if found.mtime else None
