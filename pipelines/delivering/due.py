"""Which mails are due: for what, to whom, with what in it.

Belongs here: the rules of who hears what when, each letter named by a key that is given once. Does not belong here:
sending (`sending.py`), what a mail says (`report_mail.py`, `notices.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.recipients import Mailing, Recipient
from pipelines.delivering.ledger import ARRIVED, Letter
from pipelines.delivering.notices import changed_lines, corrected_mail, delayed_mail, withdrawn_mail
from pipelines.delivering.postage import Postage
from pipelines.delivering.preview_mail import preview_mail
from pipelines.delivering.report_mail import language, report_mail
from pipelines.delivering.wording import Wording
from pipelines.publishing.editions.delayed import FILE as DELAYED
from pipelines.publishing.editions.previews import newest_preview, previewed_months
from pipelines.publishing.editions.seals import told
from pipelines.publishing.editions.withdrawal import replacement
from pipelines.publishing.language import Words
from pipelines.publishing.reading import Reading
from pipelines.publishing.shelf import Edition, editions, numbered
from pipelines.settings import Settings

Compose = Callable[[Words], Wording]


@dataclass(frozen=True)
class Due:
    """One mail that is to go.

    `answers` is the Message-ID it follows, `facts` what it tells, `reply_to` who is asked back where not as usual.
    """

    key: str
    kind: str
    district: str | None
    to: Recipient
    compose: Compose
    month: str | None = None
    edition: str | None = None
    answers: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    reply_to: str | None = None


@dataclass(frozen=True)
class Deployment:
    """What the rules look at."""

    settings: Settings
    catalogue: Catalogue
    mailing: Mailing
    postage: Postage
    sent: Sequence[Letter]
    at: datetime
    _read: dict[str, Reading] = field(default_factory=dict)
    _changed: dict[tuple[str, str, str | None, str], list[str]] = field(default_factory=dict)

    def reading(self, edition: Edition) -> Reading:
        """An edition's tables, read once however many letters tell of it."""
        return self._read.setdefault(str(edition.path), Reading(edition.path))

    def changes(self, old: Edition, new: Edition, district: str | None, said: Words) -> list[str]:
        """What a later revision tells a reader otherwise, compared once however many read it."""
        key = (old.id, new.id, district, said.code)
        if key not in self._changed:
            self._changed[key] = changed_lines(old, self.reading(new), district, said)
        return self._changed[key]

    def had(self, edition: Edition, district: str | None, address: str) -> Letter | None:
        """The mail by which someone got an edition, or None."""
        found = [
            one
            for one in self.sent
            if one.edition == edition.id
            and one.district_id == district
            and one.address.lower() == address.lower()
            and one.kind in ("report", "corrected")
            and one.state in ARRIVED
        ]
        return found[-1] if found else None

    @property
    def places(self) -> list[str | None]:
        """Every district, and the programme."""
        return [*self.catalogue.districts, None]


def due(of: Deployment, month: str | None, districts: tuple[str, ...]) -> Iterator[Due]:
    """Every mail about editions that is due now; none about one that is not what was sealed.

    Args:
        of: The deployment.
        month: The month whose newest edition goes out; the newest month where none is named. Corrections and
            withdrawals of what someone already got are due in any case.
        districts: Only mail about these; all, and the programme, where none is named.
    """
    standing = editions(of.settings.editions)
    newest, sealed = {one.month: one for one in standing}, told(of.settings)
    wanted = month or max(newest, default=None)
    published = [one for one in newest.values() if not sealed.of(one).contradicts]
    for place in of.places:
        if districts and place not in districts:
            continue
        for to in of.mailing.of(place, "report"):
            for one in published:
                yield from _of_edition(of, standing, one, place, to, asked=one.month == wanted)
    yield from _withdrawn(of, districts)
    yield from _delayed(of, districts)
    yield from _previews(of, districts)


def _previews(of: Deployment, districts: tuple[str, ...]) -> Iterator[Due]:
    """Once for a month, to who is asked for a comment: what follows from it is published in any case."""
    for month in previewed_months(of.settings):
        draft = newest_preview(of.settings, month)
        if draft is None:
            continue
        for place in of.catalogue.districts:
            if (districts and place not in districts) or not (draft.path / place).is_dir():
                continue
            for to in of.mailing.of(place, "preview"):
                yield Due(
                    key_of("preview", month, place, to.address),
                    "preview",
                    place,
                    to,
                    partial(preview_mail, draft, of.reading(draft), place, postage=of.postage),
                    month,
                )


def key_of(kind: str, what: str, place: str | None, address: str) -> str:
    """For what a letter is: the same for the same mail to the same person."""
    return "/".join((kind, what, place or "programme", address.lower()))


def _of_edition(
    of: Deployment,
    standing: Sequence[Edition],
    newest: Edition,
    place: str | None,
    to: Recipient,
    *,
    asked: bool,
) -> Iterator[Due]:
    """The report to who has none of the month; to who has an earlier revision, what is different."""
    if place is not None and not (newest.path / place).is_dir():
        return
    if of.had(newest, place, to.address):
        return
    earlier = [one for one in standing if one.month == newest.month and one is not newest]
    before = next((one for one in reversed(earlier) if of.had(one, place, to.address)), None)
    if before is not None:
        letter = of.had(before, place, to.address)
        if lines := of.changes(before, newest, place, texts(of, to)):
            yield Due(
                key_of("corrected", newest.id, place, to.address),
                "corrected",
                place,
                to,
                lambda said: corrected_mail(
                    before, newest, of.reading(newest), lines, place, said, of.postage
                ),
                newest.month,
                newest.id,
                letter.message_id if letter else None,
            )
    elif asked:
        yield Due(
            key_of("report", newest.id, place, to.address),
            "report",
            place,
            to,
            lambda said: report_mail(newest, of.reading(newest), place, said, of.postage),
            newest.month,
            newest.id,
        )


def _withdrawn(of: Deployment, districts: tuple[str, ...]) -> Iterator[Due]:
    """To everybody who has an edition, or its draft, that must not be used any more: also to who left the list."""
    for one in numbered(of.settings.editions):
        tombstone = one.tombstone
        if tombstone is None or tombstone["kind"] == "retention":
            continue
        told: set[str] = set()
        for letter in reversed(of.sent):
            place = letter.district_id
            key = key_of("withdrawn", one.id, place, letter.address)
            if key in told or not shows(letter, one) or (districts and place not in districts):
                continue
            told.add(key)
            yield Due(
                key,
                "withdrawn",
                place,
                _reader(of, letter),
                _withdrawing(of, one, tombstone, place),
                one.month,
                one.id,
                letter.message_id,
            )


def shows(letter: Letter, edition: Edition) -> bool:
    """Whether who got a letter has figures of an edition."""
    draft = letter.kind == "preview" and letter.month == edition.month
    own = letter.kind in ("report", "corrected") and letter.edition == edition.id
    return (draft or own) and letter.state in ARRIVED


def _reader(of: Deployment, letter: Letter) -> Recipient:
    """Who got a letter, with the name they have on the list today."""
    place = letter.district_id
    said = of.mailing.programme if place is None else of.mailing.districts.get(place)
    listed = said.recipients if said else ()
    same = (one for one in listed if one.address.lower() == letter.address.lower())
    language_then = "it" if letter.language == "it" else "en"
    return next(same, Recipient(email=letter.address, language=language_then))


def _withdrawing(
    of: Deployment, edition: Edition, tombstone: Mapping[str, Any], place: str | None
) -> Compose:
    def compose(said: Words) -> Wording:
        name = said.say("programme.title")
        if place is not None:
            district = of.catalogue.districts.get(place)
            italian = district.name if district else place
            name = italian if said.code == "it" or not district else district.name_en or italian
        by = replacement(of.settings.editions, edition)
        return withdrawn_mail(tombstone, place, name, by, said, of.postage)

    return compose


def _delayed(of: Deployment, districts: tuple[str, ...]) -> Iterator[Due]:
    """Once for each set of reasons: the same reason the next day is no news."""
    for path in sorted(of.settings.editions.glob(f"????-??/{DELAYED}")):
        note = json.loads(path.read_text(encoding="utf-8"))
        for one in note["districts"]:
            place = one["district_id"]
            if districts and place not in districts:
                continue
            why = _hash(one["because"])
            for to in of.mailing.of(place, "report"):
                yield Due(
                    key_of("delayed", f"{note['month']}-{why}", place, to.address),
                    "delayed",
                    place,
                    to,
                    partial(delayed_mail, note, one),
                    note["month"],
                )


def still_so(settings: Settings, letter: Letter) -> bool:
    """Whether what a letter that waits tells has not been overtaken by what was published or withdrawn since."""
    standing = editions(settings.editions)
    own = [one for one in standing if one.month == letter.month]
    if letter.kind in ("report", "corrected"):
        return bool(own) and own[-1].id == letter.edition
    if letter.kind == "delayed":
        path = settings.editions / str(letter.month) / DELAYED
        told = json.loads(path.read_text(encoding="utf-8"))["districts"] if path.exists() else []
        reasons = {one["district_id"]: _hash(one["because"]) for one in told}
        why = reasons.get(letter.district_id)
        return why is not None and f"/{letter.month}-{why}/" in letter.key
    if letter.kind == "preview":
        return letter.month in previewed_months(settings)
    return True


def _hash(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]


def texts(of: Deployment, to: Recipient) -> Words:
    """The words of a reader's language."""
    return language(to.language, of.settings.reports)
