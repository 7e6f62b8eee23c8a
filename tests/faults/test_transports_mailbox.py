"""A mailbox that a real server keeps: what is taken from it, and that nothing is changed in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from pipelines.catalogue.declaration import DeclarationError, declare
from pipelines.catalogue.source import Source
from pipelines.connectors.transports import Place, asked
from pipelines.landing.manifest import Attempt
from tests.faults.files_fixture import AT, bodies, failure, names, place
from tests.faults.mail_fixture import PASSWORD, Between, MailServer, declared, free_port
from tests.packing import certified, mail

CSV = ("luglio.csv", "punto;kWh\nà;1,5\n".encode(), "text/csv")


@pytest.fixture(scope="module")
def one_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def server(one_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    monkeypatch.setenv("PAROLA_PEC", PASSWORD)
    one_server.empty()
    return one_server


def box(server: MailServer, **more: Any) -> Place:
    said = declared(server.port, **more)
    return place(said.pop("from"), **said)


def after(where: Place, *taken: str) -> Place:
    """The same place in a later collection, which knows what was taken."""
    told = [
        Attempt("alfa", "posta", "meter_intervals", AT, "new", "", remote_name=name, sha256="ab")
        for name in taken
    ]
    return replace(where, history=told)


def test_messages_are_taken_whole_and_stay_unread(server: MailServer) -> None:
    server.deliver(mail(CSV), mail(("curva à.csv", b"1", "text/csv")))

    found = bodies(box(server))

    first, second = found.values()
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    assert b'filename="luglio.csv"' in first
    assert b"curva%20%C3%A0.csv" in second
    assert server.flags() == ["", ""]  # neither read nor deleted, to whoever looks into the mailbox


def test_only_messages_of_declared_senders_and_subjects_are_opened(server: MailServer) -> None:
    server.deliver(
        mail(CSV, subject="Letture di luglio"),
        mail(CSV, subject="Auguri"),
        mail(CSV, sender="dati@fornitore.example.evil.example", subject="Letture"),
        mail(CSV, sender='"dati@fornitore.example" <altro@evil.example>', subject="Letture"),
        mail(
            CSV,
            sender="DATI@Fornitore.Example",
            subject="RE: LETTURE  di\n agosto".replace("\n", ""),
        ),
        certified(mail(CSV, subject="Letture PEC è qui")),
    )
    wire = Between(server.port)
    said = declared(wire.port, mail={"subject": "*letture*"})
    try:
        found = list(bodies(place(said.pop("from"), **said)).values())
    finally:
        wire.close()

    assert len(found) == 3
    assert b"postacert.eml" in b"".join(one for one in found if isinstance(one, bytes))
    assert wire.asked.count(b"BODY.PEEK[]") == 3


def test_what_was_taken_is_not_asked_for_again(server: MailServer) -> None:
    server.deliver(mail(CSV))
    where = box(server)
    taken = names(where)
    server.deliver(mail(("agosto.csv", b"2", "text/csv")))

    (new,) = bodies(after(where, *taken)).items()

    assert new[0] not in taken
    assert b"agosto.csv" in new[1]  # type: ignore[operator]


def test_a_rebuilt_mailbox_is_listed_anew(server: MailServer) -> None:
    server.deliver(mail(CSV))
    before = names(box(server))
    server.forget_numbers()

    again = names(after(box(server), *before))

    assert len(again) == 1
    assert again != before


def test_a_mailbox_rebuilt_while_it_is_read_gives_no_wrong_message(server: MailServer) -> None:
    server.deliver(mail(CSV))
    wire = Between(server.port)
    said = declared(wire.port)
    with asked(place(said.pop("from"), **said)) as (listed, opened):
        wire.cut()
        server.forget_numbers()
        with pytest.raises(Exception, match=r"SOURCE_MISSING.*anew"):
            opened(listed[0], None)
    wire.close()


def test_a_server_that_hangs_up_for_idling_is_asked_once_more(server: MailServer) -> None:
    server.deliver(mail(CSV), mail(("agosto.csv", b"2", "text/csv")))
    wire = Between(server.port)
    said = declared(wire.port)
    with asked(place(said.pop("from"), **said)) as (listed, opened):
        wire.cut()
        got = [opened(item, None) for item in listed]
    wire.close()

    assert len(got) == 2
    assert wire.connections == 2


def test_messages_since_a_day_and_so_many_at_once(server: MailServer) -> None:
    server.deliver(*(mail((f"{n}.csv", b"%d" % n, "text/csv")) for n in range(5)))

    assert len(names(box(server, mail={"since": "2020-01-01"}))) == 5
    assert names(box(server, mail={"since": "2100-01-01"})) == []
    some = names(box(server, limits={"max_files": 2}))
    rest = names(after(box(server, limits={"max_files": 9}), *some))
    assert (len(some), len(rest)) == (2, 3)


def test_a_message_above_the_limit_is_named_and_the_others_come(server: MailServer) -> None:
    server.deliver(mail(("grande.csv", b"x" * 30_000, "application/octet-stream")), mail(CSV))

    found = list(bodies(box(server, limits={"max_bytes": 10_000})).values())

    assert found[0] == "TOO_LARGE"
    assert isinstance(found[1], bytes)


def test_an_empty_mailbox_holds_nothing_and_a_missing_one_is_a_failure(server: MailServer) -> None:
    missing = box(server)
    missing = replace(missing, location=f"imap://127.0.0.1:{server.port}/Città & C")

    assert names(box(server)) == []
    assert failure(missing).code == "SOURCE_MISSING"


def test_a_refused_login_says_so_and_not_the_password(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "canary-sbagliata-è-93d1"
    monkeypatch.setenv("PAROLA_PEC", wrong)

    said = failure(box(server))

    assert said.code == "LOGIN_FAILED"
    assert wrong not in str(said)
    assert said.__cause__ is None


def test_a_password_that_is_not_set_and_a_dead_server_are_told_apart(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = declared(free_port())
    assert failure(place(said.pop("from"), **said)).code == "SOURCE_UNREACHABLE"
    monkeypatch.delenv("PAROLA_PEC")
    with pytest.raises(KeyError, match="PAROLA_PEC"):
        names(box(server))


def test_a_full_mailbox_is_read_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAROLA_PEC", PASSWORD)
    server = MailServer(quota_kb=20)
    try:
        server.deliver(mail(CSV))
        assert [type(one) for one in bodies(box(server)).values()] == [bytes]
        server.deliver(mail(("grande.csv", b"x" * 40_000, "application/octet-stream")))
        found = list(bodies(box(server)).values())
    finally:
        server.stop()

    assert [type(one) for one in found[:2]] == [bytes, bytes]
    assert found[2:] == ["MAILBOX_FULL"]


def test_encryption_is_demanded_and_the_certificate_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PAROLA_PEC", PASSWORD)
    server = MailServer(tls=True)
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    try:
        server.deliver(mail(CSV))
        own, other = str(server.folder / "ca.pem"), str(tmp_path / "other.pem")
        good = box(server, scheme="imaps", access={"ca": own})
        strange = failure(box(server, scheme="imaps", access={"ca": other}))
        plain = failure(box(server, limits={"seconds": 2}))
        found = bodies(good)
    finally:
        server.stop()

    assert len(found) == 1
    assert "certificate" in str(strange)
    assert plain.code == "SOURCE_UNREACHABLE"


def test_unencrypted_mail_is_asked_for_on_this_machine_only(server: MailServer) -> None:
    where = box(server)

    said = failure(replace(where, location="imap://192.0.2.1/INBOX"))

    assert said.code == "SOURCE_UNREACHABLE"
    assert "imaps://" in said.message


def test_a_mailbox_says_whose_messages_count() -> None:
    whole = {"dataset": "meter_intervals", "format": "f", **declared(1)}
    for wrong in (
        {key: value for key, value in whole.items() if key != "mail"},
        {**whole, "from": "${NZD_INBOX}/*.csv"},
        {**whole, "mail": {"senders": []}},
    ):
        with pytest.raises(DeclarationError, match="mail"):
            declare(Source, wrong, Path(__file__), ())
