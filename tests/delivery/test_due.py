"""Who hears what when: reports, corrections, withdrawals, delays; to whom, and to whom not."""

from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from pipelines.delivering.deliver import take_back
from pipelines.publishing.editions.delayed import lift, note
from pipelines.publishing.editions.gate import Reason, Waiting
from pipelines.publishing.editions.withdrawal import withdraw
from pipelines.publishing.journal import write_down
from pipelines.publishing.shelf import Edition
from tests.delivery.house import AT, EVERYBODY, House

LATER = AT + timedelta(days=5)


def _mails(house: House, kind: str) -> dict[str, EmailMessage]:
    """The messages of a kind in the outbox, by address."""
    found = {}
    for path in sorted((house.settings.home / "outbox").glob(f"*-{kind}-*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        found[mail["To"].addresses[0].addr_spec] = mail
    return found


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_later_revision_is_told_to_who_had_the_earlier_one_and_only_what_changed(
    house: House,
) -> None:
    house.deliver()
    house.publish(2)
    house.recipients("bergamo", "recipients:\n  - {email: nuova@bergamo.example}\n")
    house.deliver(LATER)

    told = _mails(house, "corrected")
    # Who reads of Parma has nothing new to read.
    assert sorted(told) == [one for one in EVERYBODY if "parma" not in one]
    mail = told["sindaco@prato.example"]
    assert (
        mail["Subject"]
        == "[Dimostrazione] Distretto tessile di Prato, ottobre 2026: rapporto corretto (r2)"
    )
    assert "l’edizione r2 sostituisce la r1" in _text(mail)
    assert "settembre 2026: " in _text(mail)
    assert " → " in _text(mail)
    assert list(mail.iter_attachments()) == []
    report = _mails(house, "report")
    assert mail["In-Reply-To"] == report["sindaco@prato.example"]["Message-ID"]
    # Who had nothing gets the report of the newest revision.
    assert "Edizione 2026-10 r2" in _text(report["nuova@bergamo.example"])


def test_nothing_is_sent_of_an_edition_that_is_not_what_was_sealed(house: House) -> None:
    write_down(house.settings.seals, found={"2026-10-r1": {"manifest": "0" * 64}}, at=str(AT))

    house.deliver()

    assert _mails(house, "report") == {}


def test_a_withdrawn_edition_is_told_to_who_had_it_without_its_figures(house: House) -> None:
    house.deliver()
    house.recipients("roma", "recipients:\n  - {email: nuova@roma.example}\n")
    house.recipients("parma", "recipients: []\n")  # who left the list has the figures all the same
    edition = Edition(house.settings.editions / "2026-10" / "r1", "2026-10", 1)
    withdraw(house.settings, edition, "Una cifra era sbagliata", "error", "Anna Rossi", LATER)
    house.deliver(LATER)
    house.deliver(LATER + timedelta(days=1))

    told = _mails(house, "withdrawn")
    assert sorted(told) == EVERYBODY
    text = _text(told["sindaco@prato.example"])
    assert "è stata ritirata il 15 novembre 2026 da Anna Rossi" in text
    assert "Perché: Una cifra era sbagliata." in text
    assert "MWh" not in text
    assert "tCO" not in text


def test_no_letter_with_figures_of_a_withdrawn_edition_stays_in_the_outbox(house: House) -> None:
    house.deliver()
    edition = Edition(house.settings.editions / "2026-10" / "r1", "2026-10", 1)
    assert sorted(_mails(house, "report")) == EVERYBODY
    withdraw(house.settings, edition, "Una cifra era sbagliata", "disclosure", "Anna Rossi", LATER)

    assert take_back(house.settings, edition) == len(EVERYBODY)
    assert take_back(house.settings, edition) == 0

    house.deliver(LATER)  # what was taken away is told, and is not sent a second time
    assert _mails(house, "report") == {}
    assert sorted(_mails(house, "withdrawn")) == EVERYBODY


def test_a_letter_that_waits_is_not_sent_once_its_edition_is_withdrawn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NZD_MAIL", "smtps://127.0.0.1:1")
    monkeypatch.setenv("NZD_MAIL_FROM", "rapporti@comune.example")
    monkeypatch.setattr("pipelines.delivering.carriers._PAUSES", ())
    assert house.deliver().waiting == 4
    edition = Edition(house.settings.editions / "2026-10" / "r1", "2026-10", 1)
    withdraw(house.settings, edition, "Un errore", "error", "Anna Rossi", LATER)
    monkeypatch.delenv("NZD_MAIL")
    made = house.deliver(LATER)

    assert len(made.overtaken) == 4
    assert not (house.settings.home / "outbox").exists()
    assert list((house.settings.home / "delivery" / "waiting").iterdir()) == []


def test_a_delay_is_told_once_for_each_reason(house: House) -> None:
    low = Reason(
        "headline_grade", "ENE01", "E", "D", ("coverage",), (("letture", "Gestore <b>x</b>"),)
    )
    for day in range(3):
        at = AT + timedelta(days=day)
        note(house.settings, "2026-11", at, [Waiting("prato", (low,))])
        house.deliver(at)
    first = _mails(house, "delayed")
    other = Reason("headline_grade", "WAT01", "E", "D")
    note(house.settings, "2026-11", LATER, [Waiting("prato", (low, other))])
    house.deliver(LATER)
    lift(house.settings, "2026-11")
    house.deliver(LATER + timedelta(days=1))

    kinds = [(one.kind, one.address) for one in house.letters() if one.month == "2026-11"]
    assert (
        sorted(kinds)
        == [("delayed", "office@prato.example")] * 2 + [("delayed", "sindaco@prato.example")] * 2
    )
    mail = first["sindaco@prato.example"]
    assert mail["Subject"] == "Distretto tessile di Prato, novembre 2026: rapporto in ritardo"
    text = _text(mail)
    assert "È in ritardo dal 10 novembre 2026, perché:" in text
    assert "Gestore <b>x</b>" in text
    page = mail.get_body(("html",))
    assert page is not None
    assert "Gestore &lt;b&gt;x&lt;/b&gt;" in page.get_content()


def test_a_mail_that_cannot_be_written_keeps_no_other_from_going(house: House) -> None:
    low = Reason("headline_grade", "ENE01", "E", "D")
    note(house.settings, "2026-11", AT, [Waiting("parma", (low,)), Waiting("prato", (low,))])
    path = house.settings.editions / "2026-11" / "delayed.json"
    said = json.loads(path.read_text())
    said["districts"][0]["since"] = "a day that nobody can read"
    path.write_text(json.dumps(said))
    made = house.deliver()

    (defect,) = made.defects
    assert defect.startswith("delayed to sindaco@parma.example: ValueError")
    assert len(_mails(house, "report")) == 4
    assert sorted(_mails(house, "delayed")) == ["office@prato.example", "sindaco@prato.example"]


def test_an_older_month_goes_out_only_when_it_is_asked_for(house: House) -> None:
    (house.settings.editions / "2026-11").mkdir()
    assert {one.month for one, _ in house.deliver(month="2026-09").letters} == set()
    assert {one.month for one, _ in house.deliver(month="2026-10").letters} == {"2026-10"}
