"""The deployment that mail is sent from in these tests, and a mail server that says what a test wants."""

# ruff: noqa: N802, ARG002 - the names and arguments that aiosmtpd calls

from __future__ import annotations

import shutil
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from lxml import html as pages

from pipelines.delivering.deliver import deliver
from pipelines.delivering.ledger import Letter
from pipelines.delivering.sending import Office, Sent
from pipelines.publishing.shelf import Edition
from pipelines.settings import Settings
from tests.faults.mail_fixture import free_port

AT = datetime(2026, 11, 10, 8, tzinfo=UTC)
PDF = b"%PDF-1.7\r\n.\r\n..two dots begin this line, and bytes that no text has: \x00\xff\x80\n"
USER, PASSWORD = "rapporti", "parola-segreta-84f1"
DISTRICT = """\
id: {id}
name: {name}
name_en: {name_en}
city: {city}
boundary:
  - {{version: v1, valid_from: 2024-01-01, municipalities: ["100005"], description: {{it: prova, en: trial}}}}
"""
RECIPIENTS = {
    "prato": """\
recipients:
  - {name: "Niccolò D'Aìuto, «Sindaco»", email: sindaco@prato.example, language: it}
  - {name: Programme office, email: office@prato.example, language: en}
""",
    "parma": "recipients:\n  - {email: sindaco@parma.example}\n",
    "programme": "recipients:\n  - {name: Board, email: board@programme.example, language: en}\n",
}
EVERYBODY = [
    "board@programme.example",
    "office@prato.example",
    "sindaco@parma.example",
    "sindaco@prato.example",
]


@dataclass
class House:
    """A deployment whose mail a test sends."""

    settings: Settings
    published: Path

    def publish(self, number: int) -> Edition:
        """Put a revision of October to its place."""
        place = self.settings.editions / "2026-10" / f"r{number}"
        shutil.copytree(self.published / f"r{number}", place)
        return Edition(place, "2026-10", number)

    def recipients(self, name: str, text: str) -> None:
        """Another list of recipients."""
        path = self.settings.districts / "recipients" / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")

    def deliver(self, at: datetime = AT, **more: Any) -> Sent:
        """Send what is due."""
        return deliver(self.settings, at, **more)

    def letters(self) -> list[Letter]:
        """The ledger."""
        return Office(self.settings.home).ledger.letters()

    def states(self) -> dict[str, str]:
        """The newest letter's state by address."""
        return {one.address: one.state for one in self.letters()}


@dataclass
class Received:
    """A message as a server took it."""

    sender: str
    to: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message read as a mail program does."""
        found = message_from_bytes(self.raw, policy=default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class MailTaker:
    """A real SMTP server on 127.0.0.1. `answers` may give another answer to the end of a message, by address."""

    tls: str = "implicit"
    sign_in: bool = True
    size: int | None = None
    answers: dict[str, str] = field(default_factory=dict)
    to_recipients: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    on_data: Callable[[Envelope], None] | None = None

    def __post_init__(self) -> None:
        self.authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("127.0.0.1").configure_cert(context)
        more: dict[str, Any] = {"data_size_limit": self.size, "timeout": 20}
        if self.sign_in:
            more |= {
                "authenticator": _known,
                "auth_required": True,
                "auth_require_tls": self.tls == "starttls",
            }
        if self.tls == "starttls":
            more |= {"tls_context": context, "require_starttls": True}
        self.port = free_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=context if self.tls == "implicit" else None,
            **more,
        )
        self._controller.start()

    def environment(self, folder: Path) -> dict[str, str]:
        """The settings that reach it."""
        bundle = folder / f"ca-{self.port}.pem"
        self.authority.cert_pem.write_to_path(str(bundle))
        scheme = {"implicit": "smtps", "starttls": "smtp", "none": "smtp-plain"}[self.tls]
        said = {
            "NZD_MAIL": f"{scheme}://127.0.0.1:{self.port}",
            "NZD_MAIL_CA": str(bundle),
            "NZD_MAIL_FROM": "Distretti a zero emissioni, Città <rapporti@comune.example>",
            "NZD_MAIL_BOUNCES": "rimbalzi+{id}@comune.example",
            "NZD_ADDRESS": "https://distretti.example/edizioni",
        }
        known = {"NZD_MAIL_USER": USER, "NZD_MAIL_PASSWORD": PASSWORD}
        return {**said, **known} if self.sign_in else said

    def stop(self) -> None:
        """No more mail."""
        self._controller.stop()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or answer as the test wants."""
        if address in self.to_recipients:
            return self.to_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a message, or answer as the test wants."""
        if self.on_data is not None:
            self.on_data(envelope)
        to = envelope.rcpt_tos[0]
        if to in self.answers:
            return self.answers[to]
        assert isinstance(envelope.content, bytes)
        self.received.append(Received(str(envelope.mail_from), to, envelope.content))
        return "250 taken"

    @property
    def to(self) -> list[str]:
        """Who got something, in order of the alphabet."""
        return sorted(one.to for one in self.received)


def _known(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: Any
) -> AuthResult:
    right = isinstance(said, LoginPassword) and (said.login, said.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=right)


def shown_by_html(text: str) -> str:
    """What a mail program shows, in its order and without spaces."""
    return "".join("".join(pages.fromstring(text).find("body").itertext()).split())


def shown_by_text(text: str) -> str:
    """The same of a plain text, without what draws its lines and without addresses of links."""
    kept = []
    lines = text.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if set(line) - set("-=") and not line.startswith("https://"):
            kept.append(line.removesuffix(":") if below.startswith("https://") else line)
    return "".join("".join(line.removeprefix("* ") for line in kept).split())
