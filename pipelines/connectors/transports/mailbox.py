"""Messages of a mailbox as deliveries: those of the declared senders, each taken once.

Belongs here: which messages count and which were taken before. Does not belong here: the protocol
(`imap`), what is attached to a message (`containers`).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import TypeVar

from pipelines.catalogue.source import Mail
from pipelines.connectors.transports.filesystems import TOTAL_SECONDS, ConnectionGone, Patience
from pipelines.connectors.transports.imap import Imap
from pipelines.connectors.transports.remote import (
    Fetched,
    NotModified,
    Place,
    RemoteObject,
    SourceFailed,
    Validators,
)
from pipelines.connectors.transports.servers import Server

MAX_BYTES = 60 * 1024 * 1024
"""Mail servers take 20 to 50 MB; certified mail ends at 100 MB and says so in its terms."""
MAX_MESSAGES = 500
_FULL = "(quota)"
_NEARLY = 0.98
"""A server turns away the message that would not fit, so a mailbox never quite reaches its limit."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class MailboxSource:
    """A mailbox, whose messages count, and which of them were taken before."""

    server: Server
    senders: tuple[str, ...]
    subject: str | None
    since: date | None
    taken: frozenset[str]
    max_bytes: int = MAX_BYTES
    max_messages: int = MAX_MESSAGES
    seconds: float = TOTAL_SECONDS

    @classmethod
    def of(cls, place: Place) -> MailboxSource:
        """The mailbox of a place.

        Raises:
            SourceFailed: SOURCE_UNREACHABLE where its server may not be asked.
            KeyError: where a secret is not set.
        """
        source = place.source
        mail = source.mail or Mail(senders=("",))
        return cls(
            Server.of(place),
            mail.senders,
            mail.subject,
            mail.since,
            frozenset(one.remote_name for one in place.history if one.sha256 is not None),
            source.limits.max_bytes or MAX_BYTES,
            source.limits.max_files or MAX_MESSAGES,
            source.limits.seconds or TOTAL_SECONDS,
        )


class MailboxTransport:
    """Messages by UIDVALIDITY and UID, which together never name another one.

    Those that were taken are not asked for again. Where a server rebuilds its mailbox, UIDVALIDITY
    changes and all come again, as the duplicates they are.
    """

    def __init__(self) -> None:
        self._imap: Imap | None = None
        self._patience: Patience | None = None

    def list(self, spec: MailboxSource) -> list[RemoteObject]:
        """Messages that count and were not taken yet, oldest first, so many as one collection may
        take.

        Raises:
            SourceFailed: SOURCE_UNREACHABLE, SOURCE_MISSING, LOGIN_FAILED, DEADLINE.
        """
        return self._patiently(spec, lambda imap: _listed(spec, imap))

    def open(
        self,
        spec: MailboxSource,
        item: RemoteObject,
        validators: Validators | None = None,  # noqa: ARG002 - a message never changes
    ) -> Fetched | NotModified:
        """All bytes of one message.

        Raises:
            SourceFailed: SOURCE_MISSING, SOURCE_UNREACHABLE, TOO_LARGE, DEADLINE; MAILBOX_FULL in
                place of what could no longer be delivered to it.
        """
        if item.name == _FULL:
            raise SourceFailed(
                "MAILBOX_FULL",
                f"{spec.server.shown}: the mailbox is full or nearly so; what no longer fits goes "
                "back to its sender. What is in it was read. Make room; nothing is deleted from here.",
            )
        if (item.size or 0) > spec.max_bytes:
            raise SourceFailed(
                "TOO_LARGE",
                f"{item.name} has {item.size:,} bytes; {spec.max_bytes:,} are allowed.",
            )
        validity, _, uid = item.name.removesuffix(".eml").partition("-")

        def message(imap: Imap) -> bytes:
            if imap.validity != validity:
                raise SourceFailed(
                    "SOURCE_MISSING",
                    f"{spec.server.shown} numbered its messages anew meanwhile. They are listed "
                    "again the next time.",
                )
            return imap.message(int(uid))

        return Fetched(self._patiently(spec, message))

    def close(self) -> None:
        """Log out."""
        if self._imap is not None:
            self._imap.close()
            self._imap = None

    def _patiently(self, spec: MailboxSource, ask: Callable[[Imap], Answer]) -> Answer:
        """An answer, from a second connection where the server hung up on the first."""
        for _ in range(2):
            try:
                return ask(self._connection(spec))
            except ConnectionGone:
                self.close()
        raise SourceFailed(
            "SOURCE_UNREACHABLE",
            f"{spec.server.shown} hangs up. What is missing is taken later.",
            whole=True,
        )

    def _connection(self, spec: MailboxSource) -> Imap:
        if self._patience is None:
            self._patience = Patience(spec.seconds)
        if self._imap is None:
            try:
                self._imap = Imap(spec.server, self._patience, spec.max_bytes + 1024)
            except SourceFailed as failure:
                failure.whole = True  # no other message would come either
                raise
        return self._imap


def _listed(spec: MailboxSource, imap: Imap) -> list[RemoteObject]:
    new = {
        uid: name
        for uid in imap.uids(spec.since)
        if (name := f"{imap.validity}-{uid}.eml") not in spec.taken
    }
    found = [
        RemoteObject(new[one.uid], size=one.size)
        for one in imap.envelopes(list(new))
        if one.uid in new and _counts(one.headers, spec)
    ][: spec.max_messages]
    storage = imap.storage()
    if storage is not None and storage[0] >= _NEARLY * storage[1]:
        found.append(RemoteObject(_FULL))
    return found


def _counts(headers: bytes, spec: MailboxSource) -> bool:
    """Whether a message is of a declared sender and subject.

    Certified mail names its operator as the sender, and the true one in Reply-To.
    """
    message = message_from_bytes(headers)
    said = ["from", "reply-to"] if message.get("X-Trasporto") else ["from"]
    written = [_text(value) for name in said for value in message.get_all(name, [])]
    senders = [address.casefold() for _, address in getaddresses(written)]
    known = any(_like(one, pattern) for one in senders for pattern in spec.senders)
    subject = " ".join(_text(message.get("Subject", "")).split())
    return known and (spec.subject is None or _like(subject, spec.subject))


def _like(text: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(text.casefold(), pattern.casefold())


def _text(value: object) -> str:
    try:
        return str(make_header(decode_header(str(value))))
    except (LookupError, ValueError, MessageError):
        return str(value)
