"""From an edition to a mailbox: handed over by SMTP, stored by dovecot, fetched by IMAP, and read."""

from __future__ import annotations

import imaplib
import os
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from tests.delivery.house import EVERYBODY, House, shown_by_html, shown_by_text
from tests.faults.mail_fixture import PASSWORD, USER, MailServer


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


def _fetched(server: MailServer) -> list[EmailMessage]:
    found = []
    with imaplib.IMAP4("127.0.0.1", server.port) as client:
        client.login(USER, PASSWORD)
        client.select("INBOX", readonly=True)
        for number in client.search(None, "ALL")[1][0].split():
            answer = client.fetch(number, "(RFC822)")[1][0]
            assert isinstance(answer, tuple)
            mail = message_from_bytes(answer[1], policy=default)
            assert isinstance(mail, EmailMessage)
            found.append(mail)
    return found


def test_what_arrives_is_what_the_edition_says(
    house: House, mailbox: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NZD_MAIL", f"smtp-plain://127.0.0.1:{mailbox.smtp.port}")
    monkeypatch.setenv("NZD_MAIL_FROM", "Distretti <rapporti@comune.example>")
    made = house.deliver()
    for path in (mailbox.mail, *mailbox.mail.rglob("*")):
        if not os.getuid():
            os.chown(path, mailbox.own.pw_uid, mailbox.own.pw_gid)
    mails = {mail["To"].addresses[0].addr_spec: mail for mail in _fetched(mailbox)}

    assert [answer.what for _, answer in made.letters] == ["accepted"] * 4
    assert sorted(mails) == EVERYBODY
    for address, mail in mails.items():
        page, text = mail.get_body(("html",)), mail.get_body(("plain",))
        assert page is not None
        assert text is not None
        assert shown_by_text(text.get_content()) == shown_by_html(page.get_content())
        (attached,) = mail.iter_attachments()
        folder = address.partition("@")[2].removesuffix(".example")
        language = "en" if address.startswith(("office", "board")) else "it"
        there = house.settings.editions / "2026-10" / "r1" / folder / language / "report.pdf"
        assert attached.get_content() == there.read_bytes()
