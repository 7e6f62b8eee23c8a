"""A message as bytes, whatever names, addresses and texts it is made of."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from pipelines.catalogue.declaration import DeclarationError
from pipelines.catalogue.recipients import recipients
from pipelines.delivering.message import message
from pipelines.delivering.postage import postage
from pipelines.delivering.wording import File, Link, Wording, part, typeset
from pipelines.settings import checkout
from tests.delivery.house import AT, shown_by_html, shown_by_text

LONG = (
    "Quartiere «a zero emissioni» della città di Forlì — già “ex macello” & <b>porto</b> n. 7 " * 3
)
POSTAGE = postage(
    {
        "NZD_MAIL_FROM": "Perché no, S.p.A. <rapporti@città-più-verde.example>",
        "NZD_MAIL_UNSUBSCRIBE_URL": "https://un-nome-di-macchina-molto-lungo.città.example/basta?"
        + "x" * 80
        + "={id}",
    }
)


def _made(mail: Wording, to: tuple[str | None, str] = ("Niccolò", "a@b.example")) -> bytes:
    return message(
        typeset(mail),
        letter="0123456789abcdef0123",
        to=to,
        at=AT,
        postage=POSTAGE,
        reports=checkout() / "reports",
        list_name="prato",
    )


def _wording(subject: str = "Prato, ottobre 2026", **more: object) -> Wording:
    told = part(
        "Titolo", f"**{LONG}**", "una\u00a0riga con un URL https://distretti.example/" + "x" * 90
    )
    said = {"banner": LONG, "small": (LONG,), "link": Link("Apri", "https://distretti.example/1")}
    return Wording("it", subject, "kicker", LONG, (told,), **{**said, **more})  # type: ignore[arg-type]


def _read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_the_same_letter_is_the_same_bytes() -> None:
    mail = _wording(files=(File("a.pdf", b"\x00" * 200),))

    assert _made(mail) == _made(mail)


def test_a_long_subject_with_accents_arrives_as_it_was_written_on_lines_that_servers_take() -> None:
    subject = f"Forlì, dicembre 2026: {LONG}"
    raw = _made(_wording(subject))

    assert _read(raw)["Subject"] == " ".join(subject.split())
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_subject_that_just_fills_a_line_begins_beside_its_name() -> None:
    raw = _made(_wording("[Dimostrazione] Programma Net Zero Districts, ottobre 2026: il rapporto"))

    assert b"\r\nSubject: [Dimostrazione] " in raw


def test_a_subject_with_line_breaks_adds_no_header() -> None:
    mail = _read(_made(_wording("Prato\r\nBcc: x@y.example\r\n\r\n<script>")))

    assert mail["Bcc"] is None
    assert mail["Subject"] == "Prato Bcc: x@y.example <script>"


def test_an_address_to_unsubscribe_is_never_encoded_or_broken() -> None:
    raw = _made(_wording())
    (value,) = [
        line
        for line in raw.replace(b"\r\n ", b" ").split(b"\r\n")
        if line.startswith(b"List-Unsubscribe:")
    ]

    first, second = value.removeprefix(b"List-Unsubscribe: ").split(b", ")
    assert first.startswith(
        b"<https://un-nome-di-macchina-molto-lungo.xn--citt-3na.example/basta?x"
    )
    assert first.endswith(b"=0123456789abcdef0123>")
    assert (
        second
        == b"<mailto:rapporti@xn--citt-pi-verde-sdb29a.example?subject=unsubscribe%200123456789abcdef0123>"
    )
    assert b"=?" not in value


def test_texts_are_shown_and_never_run() -> None:
    mail = _read(_made(_wording()))
    page, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert page is not None
    assert text is not None

    assert "<b>porto" not in page.get_content()
    assert "&lt;b&gt;porto" in page.get_content()
    assert "<img" not in page.get_content()
    assert "<link" not in page.get_content()
    assert "url(" not in page.get_content()
    assert shown_by_text(text.get_content()) == shown_by_html(page.get_content())


def test_every_element_with_text_has_its_own_style() -> None:
    """Gmail drops what stands in the head of a page where it is unsure; Outlook reads nothing else."""
    from lxml import html as pages

    page = _read(_made(_wording())).get_body(("html",))
    assert page is not None
    body = pages.fromstring(page.get_content()).find("body")
    plain = [
        each.tag
        for each in body.iter("p", "h1", "h2", "li", "a", "td")
        if (each.text or "").strip() and "font-size" not in each.get("style", "")
    ]
    assert plain == []
    assert {each.get("role") for each in body.iter("table")} == {"presentation"}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("email: niente", "is not an e-mail address"),
        ("email: 'a@b.example, c@d.example'", "is not an e-mail address"),
        ('email: "a@b.example\\r\\nBcc: x@y.example"', "is not"),
        ("email: a@ciao..it", "is not a domain"),
        ('email: a@b.example, name: "x\\ny"', "one line of text"),
        ("email: a@b.example, mails: [everything]", "mails"),
        ("email: a@b.example, lingua: it", "is not a known key"),
    ],
)
def test_an_entry_that_is_none_is_named_with_file_and_line(
    tmp_path: Path, entry: str, said: str
) -> None:
    (tmp_path / "recipients").mkdir()
    (tmp_path / "recipients" / "prato.yaml").write_text(f"recipients:\n  - {{{entry}}}\n")

    with pytest.raises(DeclarationError, match=r"prato\.yaml:2") as wrong:
        recipients(tmp_path, ["prato"])
    assert said in str(wrong.value)


def test_an_address_stands_once_and_a_file_belongs_to_a_district(tmp_path: Path) -> None:
    (tmp_path / "recipients").mkdir()
    twice = "recipients:\n  - {email: a@città.example}\n  - {email: A@xn--citt-3na.example}\n"
    (tmp_path / "recipients" / "prato.yaml").write_text(twice)
    (tmp_path / "recipients" / "parto.yaml").write_text("nudges: true\n")

    with pytest.raises(DeclarationError) as wrong:
        recipients(tmp_path, ["prato"])
    assert "prato.yaml:3: recipients.1.email: 'A@xn--citt-3na.example' stands here twice" in str(
        wrong.value
    )
    assert "Did you mean 'prato'" in str(wrong.value)
