"""A city looks at its report a day before and says something beside it: what it may say, and where that goes."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from pipelines.publishing.editions.comments import CommentRefused, comment, comments_on
from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.sections.city_comments import city_comments
from tests.delivery.house import AT, House

WAITS = "recipients:\n  - {name: Ufficio, email: ufficio@prato.example, mails: [preview]}\n"


@pytest.fixture
def unpublished(house: House) -> House:
    """October as a draft only."""
    place = house.settings.home / "previews" / "2026-10" / "p1"
    place.parent.mkdir(parents=True)
    shutil.move(house.settings.editions / "2026-10" / "r1", place)
    about = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps({**about, "preview": True}))
    house.recipients("prato", WAITS)
    return house


def test_the_newest_comment_counts_and_can_be_taken_back(unpublished: House) -> None:
    settings, late = unpublished.settings, AT + timedelta(hours=2)
    for hour, text in enumerate(("prima", "seconda\n\tversione \u202e\u0007")):
        comment(settings, "prato", "2026-10", text, "Anna Rossi", AT + timedelta(hours=hour))

    (first,) = comments_on(settings, "2026-10", ["parma", "prato"], AT)
    (second,) = comments_on(settings, "2026-10", ["parma", "prato"], late)
    assert (first.text, second.text) == ("prima", "seconda versione")
    assert comments_on(settings, "2026-10", ["parma"], late) == []

    comment(settings, "prato", "2026-10", "", "Anna Rossi", late)
    assert comments_on(settings, "2026-10", ["prato"], late) == []


@pytest.mark.parametrize(
    "text",
    [
        "il POD IT001E12345678 era spento",
        "il PDR 01234567890123",
        "l'ha detto RSSMRA80A01H501U",
        "la ditta 01234567890",
        "scrivete a rossi@ditta.example",
        "x" * 601,
    ],
)
def test_what_names_a_point_a_person_or_a_firm_is_not_kept(unpublished: House, text: str) -> None:
    with pytest.raises(CommentRefused, match="Nothing was kept"):
        comment(unpublished.settings, "prato", "2026-10", text, "Anna Rossi", AT)

    assert not (unpublished.settings.home / "comments").exists()


def test_nothing_is_added_to_what_is_published(house: House) -> None:
    with pytest.raises(CommentRefused, match="does not move"):
        comment(house.settings, "prato", "2026-10", "tardi", "Anna Rossi", AT)


def test_the_report_shows_it_as_written_with_name_and_day(unpublished: House) -> None:
    folder = unpublished.settings.home / "previews" / "2026-10" / "p1"
    said = comment(unpublished.settings, "prato", "2026-10", "<b>fermo</b> & {x}", "Anna Rossi", AT)
    about = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**about, "comments": [said.said()]}))
    italian = words("it", unpublished.settings.reports / "text")

    reading = Reading(folder)
    (note,) = city_comments(DistrictReading(reading, "prato"), italian)
    assert (
        note.text == "Commento del distretto (Anna Rossi, 10 novembre 2026): «<b>fermo</b> & {x}»"
    )
    assert city_comments(DistrictReading(reading, "parma"), italian) == []


def test_only_who_is_asked_gets_the_draft_once_and_nobody_gets_it_as_a_report(
    unpublished: House,
) -> None:
    first, again = unpublished.deliver(), unpublished.deliver(AT + timedelta(hours=1))

    assert [(one.kind, one.address) for one, _ in first.letters] == [
        ("preview", "ufficio@prato.example")
    ]
    assert again.letters == []
    (path,) = (unpublished.settings.home / "outbox").iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    text = " ".join(str(body.get_content()).split())
    assert "anteprima, non pubblicata" in text
    assert "entro le 08:00 dell’11 novembre (ora italiana)" in text
    (draft,) = mail.iter_attachments()
    assert draft.get_filename() == "anteprima-prato-2026-10.pdf"


def test_a_draft_that_waits_is_not_sent_once_the_month_is_published(
    unpublished: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NZD_MAIL", "smtps://127.0.0.1:1")
    monkeypatch.setenv("NZD_MAIL_FROM", "rapporti@comune.example")
    monkeypatch.setattr("pipelines.delivering.carriers._PAUSES", ())
    unpublished.deliver()
    shutil.rmtree(unpublished.settings.home / "previews")
    unpublished.publish(1)
    monkeypatch.delenv("NZD_MAIL")
    made = unpublished.deliver(AT + timedelta(days=1))

    assert [one.kind for one in made.overtaken] == ["preview"]
    assert "preview" not in {one.kind for one, _ in made.letters}
