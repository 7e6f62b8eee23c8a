"""The mail of the sample: who gets what, that text and page agree, that the PDF is the edition's."""

from __future__ import annotations

from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.delivery.house import shown_by_html, shown_by_text
from tests.end_to_end.conftest import SamplePlayed


@pytest.fixture(scope="module")
def mails(sample_played: SamplePlayed) -> dict[Path, EmailMessage]:
    found = {}
    for path in sorted((sample_played.home / "outbox").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        found[path] = mail
    return found


def test_each_kind_goes_to_who_is_declared_for_it(mails: dict[Path, EmailMessage]) -> None:
    # Three readers of each of four districts and two of the programme; engineers; Parma's water, which has stopped.
    told = Counter(
        next(kind for kind in ("report", "digest", "nudge") if f"-{kind}-" in path.name)
        for path in mails
    )

    assert told == {"report": 14, "digest": 1, "nudge": 1}
    (nudge,) = [mail for path, mail in mails.items() if "-nudge-" in path.name]
    assert nudge["To"].addresses[0].addr_spec == "acqua@example.org"


def test_text_and_page_say_the_same_and_a_real_report_lies_beside(
    mails: dict[Path, EmailMessage], sample_played: SamplePlayed
) -> None:
    for path, mail in mails.items():
        page, text = mail.get_body(("html",)), mail.get_body(("plain",))
        assert page is not None
        assert text is not None
        assert shown_by_text(text.get_content()) == shown_by_html(page.get_content()), path.name
        for attached in mail.iter_attachments():
            district, _, language = str(attached.get_filename()).removesuffix(".pdf").split("-", 2)
            language = language[-2:]
            there = sample_played.edition("2026-10") / district / language / "report.pdf"
            assert attached.get_content() == there.read_bytes()


def test_what_the_city_said_stands_in_its_report_and_in_its_mail_alone(
    mails: dict[Path, EmailMessage], sample_played: SamplePlayed
) -> None:
    said = "una parte del calo non è efficienza."
    edition = sample_played.edition("2026-10")

    telling = {
        page.relative_to(edition).parts[0]
        for page in edition.glob("*/*/report.html")
        if said in page.read_text(encoding="utf-8")
    }
    assert telling == {"prato"}
    for path, mail in mails.items():
        page = mail.get_body(("html",))
        assert page is not None
        assert (said in page.get_content()) == ("-report-prato-" in path.name), path.name
