"""E-mail messages: what is attached to them, and to the messages inside them.

A certified message (PEC) carries the true one as `postacert.eml`, and that one carries the
attachments. Belongs here: which parts of a message are files. Does not belong here: mailboxes
(`transports.mailbox`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from email import errors, message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import TypeAlias

from pipelines.connectors.containers.inflating import Budget
from pipelines.connectors.containers.member import Member, recorded
from pipelines.connectors.refusal import DeliveryRefused

MAX_DEPTH = 6
_LOOKED_AT = 64 * 1024
_LINE = re.compile(rb"[!-9;-~]+:")
_TYPICAL = {
    b"received", b"return-path", b"message-id", b"mime-version", b"delivered-to",
    b"dkim-signature", b"x-mailer", b"x-trasporto",
}  # fmt: skip
"""Headers that only messages have; From, To and Date also stand above tables."""
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_TNEF = b"\x78\x9f\x3e\x22"
_CUT = (errors.CloseBoundaryNotFoundDefect, errors.StartBoundaryNotFoundDefect)
_GARBLED = (
    errors.InvalidBase64PaddingDefect,
    errors.InvalidBase64CharactersDefect,
    errors.InvalidBase64LengthDefect,
)

_Part: TypeAlias = "Message[str, str]"


def is_message(blob: bytes) -> bool:
    """Whether bytes begin with the headers of a message."""
    head = blob[:_LOOKED_AT].replace(b"\r\n", b"\n").lstrip(b"\n")
    block, ended, _ = head.partition(b"\n\n")
    lines = block.split(b"\n")
    if not ended:
        lines = lines[:-1]
    if lines and lines[0].startswith(b"From "):  # the line a mailbox file puts before each message
        lines = lines[1:]
    if not lines or not _LINE.match(lines[0]):
        return False
    if not all(line[:1] in (b" ", b"\t") or _LINE.match(line) for line in lines):
        return False
    named = {line.partition(b":")[0].lower(): line for line in lines}
    return bool(named.keys() & _TYPICAL) or b"/" in named.get(b"content-type", b"")


def attachments(blob: bytes, name: str, budget: Budget) -> Iterator[Member]:  # noqa: ARG001
    """The files a message carries, those of messages inside it under the name of that message.

    Bodies and pictures are no files. A message without files gives nothing.

    Raises:
        DeliveryRefused: NESTED_TOO_DEEP, TOO_LARGE.
    """
    try:
        yield from _files(message_from_bytes(blob), "", 1, budget)
    except RecursionError as error:
        raise _too_deep() from error


def _files(part: _Part, folder: str, depth: int, budget: Budget) -> Iterator[Member]:
    budget.enter(1)
    if part.get_content_maintype() == "message" and part.is_multipart():
        yield from _inside(part, folder, depth, budget)
    elif part.is_multipart():
        parts: list[_Part] = [each for each in part.get_payload() if isinstance(each, Message)]
        cut = any(isinstance(defect, _CUT) for defect in part.defects)
        for place, each in enumerate(parts, 1):
            found = _files(each, folder, depth, budget)
            yield from (_cut(one) for one in found) if cut and place == len(parts) else found
    elif part.get_content_maintype() == "multipart":
        raise DeliveryRefused(
            "TRUNCATED",
            "The message ends before its first part.",
            "Il messaggio finisce prima della prima parte.",
        )
    else:
        yield from _file(part, folder)


def _inside(part: _Part, folder: str, depth: int, budget: Budget) -> Iterator[Member]:
    path = folder + recorded(_name(part) or "message.eml") + "/"
    if depth >= MAX_DEPTH:
        yield Member(path, refusal=_too_deep())
        return
    for inner in part.get_payload():
        if isinstance(inner, Message):
            # Base64 around a message is forbidden by RFC 2046 and sent all the same.
            plain = inner.keys() or inner.is_multipart()
            whole = inner if plain else message_from_bytes(_decoded(str(inner.get_payload())))
            yield from _files(whole, path, depth + 1, budget)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _file(part: _Part, folder: str) -> Iterator[Member]:
    name = _name(part)
    kind = part.get_content_type()
    attached = part.get_content_disposition() == "attachment"
    if not name and not attached and part.get_content_maintype() in ("text", "message"):
        return
    body = part.get_payload(decode=True)
    body = body if isinstance(body, bytes) else b""
    # By what it is, not by its name: a logo may be called curva.csv, a curve may be sent as image.
    if body.startswith(_PICTURES) or kind == "image/svg+xml":
        return
    path = folder + recorded(name or f"attachment.{part.get_content_subtype()}")
    if body.startswith(_TNEF) or kind == "application/ms-tnef" or path.endswith("winmail.dat"):
        refusal = DeliveryRefused(
            "WINMAIL",
            f"{path} is Outlook's own packaging; the attachments in it cannot be read. Ask the "
            "sender to send as HTML or plain text, not as Rich Text.",
            f"{path} è una confezione propria di Outlook; gli allegati al suo interno non si "
            "leggono. Chiedere di inviare in HTML o testo semplice, non in RTF.",
        )
        yield Member(f"{path}/", refusal=refusal)
    elif any(isinstance(defect, _GARBLED) for defect in part.defects):
        refusal = DeliveryRefused(
            "ARCHIVE_DAMAGED",
            f"{path} did not arrive as it was sent: its base64 is broken.",
            f"{path} non è arrivato come è stato inviato: la codifica base64 è rotta.",
        )
        yield Member(path, refusal=refusal)
    else:
        yield Member(path, body)


def _cut(member: Member) -> Member:
    refusal = DeliveryRefused(
        "TRUNCATED",
        f"The message ends inside {member.path}.",
        f"Il messaggio finisce dentro {member.path}.",
    )
    return Member(member.path, refusal=refusal)


def _name(part: _Part) -> str:
    """The file name of a part, as RFC 2231, RFC 2047 or plain text says it."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        said = part.get_param(key, None, header)
        if said is None:
            continue
        try:
            text = collapse_rfc2231_value(said)
            return str(make_header(decode_header(text))).strip()
        except (LookupError, ValueError, errors.MessageError):
            return str(said)
    return ""


def _too_deep() -> DeliveryRefused:
    return DeliveryRefused(
        "NESTED_TOO_DEEP",
        f"More than {MAX_DEPTH} messages lie inside one another.",
        f"Più di {MAX_DEPTH} messaggi stanno uno dentro l'altro.",
    )
