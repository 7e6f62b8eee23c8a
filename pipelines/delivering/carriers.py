"""How a message leaves: by an SMTP server over TLS, or as a file in the outbox.

Belongs here: connections, TLS, sign-in, what answers of servers mean. Does not belong here: which letters go and what
is remembered of them (`sending.py`).

A carrier calls `before_last` when all of a message but its end is with the server: only after that can it arrive.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines.connectors.transports.redaction import redacted
from pipelines.delivering.ledger import Letter
from pipelines.delivering.postage import Postage, Server
from pipelines.landing.files import whole

_SECONDS, _AFTER_END = 60.0, 300.0
"""How long an answer may take; after the end of a message servers may look for viruses (RFC 5321, 4.5.3.2)."""
_PAUSES = (0.5, 2.0)
"""Seconds before a server that did not answer is called again."""


@dataclass(frozen=True)
class Answer:
    """What came of handing over: `accepted`, `deferred` (later), `refused` (never), or `unknown`."""

    what: str
    code: int | None = None
    said: str | None = None


class NotReached(ConnectionError):
    """The server cannot be used now: no letter is to blame, all of them wait."""


class Carrier(Protocol):
    """Who takes letters."""

    def carry(
        self, letter: Letter, sender: str, raw: bytes, before_last: Callable[[], None]
    ) -> Answer:
        """Hand one message over.

        Raises:
            NotReached: nothing was handed over.
        """

    def largest(self) -> int | None:
        """The size of message that is taken; None where nothing is said of it."""

    def has(self, letter: Letter) -> bool | None:
        """Whether a letter was taken before; None where that cannot be seen."""

    def close(self) -> None:
        """No more letters."""


@dataclass
class Outbox:
    """Mail as .eml files of a folder, which any mail program opens."""

    folder: Path

    def carry(
        self, letter: Letter, sender: str, raw: bytes, before_last: Callable[[], None]
    ) -> Answer:
        """Write the message; the same letter is the same file."""
        path = self._path(letter)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as beside:
            beside.write_bytes(b"Return-Path: <" + sender.encode() + b">\r\n" + raw)
            before_last()
        return Answer("accepted", said=path.name)

    def largest(self) -> int | None:
        """A folder takes any."""
        return None

    def has(self, letter: Letter) -> bool | None:
        """A file that is there was written whole."""
        return self._path(letter).exists()

    def take_back(self, letter: Letter) -> bool:
        """Take a message away that must not be read any more; whether there was one."""
        path = self._path(letter)
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def close(self) -> None:
        """Nothing is open."""

    def _path(self, letter: Letter) -> Path:
        place = letter.district_id or "programme"
        about = letter.month or f"{letter.written_at:%Y-%m-%d}"
        name = f"{about}-{letter.kind}-{place}-{letter.language}-{letter.id[:8]}.eml"
        return self.folder / name


class Smtp:
    """One connection to a mail server, opened when the first letter goes and kept for the others."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._open: smtplib.SMTP | None = None

    def carry(
        self, letter: Letter, sender: str, raw: bytes, before_last: Callable[[], None]
    ) -> Answer:
        """Hand one message over, to one person, so that no refusal is partial."""
        server = self._connected()
        end = False
        try:
            refused = self._envelope(server, sender, letter.address, len(raw))
            if refused is not None:
                server.rset()
                return refused
            code, said = server.docmd("DATA")
            if code != 354:
                return self._answer(code, said)
            server.send(_stuffed(raw))
            before_last()
            end = True
            if server.sock is not None:
                server.sock.settimeout(_AFTER_END)
            server.send(b".\r\n")
            answer = self._answer(*server.getreply())
            if server.sock is not None:
                server.sock.settimeout(_SECONDS)
        except (OSError, smtplib.SMTPException) as failure:
            self._drop()
            if end:
                return Answer("unknown", said=self._hidden(failure))
            raise NotReached(f"the connection broke: {self._hidden(failure)}") from failure
        return answer

    def largest(self) -> int | None:
        """What the server says in its greeting (RFC 1870)."""
        said = self._connected().esmtp_features.get("size", "")
        return int(said) if said.isdigit() and int(said) else None

    def has(self, letter: Letter) -> bool | None:  # noqa: ARG002 - see below
        """A mail server does not say what it has taken."""
        return None

    def close(self) -> None:
        """Say goodbye."""
        if self._open is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._open.quit()
            self._open = None

    def _envelope(self, server: smtplib.SMTP, sender: str, to: str, size: int) -> Answer | None:
        options = [f"SIZE={size}"] if "size" in server.esmtp_features else []
        if not (sender + to).isascii():
            if "smtputf8" not in server.esmtp_features:
                return Answer("refused", 553, "the server does not take addresses beyond ASCII")
            server.command_encoding = "utf-8"
            options.append("SMTPUTF8")
        for code, said in (server.mail(sender, options), server.rcpt(to)):
            if code not in (250, 251):
                return self._answer(code, said)
        return None

    def _answer(self, code: int, said: bytes) -> Answer:
        if code == 421:  # it closes the connection: no word about this letter
            self._drop()
        text = self._hidden(said.decode("utf-8", "replace"))
        what = "accepted" if 200 <= code < 300 else "deferred" if 400 <= code < 500 else "refused"
        return Answer(what, code, text)

    def _connected(self) -> smtplib.SMTP:
        if self._open is not None:
            return self._open
        for pause in (*_PAUSES, None):
            try:
                self._open = self._connect()
            except (ssl.SSLCertVerificationError, smtplib.SMTPAuthenticationError) as failure:
                raise NotReached(self._why(failure)) from failure
            except (OSError, smtplib.SMTPException) as failure:
                if pause is None:
                    raise NotReached(self._why(failure)) from failure
                time.sleep(pause)
            else:
                return self._open
        raise NotReached("no connection was tried")

    def _connect(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context(cafile=self._server.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        made = (
            smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
            if server.tls == "implicit"
            else smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
        )
        try:
            made.ehlo()
            if server.tls == "starttls":
                made.starttls(context=context)
                made.ehlo()
            if server.user and server.password:
                made.login(server.user, server.password)
        except BaseException:
            made.close()
            raise
        return made

    def _why(self, failure: Exception) -> str:
        place = f"{self._server.host}:{self._server.port}"
        return f"{place} cannot be used: {self._hidden(failure)}"

    def _hidden(self, said: object) -> str:
        return redacted(" ".join(str(said).split())[:300], self._server.secrets)

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def carrier(postage: Postage, home: Path) -> Carrier:
    """Who takes letters of a deployment."""
    return Smtp(postage.server) if postage.server else outbox(home)


def outbox(home: Path) -> Outbox:
    """The folder of mail of a deployment that has no server."""
    return Outbox(home / "outbox")


def _stuffed(raw: bytes) -> bytes:
    """Lines that begin with a dot get a second one (RFC 5321, 4.5.2); the end is sent apart."""
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)
