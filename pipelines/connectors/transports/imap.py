"""A mailbox behind an IMAP server, only ever read.

Belongs here: login, listing, the bytes of one message, everything a server may do meanwhile. Does
not belong here: which messages count (`mailbox`), what is attached to them (`containers`).
"""

from __future__ import annotations

import base64
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from pipelines.connectors.transports.certificates import trusting, untrusted
from pipelines.connectors.transports.filesystems import (
    CONNECT_SECONDS,
    READ_SECONDS,
    ConnectionGone,
    Patience,
)
from pipelines.connectors.transports.redaction import redacted
from pipelines.connectors.transports.remote import SourceFailed
from pipelines.connectors.transports.servers import Server

_AT_ONCE = 200
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_HEADERS = "BODY.PEEK[HEADER.FIELDS (FROM REPLY-TO SUBJECT X-TRASPORTO)]"
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_STORAGE = re.compile(rb"\bSTORAGE (\d+) (\d+)", re.IGNORECASE)
_BUSY = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]")
_NOT_ASCII = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True)
class Envelope:
    """What a listing tells of a message: its number, its size and the headers it is judged by."""

    uid: int
    size: int
    headers: bytes


class Imap:
    """One connection to one mailbox, opened for reading only: nothing is marked, moved or deleted.

    Raises:
        SourceFailed: SOURCE_UNREACHABLE, SOURCE_MISSING (no such mailbox), LOGIN_FAILED,
            NOT_CONFIGURED, DEADLINE.
        ConnectionGone: where the server hung up.
    """

    def __init__(self, server: Server, patience: Patience, max_bytes: int) -> None:
        self._server = server
        self._patience = patience
        self._connection = self._connected(max_bytes)
        # A server that sends a byte now and then never times out, so the whole has an end as well.
        self._watch = threading.Timer(patience.left(at_most=patience.seconds), self._hang_up)
        self._watch.daemon = True
        self._watch.start()
        try:
            self._log_in()
            self.validity = self._examine(server.path.strip("/") or "INBOX")
        except BaseException:
            self.close()
            raise

    def uids(self, since: date | None) -> list[int]:
        """The numbers of all messages, or of those that came on a day or later, oldest first."""
        asked = ("ALL",)
        if since is not None:
            asked = ("SINCE", f"{since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}")  # type: ignore[assignment]
        return self._found(*asked)

    def envelopes(self, uids: Sequence[int]) -> Iterator[Envelope]:
        """Size and headers of messages; of one that was removed meanwhile, nothing."""
        for start in range(0, len(uids), _AT_ONCE):
            some = uids[start : start + _AT_ONCE]
            answered = {
                each.uid: each
                for head, body in self._fetched(some, f"(UID RFC822.SIZE {_HEADERS})")
                if (each := _envelope(head, body)) is not None
            }
            silent = [uid for uid in some if uid not in answered]
            if silent and self._found("UID", ",".join(map(str, silent))):
                raise self._failed(f"does not show the headers of message {silent[0]}")
            yield from answered.values()

    def message(self, uid: int) -> bytes:
        """All bytes of one message, which stays unread.

        Raises:
            SourceFailed: SOURCE_MISSING where it is no longer there, TOO_LARGE.
        """
        for _, body in self._fetched([uid], "(UID BODY.PEEK[])"):
            return body
        raise SourceFailed(
            "SOURCE_MISSING", f"{self._server.shown}: message {uid} is no longer in the mailbox."
        )

    def storage(self) -> tuple[int, int] | None:
        """Kilobytes used and allowed, where the server tells."""
        with self._told():
            _, offered = self._connection.capability()  # more is offered after the login
            if not any(b"QUOTA" in said.upper().split() for said in offered):
                return None
            _, (_, quotas) = self._connection.getquotaroot("INBOX")
        for said in quotas:
            if isinstance(said, bytes) and (found := _STORAGE.search(said)):
                return int(found[1]), int(found[2])
        return None

    def close(self) -> None:
        """Log out, or let the connection go where the server no longer listens."""
        self._watch.cancel()
        with suppress(imaplib.IMAP4.error, OSError):
            self._connection.sock.settimeout(2)
            self._connection.logout()
        self._hang_up()

    def _hang_up(self) -> None:
        with suppress(OSError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self._connection.sock.close()

    def _connected(self, max_bytes: int) -> imaplib.IMAP4:
        server = self._server
        trusted = trusting(server.ca)
        timeout = self._patience.left(CONNECT_SECONDS)
        try:
            connection: imaplib.IMAP4
            if server.scheme == "imaps":
                connection = imaplib.IMAP4_SSL(
                    server.host, server.port, ssl_context=trusted, timeout=timeout
                )
            else:
                connection = imaplib.IMAP4(server.host, server.port, timeout=timeout)
                if "STARTTLS" in connection.capabilities:
                    connection.starttls(trusted)
        except ssl.SSLCertVerificationError as error:
            raise untrusted(error) from error
        except ssl.SSLError as error:
            raise self._failed("does not speak TLS there") from error
        except (imaplib.IMAP4.error, OSError) as error:
            raise self._failed(f"cannot be reached ({type(error).__name__})") from error
        connection.sock.settimeout(self._patience.left(READ_SECONDS))
        # Literals come with their size; what is too large is not read into memory first.
        cast("Any", connection).read = _bounded(connection, max_bytes, server.shown)
        return connection

    def _log_in(self) -> None:
        server, connection = self._server, self._connection
        if not server.user or not server.password:
            raise SourceFailed(
                "NOT_CONFIGURED", f"{server.shown} needs 'access: {{user, password}}'."
            )
        plain = f"\0{server.user}\0{server.password}".encode()
        if "LOGINDISABLED" in connection.capabilities:
            raise self._failed("takes no login without encryption; use imaps://")
        with self._told():
            try:
                if "AUTH=PLAIN" in connection.capabilities:
                    connection.authenticate("PLAIN", lambda _: plain)
                else:
                    connection.login(server.user, server.password)
            except imaplib.IMAP4.abort:
                raise
            except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
                if any(code in str(error) for code in _BUSY):
                    raise self._failed("takes no more logins for now") from None
                raise server.login_refused() from None

    def _examine(self, name: str) -> str:
        with self._told():
            status, _ = self._connection.select(_quoted(name), readonly=True)
            if status != "OK":
                raise SourceFailed(
                    "SOURCE_MISSING", f"{self._server.shown} has no mailbox '{name}'."
                )
            _, said = self._connection.response("UIDVALIDITY")
        validity = said[-1] if said else None
        if not isinstance(validity, bytes) or not validity.isdigit():
            raise self._failed("does not number its messages (no UIDVALIDITY)")
        return validity.decode()

    def _found(self, *asked: str) -> list[int]:
        with self._told():
            status, said = self._connection.uid("SEARCH", *asked)
        if status != "OK":
            raise self._failed("does not list its messages")
        numbers = b" ".join(part for part in said if isinstance(part, bytes)).split()
        return sorted(int(number) for number in numbers if number.isdigit())

    def _fetched(self, uids: Sequence[int], what: str) -> Iterator[tuple[bytes, bytes]]:
        """Each literal of an answer with all that stands around it."""
        with self._told():
            status, said = self._connection.uid("FETCH", ",".join(map(str, uids)), what)
        if status != "OK":
            raise self._failed("does not give its messages")
        for place, part in enumerate(said):
            if isinstance(part, tuple):
                after = said[place + 1] if place + 1 < len(said) else b""
                yield part[0] + (after if isinstance(after, bytes) else b""), part[1]

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the library raises, as what may be done about it."""
        try:
            self._connection.sock.settimeout(self._patience.left())
            yield
        except (imaplib.IMAP4.abort, OSError, ValueError) as error:
            self._patience.left()
            raise ConnectionGone(type(error).__name__) from error
        except imaplib.IMAP4.error as error:
            raise self._failed(f"answers: {str(error)[:120]}") from None

    def _failed(self, what: str) -> SourceFailed:
        said = f"{self._server.shown} {what}. Nothing was fetched."
        return SourceFailed("SOURCE_UNREACHABLE", redacted(said, self._server.secrets))


def _bounded(connection: imaplib.IMAP4, limit: int, shown: str) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        if size > limit:
            raise SourceFailed(
                "TOO_LARGE", f"{shown} sends a message of {size:,} bytes; {limit:,} are allowed."
            )
        body = cast("Any", connection).file.read(size)
        if len(body) < size:
            raise imaplib.IMAP4.abort("the message is cut")
        return cast("bytes", body)

    return read


def _envelope(head: bytes, body: bytes) -> Envelope | None:
    uid, size = _UID.search(head), _SIZE.search(head)
    return Envelope(int(uid[1]), int(size[1]), body) if uid and size else None


def _quoted(name: str) -> str:
    """A mailbox name as IMAP writes it: quoted, in its own UTF-7 (RFC 3501, 5.1.3)."""

    def shifted(found: re.Match[str]) -> str:
        packed = base64.b64encode(found[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
        return f"&{packed.decode()}-"

    plain = _NOT_ASCII.sub(shifted, name.replace("&", "&-"))
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
