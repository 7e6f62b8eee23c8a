"""The mail that asks a city to look at its report a day before, and to say something beside it.

Belongs here: what the question says. Does not belong here: the draft (`publishing/editions/previews.py`), keeping the
answer (`publishing/editions/comments.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.delivering.postage import Postage
from pipelines.delivering.report_mail import (
    first_lines,
    missing,
    name_of,
    pdf_of,
    size_of,
    subject_of,
)
from pipelines.delivering.wording import File, Wording, part
from pipelines.publishing.editions.comments import AT_MOST
from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.pages import banner
from pipelines.publishing.report.sections.revisions import revised_box
from pipelines.publishing.shelf import Edition

HOURS = 24
_ROME = ZoneInfo("Europe/Rome")


def deadline(made_at: str) -> datetime:
    """Until when a comment is waited for, where the districts are."""
    return datetime.fromisoformat(made_at).astimezone(_ROME) + timedelta(hours=HOURS)


def preview_mail(
    draft: Edition, reading: Reading, district: str, said: Words, *, postage: Postage
) -> Wording:
    """The three lines, what is missing and revised, and until when an answer is waited for."""
    read = DistrictReading(reading, district)
    about = {"district": name_of(read.about, said), "month": said.month(draft.month)}
    until = deadline(str(reading.about["known_at"]))
    day = said.day_in(until.date(), year=False)
    date = said.day(until.date(), year=False)
    by = said.say("mail.preview.by", time=f"{until:%H:%M}", day=date, of_day=said.of(date))
    revised = revised_box(read, said)
    demonstration = bool(read.about["demonstration"])
    mail = Wording(
        said.code,
        subject_of(said.say("mail.subject_preview", **about, deadline=by), demonstration, said),
        said.say("mail.kicker"),
        said.say("mail.title", **about),
        (
            part(
                None,
                said.say("mail.preview.lead", month=about["month"], when=day),
                said.say("mail.preview.ask", deadline=by, signs=AT_MOST),
                said.say("mail.preview.public"),
                said.say("mail.preview.silence"),
                listed=False,
            ),
            first_lines(read, said),
            missing(read, said),
            *([part(revised.title, *revised.items)] if revised.items else []),
        ),
        banner=banner(reading.about, said, demonstration=demonstration),
        small=(said.say("mail.preview.nobody_else"),),
    )
    return _with_draft(mail, draft, district, said, postage)


def _with_draft(
    mail: Wording, draft: Edition, district: str, said: Words, postage: Postage
) -> Wording:
    """The draft beside the mail; it has no page that a link could lead to."""
    pdf = pdf_of(draft.path / district, said.code)
    if pdf is None:
        return mail
    if pdf.stat().st_size > postage.attach_bytes:
        size = size_of(pdf.stat().st_size, said)
        return replace(mail, small=(said.say("mail.not_attached_unlinked", size=size), *mail.small))
    name = f"{said.say('mail.preview.file')}-{district}-{draft.month}.pdf"
    return replace(
        mail,
        small=(said.say("mail.preview.draft"), *mail.small),
        files=(File(name, pdf.read_bytes()),),
    )
