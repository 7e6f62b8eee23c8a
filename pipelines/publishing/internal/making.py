"""Making an internal edition, and taking it away when its agreement has ended.

Belongs here: the order of things, the separate place, the journal. Does not belong here: what is shown
(`composing.py`), how (`pages.py`). Nothing here leaves a memory: to what is published later, an internal edition was
never there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.catalogue.agreement import Agreement, agreement_of
from pipelines.publishing.editions.contents import write_file, write_manifest
from pipelines.publishing.editions.seals import SEALED_IN, seal_of
from pipelines.publishing.freezing import frozen
from pipelines.publishing.internal.composing import check_figures, composed
from pipelines.publishing.internal.pages import pages
from pipelines.publishing.journal import entries, write_down
from pipelines.publishing.protecting import memory
from pipelines.publishing.protecting.agreed import Agreed
from pipelines.publishing.protecting.protection import protected
from pipelines.publishing.rows import Row, read_rows, sha256
from pipelines.publishing.shelf import MANIFEST, Edition, editions, numbered
from pipelines.settings import Settings

_OWN = ("files", "inputs", SEALED_IN)
"""What the manifest of the published edition says of itself alone."""


class NotAgreed(RuntimeError):
    """Nothing was made: no agreement holds, or what it stands on is not there."""


@dataclass(frozen=True)
class Internal:
    """An internal edition: its folder, and how many figures it opens."""

    path: Path
    opened: int


def make(settings: Settings, district: str, month: str, at: datetime, by: str) -> Internal:
    """Make the internal edition of a district's month beside the published one.

    Raises:
        NotAgreed: saying what is missing.
        ValueError: the agreement opens figures that it cannot.
    """
    entries(settings.internal)
    expire(settings, at)
    agreement = _in_force(settings, district, at.date())
    edition = _published(settings, month)
    check_figures(agreement, read_rows(settings.view / "declared" / "kpis.parquet"))
    shown = [one.id for one in numbered(settings.editions)]
    agreed = Agreed(
        district, frozenset(agreement.signed_by), list(_contributions(settings, district))
    )
    more = protected(settings.view, month, memory.recalled(settings.memory, shown), agreed)
    files, opened = composed(edition.path, more, district, agreement, month, edition.revision)
    hidden = [
        row
        for row in memory.protected_in(settings.memory, edition.id) or ()
        if row["district_id"] == district
    ]
    place = _place(settings, district, month)
    about = _about(edition, agreement, at, by)
    with frozen(place) as folder:
        for name, data in files.items():
            write_file(folder, name, data)
        write_manifest(folder, about)
        for name, data in pages(
            folder, district, agreement, opened, hidden, settings.reports
        ).items():
            write_file(folder, name, data)
        manifest = write_manifest(folder, about)
        write_down(
            settings.internal, made=place.relative_to(settings.internal).as_posix(), at=about["made_at"], by=by,
            edition=edition.id, agreement=about["agreement"], opened=len(opened), manifest=sha256(manifest),
        )  # fmt: skip
    return Internal(place, len(opened))


def expire(settings: Settings, at: datetime) -> list[Path]:
    """Take away internal editions whose agreement has ended, was taken back or says something else now."""
    gone = []
    for path in sorted(settings.internal.glob("*/????-??/n*")):
        about = read_manifest(path)
        agreement = agreement_of(settings.districts, path.parent.parent.name)
        if (
            agreement is not None
            and agreement.holds_on(at.date())
            and about.get("agreement") == _recorded(agreement)
        ):
            continue
        write_down(
            settings.internal, ended=path.relative_to(settings.internal).as_posix(), at=at.isoformat()
        )  # fmt: skip
        shutil.rmtree(path)
        gone.append(path)
    return gone


def read_manifest(path: Path) -> dict[str, Any]:
    """What an internal edition says of itself; nothing where it was not finished."""
    file = path / MANIFEST
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def _in_force(settings: Settings, district: str, day: date) -> Agreement:
    agreement = agreement_of(settings.districts, district)
    if agreement is None:
        raise NotAgreed(
            f"No agreement is recorded for {district}: expected {settings.districts / 'agreements'}/{district}.yaml.\n"
            "Nothing was made; docs/disclosure.md says what the file holds."
        )
    if not agreement.holds_on(day):
        raise NotAgreed(
            f"The agreement {agreement.reference} of {district} holds from {agreement.valid_from} to "
            f"{agreement.until}, and today is {day}. Nothing was made, and what was made under it is gone."
        )
    return agreement


def _published(settings: Settings, month: str) -> Edition:
    """The newest edition of the month, of the data that the view holds."""
    own = [one for one in editions(settings.editions) if one.month == month]
    if not own:
        raise NotAgreed(
            f"Nothing is published of {month}: an internal edition stands beside a published one. Nothing was made; "
            f"publish first (nzd publish --month {month})."
        )
    seal = seal_of(settings, own[-1])
    if not seal.ok:
        raise NotAgreed(f"{own[-1].id}: {seal}\nNothing was made beside what was not published.")
    known = read_rows(settings.view / "declared" / "as_of.parquet")[0]["known_at"]
    then = datetime.fromisoformat(own[-1].manifest["known_at"])
    if known != then:
        raise NotAgreed(
            f"{own[-1].id} holds what was known at {then}, the marts what was known at {known}: beside each other they "
            f"would tell what changed. Nothing was made; publish again (nzd publish --month {month})."
        )
    return own[-1]


def _contributions(settings: Settings, district: str) -> Iterator[Row]:
    """Who contributes what to each measure; it stays in the warehouse and in this process."""
    warehouse = settings.view / "warehouse" / "nzd.duckdb"
    with duckdb.connect(str(warehouse), read_only=True) as store:
        answer = store.execute(
            "select district_id, month, measure, holder_kind, holder_group, amount "
            "from int_contributions where district_id = ? and amount != 0",
            [district],
        )
        names = [column[0] for column in answer.description]
        yield from (dict(zip(names, row, strict=True)) for row in answer.fetchall())


def _place(settings: Settings, district: str, month: str) -> Path:
    folder = settings.internal / district / month
    taken = [
        int(entry["made"].rpartition("/n")[2])
        for entry in entries(settings.internal)
        if entry.get("made", "").startswith(f"{district}/{month}/n")
    ]
    return folder / f"n{max(taken, default=0) + 1}"


def _about(edition: Edition, agreement: Agreement, at: datetime, by: str) -> dict[str, Any]:
    public = {name: said for name, said in edition.manifest.items() if name not in _OWN}
    return {
        **public,
        "made_at": at.isoformat(),
        "made_by": by,
        "reference": agreement.reference,
        "until": agreement.until.isoformat(),
        "recipients": list(agreement.recipients),
        "agreement": _recorded(agreement),
    }


def _recorded(agreement: Agreement) -> str:
    """The hash of what was agreed: another text is another agreement."""
    return sha256(agreement.model_dump_json().encode("utf-8"))
