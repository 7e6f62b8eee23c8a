"""Short mails about a report: corrected, withdrawn, delayed.

Belongs here: what such a notice says. Does not belong here: who has to hear it (`due.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.delivering.postage import Postage
from pipelines.delivering.report_mail import (
    edition_line,
    link_to,
    name_of,
    subject_of,
)
from pipelines.delivering.wording import Wording, part
from pipelines.publishing.comparing.diff import Change, published_changes, told_by
from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.sections.figures import amount, joined, places
from pipelines.publishing.report.sections.tiles import headline, short_name
from pipelines.publishing.shelf import Edition

_TOLD = 6
_ROME = ZoneInfo("Europe/Rome")
_PROGRAMME = "programme"


def changed_lines(old: Edition, reading: Reading, district: str | None, said: Words) -> list[str]:
    """Figures of a district, or of all, that a later revision tells otherwise as far as print can show it."""
    found = published_changes(told_by(old.path).values, told_by(reading.folder).values)
    own = [one for one in found if district in (None, one.key["district_id"])]
    lines = (_line(reading, one, district, said) for one in _in_order(reading, own))
    return [line for line in lines if line]


def corrected_mail(
    old: Edition,
    new: Edition,
    reading: Reading,
    lines: Sequence[str],
    district: str | None,
    said: Words,
    postage: Postage,
) -> Wording:
    """What a later revision of the same month says otherwise; nothing that it says as before."""
    name = _name(reading, district, said)
    about = {"district": name, "month": said.month(new.month)}
    demonstration = any(row["demonstration"] for row in reading.districts.values())
    lead = said.say(
        "mail.corrected.lead",
        month=said.month(new.month),
        new=f"r{new.revision}",
        old=f"r{old.revision}",
    )
    return Wording(
        said.code,
        subject_of(
            said.say("mail.subject_corrected", **about, id=f"r{new.revision}"), demonstration, said
        ),
        said.say("mail.kicker" if district else "mail.kicker_programme"),
        said.say("mail.title", **about),
        (
            part(None, lead, listed=False),
            part(said.say("mail.corrected.changes"), *_shortened(lines, said)),
        ),
        banner=said.say("report.demonstration") if demonstration else None,
        link=link_to(new, district or _PROGRAMME, said, postage),
        small=(edition_line(reading, "Europe/Rome", said),),
    )


def _shortened(lines: Sequence[str], said: Words) -> list[str]:
    rest = len(lines) - _TOLD
    more = [said.say("mail.corrected.more", count=rest)] if rest > 0 else []
    return [*lines[:_TOLD], *more]


def _in_order(reading: Reading, changes: Sequence[Change]) -> list[Change]:
    """Headline figures of the newest month on top."""
    first = {
        code
        for district in reading.districts
        for code in headline(DistrictReading(reading, district))
    }
    recent = sorted(changes, key=lambda one: one.key["month"], reverse=True)
    return sorted(recent, key=lambda one: one.key["kpi_code"] not in first)


def _line(reading: Reading, one: Change, district: str | None, said: Words) -> str | None:
    kpi = reading.kpis.get(one.key["kpi_code"])
    if kpi is None:
        return None
    old, new = (_printed(value, kpi, said) for value in (one.old, one.new))
    if old == new:
        return None
    name = short_name(one.key["kpi_code"], kpi, said)
    if district is None:
        name = f"{name_of(reading.districts[one.key['district_id']], said)}, {name}"
    told = {"name": name, "month": said.month(one.key["month"]), "old": old, "new": new}
    key = "now_known" if old is None else "now_gone" if new is None else "line"
    return said.say(f"mail.corrected.{key}", **told)


def _printed(value: Decimal | None, kpi: Mapping[str, Any], said: Words) -> str | None:
    if value is None:
        return None
    return joined(amount(value, kpi["unit"], places(value, dict(kpi)), said))


def withdrawn_mail(
    tombstone: Mapping[str, Any],
    district: str | None,
    name: str,
    replaced_by: Edition | None,
    said: Words,
    postage: Postage,
) -> Wording:
    """That an edition must not be used any more; none of its figures, since why they went may be that they tell."""
    day = datetime.fromisoformat(tombstone["withdrawn_at"]).astimezone(_ROME).date()
    month, number = said.month(tombstone["month"]), f"r{tombstone['revision']}"
    told = {"district": name, "month": month}
    lines = [
        said.say(
            "mail.withdrawn.lead", id=number, month=month, day=said.day_in(day), by=tombstone["by"]
        ),
        said.say("mail.withdrawn.reason", reason=tombstone["reason"].rstrip(".")),
        said.say(f"withdrawn.kind.{tombstone['kind']}"),
        said.say("mail.withdrawn.please"),
        said.say("mail.withdrawn.replaced", id=f"r{replaced_by.revision}")
        if replaced_by
        else said.say("mail.withdrawn.not_replaced"),
    ]
    return Wording(
        said.code,
        subject_of(said.say("mail.subject_withdrawn", **told, id=number), False, said),
        said.say("mail.kicker" if district else "mail.kicker_programme"),
        said.say("mail.title", **told),
        (part(None, *lines, listed=False),),
        link=link_to(replaced_by, district or _PROGRAMME, said, postage) if replaced_by else None,
    )


def delayed_mail(note: Mapping[str, Any], one: Mapping[str, Any], said: Words) -> Wording:
    """Why a district's report is not there yet, as the note beside the editions says it.

    Args:
        note: `delayed.json` of a month.
        one: The district's entry in it.
        said: The language.
    """
    told = {"district": one[f"name_{said.code}"], "month": said.month(note["month"])}
    since = said.day_from(date.fromisoformat(one["since"]))
    again = said.day(date.fromisoformat(note["next_try"]))
    who = " ".join(filter(None, (one.get("contact_name"), one.get("contact_email"))))
    after = [said.say("mail.delayed.next_try", day=again), said.say("mail.delayed.last")]
    after += [said.say("delayed.contact", contact=who)] if who else []
    return Wording(
        said.code,
        subject_of(said.say("mail.subject_delayed", **told), False, said),
        said.say("mail.kicker"),
        said.say("mail.title", **told),
        (
            part(
                None, said.say("mail.delayed.lead", month=told["month"], since=since), listed=False
            ),
            part(None, *(why[said.code] for why in one["because"])),
            part(None, *after, listed=False),
        ),
    )


def _name(reading: Reading, district: str | None, said: Words) -> str:
    if district is None:
        return said.say("programme.title")
    return name_of(reading.districts[district], said)
