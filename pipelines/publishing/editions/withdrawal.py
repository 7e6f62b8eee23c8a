"""Withdrawing an edition: its figures go, a tombstone stays that says why.

Belongs here: what a tombstone says, and in which order files go. Does not belong here: erasing deliveries
(`collecting/erasing`), how many editions are kept (`keeping.py`).

The tombstone is written first: from then on the edition is withdrawn, whatever happens to the process. Then the
pointer moves to the last good edition, then the files go; what a killed process left of them the next one clears.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.publishing.editions.sealing import seal_withdrawal
from pipelines.publishing.editions.seals import NAME, SEALED_IN, told
from pipelines.publishing.freezing import publishing, write_durably
from pipelines.publishing.language import words
from pipelines.publishing.open_data.dcat import withdrawn_jsonld
from pipelines.publishing.protecting import kept_points, memory
from pipelines.publishing.rendering.index_page import notice
from pipelines.publishing.rendering.page_engine import LANGUAGES
from pipelines.publishing.rows import json_bytes
from pipelines.publishing.shelf import (
    TOMBSTONE,
    Edition,
    clear_previews,
    editions,
    numbered,
    of_periods,
    point_to_newest,
    previews_shown,
    standing,
)
from pipelines.settings import Settings

_PAGE, _CATALOGUE = "index.html", "catalog.jsonld"
_ROME = ZoneInfo("Europe/Rome")
_OVER = "retention"
"""What a council adopted is kept longer than the months it was made of."""


def withdraw(
    settings: Settings, edition: Edition, reason: str, kind: str, by: str, at: datetime
) -> list[Edition]:
    """Take an edition away for good.

    Args:
        settings: The deployment.
        edition: One that stands.
        reason: For everybody to read: it must not say what was withdrawn.
        kind: erasure (someone's right), disclosure (a figure too close to someone), error, retention.
        by: The person or authority that decided.
        at: When.

    Returns:
        Editions that stand and repeat some of its figures: later ones that tell changes against it and, of one whose
        time is over, its quarter and year. For every other reason its quarter and year, which are views of it, are
        withdrawn with it.

    Raises:
        Busy: where another process publishes; nothing was done.
    """
    with publishing(settings.editions):
        return bury(settings, edition, reason, kind, by, at)


def bury(
    settings: Settings, edition: Edition, reason: str, kind: str, by: str, at: datetime
) -> list[Edition]:
    """The same for one who holds the editions already."""
    views = views_of(settings.editions, edition)
    if kind != _OVER:
        for view in views:
            of = f"{view.id} is a view of {edition.id}, which was withdrawn: {reason}"
            bury(settings, view, of, kind, by, at)
    about = _published_as(settings, edition)
    said = {
        "id": edition.id,
        "month": edition.month,
        "revision": edition.revision,
        "known_at": about["known_at"],
        "content": about["content"],
        SEALED_IN: NAME,
        "withdrawn_at": at.isoformat(),
        "kind": kind,
        "reason": reason,
        "by": by,
        "cities": sorted(
            file["path"].removesuffix(f"/{_CATALOGUE}")
            for file in about.get("files", ())
            if file["path"].endswith(f"/{_CATALOGUE}")
        ),
    }
    tombstone = json_bytes(said)
    seal_withdrawal(settings, edition, tombstone)
    write_durably(edition.path / TOMBSTONE, tombstone)
    if kind == "erasure":
        memory.forget(settings.memory, edition.id)
        kept_points.let_go(settings.memory, edition.id)
        for one in previews_shown(settings):
            if one.startswith(edition.month):
                memory.forget(settings.memory, one)
    clear_previews(settings, edition.month)
    point_to_newest(settings)
    renew_tombstones(settings)
    repeating = [
        one
        for one in editions(settings.editions)
        if edition.id in {each["id"] for each in one.manifest.get("earlier", ())}
    ]
    return [*repeating, *(views if kind == _OVER else ())]


def _published_as(settings: Settings, edition: Edition) -> dict[str, Any]:
    """What its manifest says; of one that was changed or is gone, what its seal says in place of it."""
    try:
        about = edition.manifest
    except (FileNotFoundError, ValueError):
        about = {}
    line = told(settings).manifests.get(edition.id)
    sealed = {} if line is None else line.said
    return {
        **about,
        **{name: sealed.get(name, about.get(name)) for name in ("known_at", "content")},
    }


def views_of(folder: Path, edition: Edition) -> list[Edition]:
    """The quarters and years that stand and are a view of this month's edition."""
    return [
        one for one in standing(of_periods(folder)) if one.manifest["view_of"]["id"] == edition.id
    ]


def why_withdrawn(edition: Edition, replaced_by: Edition | None) -> str | None:
    """One line for a terminal; None of an edition that stands."""
    said = edition.tombstone
    if said is None:
        return None
    replaced = f" {replaced_by.id} replaces it." if replaced_by else " No edition replaces it yet."
    return (
        f"{edition.id} was withdrawn on {said['withdrawn_at'][:10]} ({said['kind']}) by {said['by']}, "
        f"because: {said['reason'].rstrip('.')}.{replaced}"
    )


def replacement(folder: Path, edition: Edition) -> Edition | None:
    """The newest edition of the same month or period that stands and came later."""
    later = [
        one
        for one in standing([*numbered(folder), *of_periods(folder)])
        if one.month == edition.month and one.revision > edition.revision
    ]
    return later[-1] if later else None


def renew_tombstones(settings: Settings) -> None:
    """Say of every withdrawn edition what replaces it now, and clear what a killed process left of it."""
    for one in [*numbered(settings.editions), *of_periods(settings.editions)]:
        _only_the_tombstone(settings, one)


def _only_the_tombstone(settings: Settings, edition: Edition) -> None:
    said = edition.tombstone
    if said is None:
        return
    for path in edition.path.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in (TOMBSTONE, _PAGE, _CATALOGUE):
            path.unlink()
    by = replacement(settings.editions, edition)
    name = by.id if by else None
    write_durably(edition.path / _PAGE, _page(settings, said, by))
    write_durably(edition.path / _CATALOGUE, withdrawn_jsonld(said, name))
    for city in said.get("cities", ()):
        write_durably(edition.path / city / _CATALOGUE, withdrawn_jsonld(said, name, city))


def _page(settings: Settings, said: Mapping[str, Any], replaced_by: Edition | None) -> bytes:
    parts = []
    day = datetime.fromisoformat(said["withdrawn_at"]).astimezone(_ROME).date()
    for code in LANGUAGES:
        language = words(code, settings.reports / "text")
        lines = [
            language.say(
                "withdrawn.why", day=language.day_in(day), reason=said["reason"].rstrip(".")
            ),
            language.say(f"withdrawn.kind.{said['kind']}"),
            language.say("withdrawn.by", by=said["by"]),
            language.say("withdrawn.replaced", id=replaced_by.id)
            if replaced_by
            else language.say("withdrawn.not_replaced"),
            language.say("withdrawn.number"),
        ]
        parts.append((code, language.say("withdrawn.title", id=said["id"]), lines))
    return notice(parts, settings.reports)
