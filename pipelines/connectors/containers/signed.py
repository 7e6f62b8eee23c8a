"""Signed envelopes (CAdES, `.p7m`): the document inside.

The signature is not verified: that would need the trust list of the day it was made, and what
arrives is judged by its content like any other delivery. Belongs here: recognising and opening the
envelope. Does not belong here: the document.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from asn1crypto import cms

from pipelines.connectors.containers.inflating import Budget
from pipelines.connectors.containers.member import Member, recorded
from pipelines.connectors.refusal import DeliveryRefused

MAX_BYTES = 50 * 1024 * 1024
_SIGNED = bytes.fromhex("06092a864886f70d010702")
_ENVELOPED = bytes.fromhex("06092a864886f70d010703")
_HEADER = re.compile(rb"-----BEGIN (PKCS7|CMS|PKCS #7 SIGNED DATA)-----")
_FOOTER = re.compile(rb"-----END [A-Z0-9# ]+-----")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")
_BLANKS = re.compile(rb"\s+")
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
"""What asn1crypto raises over damaged envelopes, by experiment (November 2026)."""


def is_envelope(blob: bytes) -> bool:
    """Whether bytes are a signed or an encrypted envelope: DER, base64 of it, or PEM."""
    if blob[:1] == b"\x30":
        return _SIGNED in blob[:32] or _ENVELOPED in blob[:32]
    start = blob[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _HEADER.match(start):
        return True
    if not start.startswith(b"MI") or not _BASE64.fullmatch(start):
        return False
    text = _BLANKS.sub(b"", start)
    try:
        return is_envelope(base64.b64decode(text[: len(text) // 4 * 4], validate=True))
    except binascii.Error:
        return False


def signed_document(blob: bytes, name: str, budget: Budget) -> Iterator[Member]:
    """The document inside a signed envelope, its octets put together where they came in pieces.

    Raises:
        DeliveryRefused: TOO_LARGE, TRUNCATED, ENCRYPTED, NO_MEMBERS (a signature alone).
    """
    budget.enter(1)
    if len(blob) > MAX_BYTES:
        raise DeliveryRefused(
            "TOO_LARGE",
            f"The signed envelope has {len(blob):,} bytes; {MAX_BYTES:,} are allowed.",
            f"La busta firmata ha {len(blob):,} byte; ne sono ammessi {MAX_BYTES:,}.",
        )
    own = name.rpartition("/")[2]
    stem = own[:-4] if own.casefold().endswith(".p7m") else own
    yield Member(recorded(stem), _document(_der(blob)))


def _der(blob: bytes) -> bytes:
    if blob[:1] == b"\x30":
        return blob
    text = blob.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _HEADER.match(text):
        if not _FOOTER.search(text):
            raise _cut("its last line is missing", "manca l'ultima riga")
        text = _FOOTER.split(_HEADER.sub(b"", text))[0]
    try:
        return base64.b64decode(_BLANKS.sub(b"", text), validate=True)
    except binascii.Error as error:
        raise _cut(str(error), str(error)) from error


def _document(der: bytes) -> bytes:
    if _ENVELOPED in der[:32]:
        raise DeliveryRefused(
            "ENCRYPTED",
            "The envelope is encrypted, not only signed. Ask for it signed.",
            "La busta è cifrata, non solo firmata. Chiederla solo firmata.",
        )
    try:
        content = cms.ContentInfo.load(der)["content"]["encap_content_info"]["content"]
        document = content.native if content.native is None else bytes(content)
    except _UNREADABLE as error:
        raise _cut(str(error), str(error)) from error
    if document is None:
        raise DeliveryRefused(
            "NO_MEMBERS",
            "The envelope is a signature alone; the document it signs is not in it.",
            "La busta contiene solo la firma, senza il documento firmato.",
        )
    return document


def _cut(what_en: str, what_it: str) -> DeliveryRefused:
    first = str(what_en).partition("\n")[0][:120]
    return DeliveryRefused(
        "TRUNCATED",
        f"The signed envelope cannot be opened: {first}.",
        f"La busta firmata non si apre: {str(what_it).partition(chr(10))[0][:120]}.",
    )
