"""The bytes of an XML document, made safe to parse: one encoding, no document type, no junk.

Belongs here: encodings and the prologue. Does not belong here: elements (`xml_elements`).
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, Protocol

from pipelines.connectors.parsers.delivery import DeliveryRefused

PROLOGUE = 1024 * 1024
"""The first element begins within this many bytes."""
JUNK = 1024
"""Bytes before the first `<` that a mail gateway or an editor may have left."""
_BITE = 4 * 1024
_CHUNK = 256 * 1024
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"),
)  # fmt: skip
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>")
_ENCODING = re.compile(r"encoding\s*=\s*[\"']([A-Za-z0-9._\-]+)[\"']")
_ELEMENT = re.compile(r"<[^\W\d]")
_HTML = re.compile(r"<!doctype\s+html", re.IGNORECASE)
_HARMLESS = (("<?", "?>"), ("<!--", "-->"))
_WIDE = re.compile(rb"[<>]\x00|\x00[<>]")
_ACCEPTED = re.compile(r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-?8859-?\d+|latin-?1|windows-125\d|"
                       r"cp125\d", re.IGNORECASE)  # fmt: skip


class Readable(Protocol):
    """What the parser reads from."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


def safe_source(source: BinaryIO, declared: str | None) -> Readable:
    """The document as UTF-8 bytes without declaration, from its first `<` on.

    The encoding is the byte order mark's, else UTF-8 where every byte is, else what the document
    says of itself, else the format's, else cp1252: files that say ISO-8859-1 and are UTF-8 are
    common, the other way round too.

    Args:
        source: The bytes, seekable.
        declared: The format's fallback encoding.

    Raises:
        DeliveryRefused: UNSAFE_XML where a document type or an entity is declared, BAD_ENCODING,
            WRONG_FILE_KIND.
    """
    source.seek(0)
    head = source.read(PROLOGUE)
    encoding = _marked(head) or _by_trial(source, head, declared)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError as error:
        raise _bad_encoding(encoding) from error
    start = _start(text)
    found = _DECLARATION.match(text, start)
    begin = found.end() if found else start
    _refuse_declarations(text, begin)
    if encoding == "utf-8":
        source.seek(len(text[:begin].encode()))
        return _InBites(source)
    return _InBites(_Transcoded(source, encoding, begin))


class _InBites:
    """Few bytes at a time, whatever is asked for.

    The parser puts all it was given into the tree before the first record of it is read, and who
    looks from a record to its parent meets them all: thousands of short records in 32 KB.
    """

    def __init__(self, source: Readable) -> None:
        self._source = source

    def read(self, size: int = -1, /) -> bytes:
        return self._source.read(_BITE if size < 0 else min(size, _BITE))


def _marked(head: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if _WIDE.search(head[:64]):
        raise _bad_encoding("two bytes per sign without a byte order mark")
    return None


def _by_trial(source: BinaryIO, head: bytes, declared: str | None) -> str:
    said = _ENCODING.search(head[: JUNK + 200].decode("latin-1"))
    own = said[1] if said else None
    if own is not None and not _ACCEPTED.fullmatch(own):
        raise _bad_encoding(own)
    ladder = ["utf-8", own, declared, "cp1252"]
    for encoding in dict.fromkeys(name.lower() for name in ladder if name):
        if not encoding.startswith(("utf-16", "utf16")) and _fits(source, encoding):
            return encoding
    raise _bad_encoding(", ".join(name for name in ladder if name))


def _fits(source: BinaryIO, encoding: str) -> bool:
    source.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := source.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _bad_encoding(what: str) -> DeliveryRefused:
    return DeliveryRefused(
        "BAD_ENCODING",
        f"The document cannot be read as {what}.",
        f"Il documento non si legge come {what}.",
    )


def _start(text: str) -> int:
    place = text.find("<", 0, JUNK)
    if place < 0:
        raise DeliveryRefused(
            "WRONG_FILE_KIND",
            "Declared as xml, but the file does not begin with an element.",
            "Dichiarato come xml, ma il file non comincia con un elemento.",
        )
    return place


def _refuse_declarations(text: str, place: int) -> None:
    """Only comments and instructions may stand before the first element."""
    while (place := text.find("<", place)) >= 0:
        if _ELEMENT.match(text, place):
            return
        closing = next((end for sign, end in _HARMLESS if text.startswith(sign, place)), None)
        if closing is None:
            break
        place = text.find(closing, place)
        if place < 0:
            break
    html = place >= 0 and _HTML.match(text, place)
    raise _web_page() if html else _unsafe()


def _web_page() -> DeliveryRefused:
    return DeliveryRefused(
        "NOT_A_TABLE",
        "The file is a web page, perhaps a log-in page saved under the name of the export.",
        "Il file è una pagina web, forse la pagina di accesso salvata con il nome "
        "dell'esportazione.",
    )


def _unsafe() -> DeliveryRefused:
    return DeliveryRefused(
        "UNSAFE_XML",
        "The document declares a document type or entities before its first element, or has none. "
        "No delivery needs them; nothing was read.",
        "Il documento dichiara un tipo di documento o entità prima del primo elemento, o non ne "
        "ha. Nessuna consegna ne ha bisogno; nulla è stato letto.",
    )


class _Transcoded:
    """A document in another encoding, read as UTF-8 from a sign of it on."""

    def __init__(self, source: BinaryIO, encoding: str, skip: int) -> None:
        source.seek(0)
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._skip = skip

    def read(self, size: int = -1, /) -> bytes:
        while chunk := self._source.read(size):
            text = self._decoder.decode(chunk)
            left, self._skip = text[self._skip :], max(self._skip - len(text), 0)
            if left:
                return left.encode()
        return b""
