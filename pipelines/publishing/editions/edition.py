"""Publishing a month: its content drafted, numbered, frozen with the hash of every input and output.

Belongs here: the manifest, the revision, what is written into an edition. Does not belong here: what may be read
(`protection.py`), which district waits (`gate.py`), what a report looks like (`rendering.py`), how a folder gets to
its place whole (`freezing.py`). After it has its place nothing changes an edition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.publishing.comparing.beside_earlier import beside_earlier
from pipelines.publishing.editions.comments import Comment, comments_on
from pipelines.publishing.editions.contents import write_file, write_manifest
from pipelines.publishing.editions.delayed import lift, note, notes_of
from pipelines.publishing.editions.gate import Checked, Held, Override, checked
from pipelines.publishing.editions.inputs import fingerprint_of, inputs_of
from pipelines.publishing.editions.keeping import withdraw_what_is_over
from pipelines.publishing.editions.sealing import seal, settle
from pipelines.publishing.editions.seals import NAME, SEALED_IN
from pipelines.publishing.editions.verify import refuse_beside_what_was_changed
from pipelines.publishing.editions.withdrawal import renew_tombstones
from pipelines.publishing.freezing import frozen, publishing
from pipelines.publishing.kpi_file import kpi_table
from pipelines.publishing.open_data.city_data import city_data
from pipelines.publishing.open_data.dcat import catalogues
from pipelines.publishing.open_data.metadata import datapackage
from pipelines.publishing.protecting import kept_points, memory
from pipelines.publishing.protecting.protection import Protected
from pipelines.publishing.protecting.refused import PublicationRefused
from pipelines.publishing.rendering.rendering import rendered
from pipelines.publishing.rows import (
    csv_bytes,
    parquet_bytes,
    sha256,
)
from pipelines.publishing.shelf import (
    MANIFEST,
    Edition,
    clear_previews,
    editions,
    latest,
    next_number,
    numbered,
    point_to_newest,
    shown_before,
)
from pipelines.settings import Settings

__all__ = ["Edition", "Override", "PublicationRefused", "editions", "latest", "publish"]


class PublicationDelayed(PublicationRefused):
    """No district may be published yet; a note says why, and when it is tried again."""


@dataclass(frozen=True)
class Draft:
    """An edition before it has a number: what it says, from what, and who is left out of it."""

    month: str
    known_at: datetime
    code_version: str
    checked: Checked
    inputs: list[dict[str, Any]]
    fingerprint: str
    remembered: Sequence[str]
    comments: Sequence[Comment] = ()
    preview: bool = False

    @property
    def content(self) -> Protected:
        """KPI values and tables of the districts that may be published."""
        return self.checked.content

    def about(self, edition: Edition, before: Sequence[Edition]) -> dict[str, Any]:
        """What the manifest says beside the files."""
        return {
            "id": edition.id,
            "month": edition.month,
            "revision": edition.revision,
            "known_at": self.known_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "code_version": self.code_version,
            "factor_set": _common(self.content, "factor_set"),
            "gwp_set": _common(self.content, "gwp_set"),
            "content": self.fingerprint,
            "left_out": list(self.checked.left_out),
            "overrides": [one.said() for one in self.checked.overrides],
            "earlier": [
                {"id": one.id, "sha256": sha256((one.path / MANIFEST).read_bytes())}
                for one in before
            ],
            "remembered": list(self.remembered),
            "comments": [one.said() for one in self.comments],
            **({"preview": True} if self.preview else {SEALED_IN: NAME}),
            "inputs": self.inputs,
        }


def publish(
    settings: Settings,
    month: str,
    known_at: datetime,
    code_version: str,
    overrides: Sequence[Override] = (),
) -> Edition:
    """Protect, freeze and render the edition of one month. Districts that must wait are left out, and a note beside
    the editions says why.

    Args:
        settings: The deployment; marts are read from `settings.view`.
        month: 'YYYY-MM', local civil month.
        known_at: The cut-off: what was known at that moment is what is published.
        code_version: Version of this code.
        overrides: Districts that a person wants published although a headline figure is below the line. What the
            standing edition of the month was published under goes on.

    Returns:
        The edition; the existing one where nothing that was known has changed.

    Raises:
        PublicationDelayed: every district must wait.
        PublicationRefused: a month without values, content that was withdrawn, an earlier edition that is not what
            was published, or one of which it is no longer known what it showed.
        Busy: another process publishes.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise PublicationRefused(
            f"'{month}' is not a month: write it like 2026-10. Nothing was published."
        )
    with publishing(settings.editions):
        settle(settings)
        refuse_beside_what_was_changed(settings)
        before = [one for one in editions(settings.editions) if one.month <= month]
        own = [one for one in before if one.month == month]
        overrides = [*overrides, *_in_force(own)]
        shown = shown_before(settings)
        _nothing_forgotten(settings)
        try:
            draft = drafted(settings, month, known_at, code_version, overrides, shown)
        except Held as waiting:
            note(settings, month, known_at, waiting.districts)
            raise PublicationDelayed(_told(settings, month)) from waiting
        edition = _standing(own, draft) or _placed(settings, draft, before)
        point_to_newest(settings)
        renew_tombstones(settings)
        withdraw_what_is_over(settings, known_at)
        clear_previews(settings, month)
        if draft.checked.held:
            note(settings, month, known_at, draft.checked.held)
        else:
            lift(settings, month)
        return edition


def drafted(
    settings: Settings,
    month: str,
    known_at: datetime,
    code_version: str,
    overrides: Sequence[Override],
    shown: Sequence[str],
    comments: Sequence[Comment] | None = None,
) -> Draft:
    """What would be published of a view.

    Args:
        settings: The deployment.
        month: 'YYYY-MM'.
        known_at: The cut-off.
        code_version: What the edition is to name.
        overrides: Decisions of people.
        shown: Accounts that someone may have read, also of editions withdrawn: nothing may follow from them and this
            one.
        comments: What cities say; what is kept of them where nothing is given.

    Raises:
        Held: nothing would be.
    """
    remembered = [one for one in shown if memory.is_kept(settings.memory, one)]
    found = checked(settings, month, overrides, memory.recalled(settings.memory, remembered))
    inputs = inputs_of(settings, found.content)
    reporting = {row["district_id"] for row in found.content.kpi_values}
    told = comments_on(settings, month, reporting, known_at) if comments is None else comments
    fingerprint = fingerprint_of(found.content, code_version, inputs, settings.reports, told)
    return Draft(month, known_at, code_version, found, inputs, fingerprint, remembered, told)


def freeze(
    draft: Draft,
    edition: Edition,
    before: Sequence[Edition],
    house: Path,
    home: Settings | None = None,
) -> None:
    """Write a draft to its place, whole.

    Args:
        draft: What it says.
        edition: Its place and number.
        before: The editions it tells changes against, oldest first.
        house: The folder that keeps what points added to them.
        home: Where its seal is written before it has its place; None of what is no edition, a preview or one that is
            made again aside.
    """
    about = draft.about(edition, before)
    with frozen(edition.path) as folder:
        values = kpi_table(draft.content.kpi_values, edition.month, edition.revision)
        write_file(folder, "kpi_values.parquet", parquet_bytes(values))
        write_file(folder, "kpi_values.csv", csv_bytes(values))
        told = beside_earlier(draft.content, values, before, about, house)
        for name, table in {**draft.content.tables, **told}.items():
            write_file(folder, f"tables/{name}.parquet", parquet_bytes(table))
        write_manifest(folder, about)
        for path, data in rendered(folder):
            write_file(folder, path, data)
        for path, data in city_data(values).items():
            write_file(folder, path, data)
        for path, data in catalogues(folder, about).items():
            write_file(folder, path, data)
        write_file(folder, "datapackage.json", datapackage(folder, about))
        manifest = write_manifest(folder, about)
        if home is not None:
            seal(home, edition, manifest, about)
    if home is not None:
        settle(home)


def _standing(own: Sequence[Edition], draft: Draft) -> Edition | None:
    """The newest edition of the month, where it says the same."""
    same = own and own[-1].manifest["content"] == draft.fingerprint
    return own[-1] if same else None


def _placed(settings: Settings, draft: Draft, before: Sequence[Edition]) -> Edition:
    for one in numbered(settings.editions):
        tombstone = one.tombstone
        if tombstone and tombstone["content"] == draft.fingerprint:
            raise PublicationRefused(
                f"What would be published of {draft.month} is what {one.id} said, which was withdrawn: "
                f"{tombstone['reason']}\nNothing was published. Mend what it was withdrawn for, then publish again."
            )
    number = next_number(settings.editions, draft.month)
    place = settings.editions / draft.month / f"r{number}"
    edition = Edition(place, draft.month, number, created=True)
    memory.remember(settings.memory, edition.id, draft.content.memory, draft.content.audit)
    kept_points.keep(settings.memory, edition.id, draft.content.points)
    freeze(draft, edition, before, settings.memory, settings)
    return edition


def _nothing_forgotten(settings: Settings) -> None:
    """Every edition that left a memory has it still: beside one that is lost, nothing would be protected.

    Raises:
        PublicationRefused: naming what is missing. Editions of older versions never left one.
    """
    lost = [
        one.id
        for one in editions(settings.editions)
        if "remembered" in one.manifest and not memory.is_kept(settings.memory, one.id)
    ]
    if lost:
        raise PublicationRefused(
            f"Expected in {settings.memory} what {', '.join(lost)} showed; it is not there. Beside an edition that is "
            "not remembered a new one could tell what a single firm or person uses.\n"
            "Nothing was published. Bring the folder back from the backup; an edition whose memory is gone for good is "
            "withdrawn first."
        )


def _in_force(own: Sequence[Edition]) -> list[Override]:
    """The overrides under which the standing edition of the month was published."""
    said = own[-1].manifest.get("overrides", ()) if own else ()  # older editions know of none
    return [Override(**one) for one in said]


def _told(settings: Settings, month: str) -> str:
    return "\n".join(
        [f"Nothing of {month} was published; the last edition stays.", *notes_of(settings, month)]
    )


def _common(content: Protected, column: str) -> str | None:
    """The one value of a column, or all of them joined where districts differ."""
    found = sorted({str(row[column]) for row in content.kpi_values if row.get(column)})
    return ", ".join(found) or None
