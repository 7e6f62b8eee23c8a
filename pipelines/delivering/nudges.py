"""A polite letter to who sends data: what is missing from them, how to send it, whom to ask.

Belongs here: what such a letter says and what lies beside it. Does not belong here: how often (`due_sources.py`), what
is wrong in deliveries, row by row (`registers/letter.py`), whose workbook goes along.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.catalogue.district import District
from pipelines.catalogue.format_kinds import TableFormat
from pipelines.collecting.deliveries import judged_deliveries
from pipelines.collecting.due import due_on, missing_months
from pipelines.collecting.fetch import Landing
from pipelines.delivering.sources_seen import Seen
from pipelines.delivering.wording import File, Wording, part
from pipelines.publishing.language import Words, capital
from pipelines.publishing.registers.register_sheets import register_sheet
from pipelines.publishing.registers.register_workbook import register_workbook
from pipelines.publishing.report.document import Run, Sentence
from pipelines.settings import Settings
from pipelines.tracing.letters import write_letter

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MONTHS = 6
"""Months that are named; of more, only since when."""


def missing_from(settings: Settings, one: Seen, at: datetime) -> tuple[str, ...]:
    """The months that a source owes, oldest first."""
    manifest = Landing.at(settings.landing, settings.inbox).manifest
    sent = judged_deliveries(settings.home, (one.binding,), manifest)
    return tuple(missing_months(one.binding, sent, at))


def nudge_mail(
    settings: Settings, district: District, who: str, owed: Sequence[tuple[Seen, tuple[str, ...]]],
    at: datetime, said: Words,
) -> Wording:  # fmt: skip
    """What one office owes a district.

    Args:
        settings: The deployment.
        district: Whose data they are.
        who: The contact, as declared.
        owed: Their sources, each with the months it owes.
        at: Now.
        said: The language.
    """
    name = district.name if said.code == "it" else district.name_en or district.name
    files = [file for one, _ in owed for file in _files(settings, one, at, said)]
    lines = [_line(one, months, said) for one, months in owed]
    return Wording(
        said.code,
        said.say("mail.nudge.subject", district=name),
        said.say("mail.nudge.kicker"),
        said.say("mail.nudge.title"),
        tuple(
            each
            for each in (
                part(
                    None,
                    said.say("mail.nudge.dear", who=who),
                    said.say("mail.nudge.lead", district=name, count=len(lines)),
                    listed=False,
                ),
                part(None, *lines),
                part(
                    None,
                    *([said.say("mail.nudge.files", count=len(files))] if files else []),
                    said.say("mail.nudge.sent"),
                    said.say("mail.nudge.answer"),
                    _thanks(district, said),
                    listed=False,
                ),
            )
            if each.items
        ),
        banner=said.say("report.demonstration") if district.demonstration else None,
        files=tuple(files),
    )


def _line(one: Seen, months: tuple[str, ...], said: Words) -> Sentence:
    what = capital(said.named("dataset", one.binding.dataset.id))
    return Sentence((Run(what, strong=True), Run(f" ({one.name}): {_owes(one, months, said)}")))


def _owes(one: Seen, months: tuple[str, ...], said: Words) -> str:
    if one.state == "refused":
        return said.say("mail.nudge.refused")
    if one.status.last is None:
        return said.say("mail.nudge.never")
    last = said.day_in(one.status.last)
    if one.binding.dataset.delivers == "snapshots" or not months:
        return said.say("mail.nudge.old", last=last)
    due = said.day(due_on(one.binding, months[0]))
    if len(months) > _MONTHS:
        return said.say("mail.nudge.since", since=said.since(months[0]), count=len(months), due=due)
    named = said.both([said.month(month) for month in months])
    return said.say("mail.nudge.months", months=named, count=len(months), due=due)


def _thanks(district: District, said: Words) -> str:
    contact = district.contact
    if contact is None:
        return said.say("mail.nudge.thanks_plain")
    who = ", ".join(filter(None, (contact.name, contact.email)))
    return said.say("mail.nudge.thanks", who=who)


def _files(settings: Settings, one: Seen, at: datetime, said: Words) -> list[File]:
    """The template of a register that people fill in, and what has to be corrected in what came."""
    found = []
    form = one.binding.format
    if isinstance(form, TableFormat) and form.template is not None:
        sheet = register_sheet(one.binding.dataset, form, settings.expectations, said)
        found.append(File(sheet.file_name, register_workbook(sheet, said), _XLSX))
    if one.state == "refused" and not one.binding.is_personal:
        found += _corrections(settings, one, at, said)
    return found


def _corrections(settings: Settings, one: Seen, at: datetime, said: Words) -> list[File]:
    with TemporaryDirectory(prefix="nzd-letter-") as folder:
        made = write_letter(settings, one.binding, said.code, at, Path(folder))
        if made.is_empty:
            return []
        return [
            File(path.name, path.read_bytes(), _XLSX)
            for path in made.files
            if path.suffix == ".xlsx"
        ]


def day_of(at: datetime, district: District) -> date:
    """The district's day."""
    return at.astimezone(district.zone).date()
