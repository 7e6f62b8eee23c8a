"""Mail handed to a real server over TLS: once, to each, and what happens when it says no."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from pipelines.delivering.postage import PostageWrong
from pipelines.landing.alone import Busy, alone
from pipelines.landing.files import sha256_of
from tests.delivery.house import (
    AT,
    EVERYBODY,
    PASSWORD,
    House,
    MailTaker,
    shown_by_html,
    shown_by_text,
)
from tests.faults.mail_fixture import free_port


@pytest.fixture
def taker(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailTaker]:
    server = MailTaker()
    for name, value in server.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    yield server
    server.stop()


def test_each_gets_each_once_however_often_it_is_asked_for(house: House, taker: MailTaker) -> None:
    first, second = house.deliver(), house.deliver(AT + timedelta(days=1))

    assert taker.to == EVERYBODY
    assert [answer.what for _, answer in first.letters] == ["accepted"] * 4
    assert second.letters == []
    assert list((house.settings.home / "delivery" / "waiting").iterdir()) == []


def test_the_pdf_arrives_as_it_lies_in_the_edition(
    house: House, taker: MailTaker, tmp_path: Path
) -> None:
    house.deliver(districts=("prato",))

    (italian,) = [one.message for one in taker.received if one.to == "sindaco@prato.example"]
    (attached,) = italian.iter_attachments()
    there = house.settings.editions / "2026-10/r1/prato/it/report.pdf"
    (tmp_path / "got.pdf").write_bytes(attached.get_content())
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == "prato-2026-10-r1-it.pdf"
    assert sha256_of(tmp_path / "got.pdf") == sha256_of(there)


def test_the_plain_text_has_the_words_of_the_page_in_their_order(
    house: House, taker: MailTaker
) -> None:
    house.deliver()

    for one in taker.received:
        html = one.message.get_body(("html",))
        text = one.message.get_body(("plain",))
        assert html is not None
        assert text is not None
        assert shown_by_text(text.get_content()) == shown_by_html(html.get_content())


def test_headers_are_what_servers_and_programs_rely_on(
    house: House, taker: MailTaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NZD_MAIL_UNSUBSCRIBE_URL", "https://distretti.example/stop?letter={id}")
    house.deliver(districts=("prato",))

    (one,) = [one for one in taker.received if one.to == "sindaco@prato.example"]
    (letter,) = [each for each in house.letters() if each.address == "sindaco@prato.example"]
    mail = one.message
    assert one.sender == f"rimbalzi+{letter.id}@comune.example"
    assert mail["Message-ID"] == letter.message_id == f"<{letter.id}@comune.example>"
    assert mail["To"].addresses[0].display_name == "Niccolò D'Aìuto, «Sindaco»"
    assert mail["From"].addresses[0].display_name == "Distretti a zero emissioni, Città"
    assert mail["Subject"].removeprefix("[Dimostrazione] ") == (
        "Distretto tessile di Prato, ottobre 2026: le emissioni scendono più di quanto chiede il percorso"
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"<https://distretti.example/stop?letter={letter.id}>" in mail["List-Unsubscribe"]
    assert "<mailto:rapporti@comune.example?subject=" in mail["List-Unsubscribe"]
    assert mail["Date"].datetime == AT
    assert mail.get_content_type() == "multipart/mixed"
    assert next(mail.iter_parts()).get_content_type() == "multipart/alternative"
    assert max(len(line) for line in one.raw.split(b"\r\n")) <= 998
    assert one.raw.isascii()


def test_one_that_is_put_off_is_tried_later_and_the_others_are_not_held_up(
    house: House, taker: MailTaker
) -> None:
    taker.to_recipients["sindaco@parma.example"] = "451 4.7.1 greylisted, come back"
    house.deliver()
    assert taker.to == [one for one in EVERYBODY if one != "sindaco@parma.example"]
    assert house.states()["sindaco@parma.example"] == "deferred"

    taker.to_recipients.clear()
    assert house.deliver(AT + timedelta(minutes=4)).waiting == 1
    house.deliver(AT + timedelta(minutes=6))

    assert taker.to == EVERYBODY
    assert house.states()["sindaco@parma.example"] == "accepted"


def test_one_that_is_put_off_for_days_is_given_up(house: House, taker: MailTaker) -> None:
    taker.answers["sindaco@parma.example"] = "452 4.2.2 mailbox full"
    for day in range(10):
        house.deliver(AT + timedelta(days=day))

    (letter,) = [one for one in house.letters() if one.address == "sindaco@parma.example"]
    assert letter.state == "refused"
    assert letter.said is not None
    assert letter.said.startswith("given up: ")


def test_one_that_is_refused_for_good_is_not_tried_again_until_a_person_says_so(
    house: House, taker: MailTaker
) -> None:
    from pipelines.delivering.deliver import settle

    taker.to_recipients["sindaco@parma.example"] = "550 5.1.1 no such user"
    house.deliver()
    house.deliver(AT + timedelta(days=3), again=True)
    assert house.states()["sindaco@parma.example"] == "refused"

    taker.to_recipients.clear()
    (letter,) = [one for one in house.letters() if one.state == "refused"]
    settle(house.settings, AT, letter.id[:8], "not-sent", "Anna")
    house.deliver(AT + timedelta(days=4))

    assert taker.to == EVERYBODY


def test_a_server_that_is_away_costs_no_letter_a_try(
    house: House, taker: MailTaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.delivering.carriers._PAUSES", (0.01,))
    monkeypatch.setenv("NZD_MAIL", f"smtps://127.0.0.1:{free_port()}")
    made = house.deliver()

    assert made.stopped is not None
    assert made.waiting == 4
    assert {one.tries for one in house.letters()} == {0}


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    server = MailTaker(tls=tls)
    for name, value in server.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("NZD_MAIL_CA", str(other))
    try:
        made = house.deliver()
    finally:
        server.stop()

    assert server.received == []
    assert made.stopped is not None
    assert "certificate" in made.stopped.lower()


def test_starttls_and_sign_in(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = MailTaker(tls="starttls")
    for name, value in server.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    try:
        house.deliver()
    finally:
        server.stop()

    assert server.to == EVERYBODY


def test_a_server_without_starttls_gets_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = MailTaker(tls="none", sign_in=False)
    for name, value in server.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NZD_MAIL", f"smtp://127.0.0.1:{server.port}")
    monkeypatch.setattr("pipelines.delivering.carriers._PAUSES", ())
    try:
        made = house.deliver()
    finally:
        server.stop()

    assert server.received == []
    assert made.stopped is not None
    assert "STARTTLS" in made.stopped


def test_a_wrong_password_is_said_without_it(
    house: House, taker: MailTaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NZD_MAIL_PASSWORD", f"{PASSWORD}-old")
    made = house.deliver()

    assert taker.received == []
    assert made.stopped is not None
    assert "535" in made.stopped
    assert PASSWORD not in made.stopped


def test_a_report_too_large_for_the_server_goes_as_a_link(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = house.settings.editions / "2026-10/r1/prato/it/report.pdf"
    large.write_bytes(b"%PDF-1.7\n" + os.urandom(600_000))
    server = MailTaker(size=400_000)
    for name, value in server.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    try:
        house.deliver(districts=("prato",))
    finally:
        server.stop()

    (one,) = [one.message for one in server.received if one.to == "sindaco@prato.example"]
    text = one.get_body(("plain",))
    assert text is not None
    assert list(one.iter_attachments()) == []
    assert "Il PDF (0,6 MB) è troppo grande" in text.get_content()
    assert (
        "https://distretti.example/edizioni/2026-10/r1/prato/it/report.html" in text.get_content()
    )


def test_two_at_once_do_not_send_twice(house: House, taker: MailTaker) -> None:
    with alone(house.settings.home / "delivery"), pytest.raises(Busy):
        house.deliver()

    assert taker.received == []


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("NZD_MAIL", "smtps://rapporti:segreto@host", "NZD_MAIL_USER"),
        ("NZD_MAIL", "smtp-plain://mail.example:25", "in the clear"),
        ("NZD_MAIL", "host:465", "begins with one of"),
        ("NZD_MAIL_FROM", "A\r\nBcc: x@y.example <a@b.example>", "not an address"),
        ("NZD_ADDRESS", "http://distretti.example", "https"),
        ("NZD_MAIL_PASSWORD", "", "both or neither"),
    ],
)
def test_settings_that_do_not_fit_are_named_and_nothing_is_sent(
    house: House,
    taker: MailTaker,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(PostageWrong, match=said) as wrong:
        house.deliver()

    assert "segreto" not in str(wrong.value)
    assert house.letters() == []
