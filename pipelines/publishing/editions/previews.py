"""The edition that would be published, a day before, for the city to look at.

Belongs here: making it, where it lies, clearing it away. Does not belong here: who is asked to look
(`delivering/preview.py`), what the edition itself will be (`edition.py`).

A preview is no edition: it has no number, nobody can refer to it, and it is gone once the month is published. It is
remembered all the same: who saw it and reads the edition has two accounts of the same firms, and nothing may follow
from the two that follows from neither.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import datetime

from pipelines.publishing.editions.edition import drafted, freeze
from pipelines.publishing.editions.verify import refuse_beside_what_was_changed
from pipelines.publishing.freezing import publishing
from pipelines.publishing.protecting import memory
from pipelines.publishing.protecting.refused import PublicationRefused
from pipelines.publishing.shelf import (
    Edition,
    editions,
    next_number,
    previews_folder,
    previews_shown,
    shown_before,
)
from pipelines.settings import Settings


def preview(settings: Settings, month: str, known_at: datetime, code_version: str) -> Edition:
    """What would be published of a month now, frozen aside.

    Returns:
        The preview; the newest one where it would say the same.

    Raises:
        Held: every district would have to wait.
        PublicationRefused: the month is published, there is nothing to publish, or an earlier edition is not what was
            published.
        Busy: another process publishes.
    """
    with publishing(settings.editions):
        refuse_beside_what_was_changed(settings)
        standing = editions(settings.editions)
        if any(one.month == month for one in standing):
            raise PublicationRefused(
                f"{month} is published: there is nothing to look at beforehand."
            )
        before = [one for one in standing if one.month <= month]
        shown = shown_before(settings)
        draft = replace(drafted(settings, month, known_at, code_version, (), shown), preview=True)
        newest = newest_preview(settings, month)
        if newest is not None and newest.manifest["content"] == draft.fingerprint:
            return newest
        for left in previews_folder(settings).glob("????-??/.p*"):
            shutil.rmtree(left)  # of a process that was killed
        name = f"p{_next(settings, month)}"
        memory.remember(
            settings.memory, f"{month}-{name}", draft.content.memory, draft.content.audit
        )
        place = previews_folder(settings) / month / name
        made = Edition(place, month, next_number(settings.editions, month), created=True)
        freeze(draft, made, before, settings.memory)
        return made


def newest_preview(settings: Settings, month: str) -> Edition | None:
    """The preview of a month that was made last."""
    folder = previews_folder(settings) / month
    found = (
        sorted(folder.glob("p*"), key=lambda path: int(path.name[1:])) if folder.is_dir() else []
    )
    return Edition(found[-1], month, next_number(settings.editions, month)) if found else None


def previewed_months(settings: Settings) -> list[str]:
    """Months that someone may look at before they are published."""
    return sorted(
        path.name for path in previews_folder(settings).glob("????-??") if any(path.glob("p*"))
    )


def _next(settings: Settings, month: str) -> int:
    """A number that no preview of the month had, also of those that are gone."""
    own = [one for one in previews_shown(settings) if one.startswith(month)]
    return max((int(re.sub(r".*-p", "", one)) for one in own), default=0) + 1
