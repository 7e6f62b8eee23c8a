"""The body of an answer: how long it says it is, and what it was before it was compressed.

Belongs here: bytes on their way. Does not belong here: archives that are deliveries (`containers`).
"""

from __future__ import annotations

import zlib

import requests
from urllib3.exceptions import HTTPError

_COMPLAINT = 1024 * 1024
"""So much is read of an answer that is no delivery."""


class Damaged(ValueError):
    """A compressed body that is not whole."""


class Inflated(ValueError):
    """A compressed body that grows beyond what is allowed."""


def inflated(body: bytes, encoding: str, limit: int) -> bytes:
    """A body as it was before the server compressed it for the way, counted as it grows.

    Raises:
        Damaged: where it breaks off, fails its checksum or is compressed as nobody asked for.
        Inflated: where it is longer than the limit, bytes.
    """
    if encoding in ("", "identity") or not body:
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise Damaged(f"is compressed as {encoding}, which was not asked for")
    whole, rest = bytearray(), body
    try:
        while rest:  # a gzip stream may have several members
            inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            whole += inflate.decompress(rest, limit + 1 - len(whole))
            if len(whole) > limit or inflate.unconsumed_tail:
                raise Inflated
            if not inflate.eof:
                raise Damaged("breaks off")
            rest = inflate.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise Damaged("is damaged") from error
    return bytes(whole)


def complaint(response: requests.Response) -> bytes:
    """What an answer that is no delivery says; it need not be whole."""
    try:
        return response.raw.read(_COMPLAINT, decode_content=True) or b""
    except (HTTPError, OSError, ValueError):
        return b""


def length(response: requests.Response) -> int | None:
    """How many bytes the answer announces; a body in chunks announces itself as it comes.

    Raises:
        Damaged: where what it announces is no number, or several that differ.
    """
    said = {text.strip() for text in response.headers.get("Content-Length", "").split(",")}
    if said == {""} or "chunked" in response.headers.get("Transfer-Encoding", "").lower():
        return None
    text = said.pop()
    if said or not (text.isascii() and text.isdecimal()):
        raise Damaged("announces its length in no number")
    return int(text)
