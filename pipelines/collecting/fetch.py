"""From a source to the landing store: every attempt written down, one dead source never in
another's way.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.catalogue.catalogue import Binding
from pipelines.connectors.transports import (
    Fetched,
    NotModified,
    Opened,
    Place,
    RemoteObject,
    SourceFailed,
    Validators,
    asked,
)
from pipelines.connectors.transports.redaction import redacted_url
from pipelines.landing.manifest import Attempt, Manifest, Outcome
from pipelines.landing.store import Store


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


def fetch(binding: Binding, landing: Landing, at: datetime) -> list[Attempt]:
    """Ask one source for what is new and land it.

    Returns:
        What was written to the manifest: one attempt per delivery, or one for a listing without
        news, or one error.
    """
    history = landing.manifest.attempts(binding.district.id, binding.source_id)
    if binding.source.declared is not None:
        attempts = _declared(binding, landing, at, history)
    else:
        attempts = _fetched(binding, landing, at, history)
    landing.manifest.append(attempts)
    return attempts


def _declared(
    binding: Binding, landing: Landing, at: datetime, history: list[Attempt]
) -> list[Attempt]:
    """Rows written in the district's file, landed as the JSON they amount to."""
    said = json.dumps(
        binding.source.declared, ensure_ascii=False, sort_keys=True, indent=1, default=str
    )
    found = RemoteObject(
        name=f"{binding.district.id}.yaml#sources.{binding.source_id}", size=len(said)
    )
    seen = {a.sha256 for a in history}
    return [_landed(binding, landing, at, seen, "declared", found, Fetched(said.encode()))]


def _fetched(
    binding: Binding, landing: Landing, at: datetime, history: list[Attempt]
) -> list[Attempt]:
    location = redacted_url(binding.source.from_ or "")
    with ExitStack() as connection:
        try:
            listed, opened = connection.enter_context(asked(_place(binding, landing, at, history)))
        except KeyError as missing:
            said = (
                f"The environment does not set {missing}. Nothing was fetched. Set it and collect."
            )
            return [_failed(binding, at, location, "", "NOT_CONFIGURED", said)]
        except SourceFailed as failure:
            return [
                _failed(binding, at, location, "", failure.code, failure.message, failure.status)
            ]
        attempts = _opened(binding, landing, at, history, listed, opened)
    return attempts or [_attempt(binding, at, "listed", location)]


def _opened(
    binding: Binding,
    landing: Landing,
    at: datetime,
    history: list[Attempt],
    listed: list[RemoteObject],
    opened: Opened,
) -> list[Attempt]:
    """Every listed thing that was not landed before, opened and landed or written down as failed."""
    location = redacted_url(binding.source.from_ or "")
    known = {(a.remote_name, a.size, a.modified) for a in history if a.sha256 is not None}
    seen = {a.sha256 for a in history}
    validators = {
        a.remote_name: Validators(a.etag, a.last_modified) for a in history if a.sha256 is not None
    }
    attempts: list[Attempt] = []
    for found in listed:
        if found.mtime is not None and _as_listed(found) in known:
            continue  # a web address tells no time when it is listed and is always asked
        try:
            got = opened(found, validators.get(found.name))
        except SourceFailed as failure:
            attempts.append(
                _failed(
                    binding,
                    at,
                    location,
                    found.name,
                    failure.code,
                    failure.message,
                    failure.status,
                )
            )
            continue
        attempts.append(_landed(binding, landing, at, seen, location, found, got))
        seen.add(attempts[-1].sha256)
    return attempts


def _place(binding: Binding, landing: Landing, at: datetime, history: list[Attempt]) -> Place:
    return Place(
        location=binding.source.location(landing.inbox),
        source=binding.source,
        service=binding.service,
        history=history,
        state=landing.state,
        at=at,
        zone=binding.district.zone,
    )


def _as_listed(found: RemoteObject) -> tuple[str, int | None, str | None]:
    return found.name, found.size, found.mtime.isoformat() if found.mtime else None


def _landed(
    binding: Binding,
    landing: Landing,
    at: datetime,
    seen: Collection[str | None],
    location: str,
    found: RemoteObject,
    got: Fetched | NotModified,
) -> Attempt:
    if isinstance(got, NotModified):
        return _attempt(binding, at, "not_modified", location, found, status=304)
    sha256 = landing.store.put(got.body)
    outcome: Outcome = "same_content" if sha256 in seen else "new"
    return _attempt(
        binding,
        at,
        outcome,
        location,
        found,
        sha256=sha256,
        size=len(got.body),
        etag=got.etag,
        last_modified=got.last_modified,
        status=got.status,
    )


def _failed(
    binding: Binding,
    at: datetime,
    location: str,
    name: str,
    code: str,
    said: str,
    status: int | None = None,
) -> Attempt:
    return _attempt(
        binding,
        at,
        "error",
        location,
        RemoteObject(name=name) if name else None,
        error_code=code,
        error_text=said[:500],
        status=status,
    )


def _attempt(
    binding: Binding,
    at: datetime,
    outcome: Outcome,
    location: str,
    found: RemoteObject | None = None,
    **more: object,
) -> Attempt:
    listed: dict[str, object] = {}
    if found is not None:
        modified = found.mtime.isoformat() if found.mtime else None
        listed = {"remote_name": found.name, "size": found.size, "modified": modified}
    said = {**listed, **{key: value for key, value in more.items() if value is not None}}
    return Attempt(
        binding.district.id,
        binding.source_id,
        binding.dataset.id,
        at,
        outcome,
        location,
        **said,  # type: ignore[arg-type]
    )
