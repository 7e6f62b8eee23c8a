"""One source looked at without changing anything: what it needs, what stands in its way, what it
would fetch.

Belongs here: secrets that are named and not set, folders that are not there, when it last answered.
Does not belong here: mistakes in declarations, which do not load (`catalogue`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipelines.catalogue.catalogue import Binding
from pipelines.catalogue.source import FromEnvironment
from pipelines.collecting.breaker import refused_by_breaker
from pipelines.collecting.fetch import Landing, defect_of_ours, would_ask, would_fetch
from pipelines.connectors.transports import Looked, SourceFailed, left_of, looked_at

_REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_WILDCARD = re.compile(r"[*?\[]")
_SHOWN = 20


@dataclass
class Checked:
    """What was found of one source: facts, and what must be mended before it can be collected."""

    source: str
    facts: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def checked(binding: Binding, landing: Landing, at: datetime, *, ask: bool) -> Checked:
    """One source without collecting it.

    Args:
        binding: The source.
        landing: Its history and the inbox.
        at: Now.
        ask: Whether the source is listed, and of an interface the first page of the newest answer
            that is due is asked for; nothing of it is landed or written down.
    """
    found = Checked(str(binding))
    source = binding.source
    if source.declared is not None:
        found.facts.append(f"{len(source.declared)} rows declared in the district's file")
        return found
    found.facts.append(f"format {binding.format.id} → {binding.dataset.id}, by {source.scheme}")
    unset = _secrets(binding, found)
    if source.scheme == "folder" and not unset:
        _folder(Path(source.location(landing.inbox)), source.sentinel, found)
    if source.scheme == "sftp":
        found.facts.append("the server's host key is pinned")
    if source.insecure or source.scheme in ("http", "webdav", "imap"):
        found.facts.append("asked without encryption, as declared")
    history = landing.manifest.attempts(binding.district.id, binding.source_id)
    _of_history(binding, history, at, found)
    if ask and not unset:
        _asked(binding, landing, at, found)
    return found


def _secrets(binding: Binding, found: Checked) -> list[str]:
    """The variables that the source names and the environment does not set."""
    names = sorted({*_named(binding.source), *_named(binding.service)} - {"NZD_INBOX"})
    unset = [name for name in names if not os.environ.get(name)]
    if names:
        found.facts.append(f"needs {', '.join(names)} from the environment")
    found.troubles += [f"{name} is not set" for name in unset]
    return unset


def _named(declared: Any) -> Iterator[str]:
    if isinstance(declared, FromEnvironment):
        yield declared.env
    elif isinstance(declared, BaseModel):
        for name in type(declared).model_fields:
            yield from _named(getattr(declared, name))
    elif isinstance(declared, dict):
        for value in declared.values():
            yield from _named(value)
    elif isinstance(declared, tuple | list):
        for value in declared:
            yield from _named(value)
    elif isinstance(declared, str):
        yield from _REFERENCE.findall(declared)


def _folder(place: Path, sentinel: str | None, found: Checked) -> None:
    parts = place.parts
    wild = next((at for at, part in enumerate(parts) if _WILDCARD.search(part)), len(parts) - 1)
    folder = Path(*parts[:wild])
    if not folder.is_dir():
        found.troubles.append(f"the folder {folder} is not there; create or mount it")
        return
    found.facts.append(f"folder {folder}")
    if sentinel and not (folder / sentinel).exists():
        found.troubles.append(f"{sentinel} is not in {folder}: the share is probably not mounted")


def _of_history(binding: Binding, history: list[Any], at: datetime, found: Checked) -> None:
    if not history:
        found.facts.append("never asked")
        return
    zone = binding.district.zone
    good = next((one for one in reversed(history) if one.outcome != "error"), None)
    if good is not None:
        found.facts.append(f"last answered {good.at.astimezone(zone):%Y-%m-%d %H:%M}")
    newest = history[-1]
    if newest.outcome == "error":
        found.troubles.append(f"last time: {newest.error_code}: {newest.error_text}")
    paused = refused_by_breaker(binding.source.scheme, history, at, zone)
    if paused is not None:
        found.troubles.append(paused)


def _asked(binding: Binding, landing: Landing, at: datetime, found: Checked) -> None:
    try:
        fresh, known = would_fetch(binding, landing, at)
    except KeyError as missing:
        found.troubles.append(f"{missing} is not set")
    except SourceFailed as failure:
        found.troubles.append(f"{failure.code}: {failure.message}")
    except Exception as defect:  # one source must not keep the others from being looked at
        found.troubles.append(defect_of_ours(defect).message)
    else:
        if binding.service is not None and binding.source.scheme in ("http", "https"):
            _of_interface(binding, landing, at, found, len(fresh) + len(known))
            return
        found.facts.append(f"lists {len(fresh) + len(known)}, {len(known)} of them landed before")
        found.facts += [f"would ask for {name}" for name in fresh[:_SHOWN]]
        if len(fresh) > _SHOWN:
            found.facts.append(f"… and {len(fresh) - _SHOWN} more")


def _of_interface(
    binding: Binding, landing: Landing, at: datetime, found: Checked, due: int
) -> None:
    """What one real question to an interface brought, and what may still be asked of it."""
    place = would_ask(binding, landing, at)
    try:
        looked = looked_at(place)
    except SourceFailed as failure:
        found.troubles.append(f"{failure.code}: {failure.message}")
    else:
        found.facts += _of_answer(looked, due)
    for one in left_of(place):
        if not one.seconds:
            found.troubles.append(f"its server wants not to be asked before {_moment(one.more_at)}")
            continue
        more = f", more from {_moment(one.more_at)}" if one.more_at else ""
        found.facts.append(f"{one.left} of {one.limit} questions in {one.seconds} s left{more}")


def _of_answer(looked: Looked | None, due: int) -> Iterator[str]:
    if looked is None:
        yield "nothing is due"
        return
    yield f"{due} answers are due, the newest is {looked.name}"
    if not looked.answered:
        yield "it prepares its answers: asking would begin a job, so nothing was asked"
    elif looked.status is None:
        yield f"asked: it says there is nothing ({looked.seconds:.1f} s)"
    else:
        kind = looked.kind or "of no kind"
        yield f"asked: {looked.status}, {kind}, {looked.size:,} bytes in {looked.seconds:.1f} s"
        if looked.records is not None:
            total = "" if looked.total is None else f" of {looked.total}"
            yield f"its first page has {looked.records}{total} records"
        yield f"begins: {looked.begins}"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "a moment nobody knows"
