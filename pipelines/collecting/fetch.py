"""From a source to the landing store: every attempt written down, one dead source never in
another's way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.catalogue.catalogue import Binding
from pipelines.connectors.transports import (
    Fetched,
    NotModified,
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
    return [_landed(binding, landing, at, history, "declared", found, Fetched(said.encode()))]


def _fetched(
    binding: Binding, landing: Landing, at: datetime, history: list[Attempt]
) -> list[Attempt]:
    location = redacted_url(binding.source.from_ or "")
    try:
        listed, opened = asked(_place(binding, landing, at, history))
    except KeyError as missing:
        said = f"The environment does not set {missing}. Nothing was fetched. Set it and collect."
        return [_failed(binding, at, location, "", "NOT_CONFIGURED", said)]
    except SourceFailed as failure:
        return [_failed(binding, at, location, "", failure.code, failure.message, failure.status)]
    attempts: list[Attempt] = []
    for found in listed:
        if _is_known(found, history):
            continue
        try:
            got = opened(found, _validators(found, history))
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
        attempts.append(_landed(binding, landing, at, [*history, *attempts], location, found, got))
    return attempts or [_attempt(binding, at, "listed", location)]


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


def _is_known(found: RemoteObject, history: list[Attempt]) -> bool:
    """Whether a file was landed before as it is listed now; a web address is always asked."""
    if found.mtime is None:
        return False
    return any(
        attempt.remote_name == found.name
        and attempt.size == found.size
        and attempt.modified == found.mtime.isoformat()
        and attempt.sha256 is not None
        for attempt in history
    )


def _validators(found: RemoteObject, history: list[Attempt]) -> Validators | None:
    for attempt in reversed(history):
        if attempt.remote_name == found.name and attempt.sha256:
            return Validators(attempt.etag, attempt.last_modified)
    return None


def _landed(
    binding: Binding,
    landing: Landing,
    at: datetime,
    history: list[Attempt],
    location: str,
    found: RemoteObject,
    got: Fetched | NotModified,
) -> Attempt:
    if isinstance(got, NotModified):
        return _attempt(binding, at, "not_modified", location, found, status=304)
    sha256 = landing.store.put(got.body)
    outcome: Outcome = "same_content" if any(a.sha256 == sha256 for a in history) else "new"
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
