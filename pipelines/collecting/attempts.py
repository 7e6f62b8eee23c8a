"""One attempt at a source, as the manifest keeps it: what was found, or why nothing was.

Belongs here: what is written down. Does not belong here: asking (`fetch`), the manifest (`landing`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pipelines.catalogue.catalogue import Binding
from pipelines.connectors.transports import (
    Got,
    Nothing,
    NotModified,
    RemoteObject,
    SourceFailed,
)
from pipelines.landing.manifest import Attempt, Outcome
from pipelines.landing.store import Store


@dataclass(frozen=True)
class Asking:
    """Who is asked for what in this collection: what every failure of it is written down with."""

    binding: Binding
    at: datetime
    location: str

    def failed(self, name: str, failure: SourceFailed) -> Attempt:
        """A failure, of one object or, without a name, of the source as a whole."""
        return attempt_of(
            self.binding,
            self.at,
            "error",
            self.location,
            RemoteObject(name=name) if name else None,
            error_code=failure.code,
            error_text=failure.message[:500],
            status=failure.status,
        )


def not_set(missing: KeyError) -> SourceFailed:
    """What a secret that the environment does not hold amounts to."""
    said = f"The environment does not set {missing}. Nothing was fetched. Set it and collect."
    return SourceFailed("NOT_CONFIGURED", said)


def landed(
    binding: Binding,
    store: Store,
    at: datetime,
    seen: Collection[str | None],
    location: str,
    found: RemoteObject,
    got: Got,
) -> Attempt:
    """What was got, kept in the store where it is bytes, and the attempt that says so."""
    if isinstance(got, Nothing):
        return attempt_of(binding, at, "empty", location, found, status=got.status)
    if isinstance(got, NotModified):
        return attempt_of(binding, at, "not_modified", location, found, status=304)
    sha256 = store.put(got.body, personal=binding.is_personal)
    outcome: Outcome = "same_content" if sha256 in seen else "new"
    return attempt_of(
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
        records=got.records,
    )


def attempt_of(
    binding: Binding,
    at: datetime,
    outcome: Outcome,
    location: str,
    found: RemoteObject | None = None,
    **more: object,
) -> Attempt:
    """One attempt at a source, with what the listing and the answer said."""
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
