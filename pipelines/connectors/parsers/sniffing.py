"""What the bytes are, looked at only to refuse what was not declared.

Belongs here: magic numbers, text encodings, limits on compressed containers. Does not belong here:
rows and cells.
"""

from __future__ import annotations

import codecs
import re
import zipfile

from pipelines.connectors.containers.inflating import Budget, Limits, inflated, is_bzip2, opened
from pipelines.connectors.parsers.blob import Blob
from pipelines.connectors.parsers.delivery import DeliveryRefused

WORKBOOK = Limits(members=1000, ratio=200)
"""A workbook has a part per sheet and drawing, and its sheets repeat themselves more than data do."""
_START = 4096
XML_KINDS = ("xml", "green_button", "market_document")
ACCEPTED = {"xlsx": ("zip", "ole"), "parquet": ("parquet",), **dict.fromkeys(XML_KINDS, ("xml",))}
"""What the declared kinds of file may be by their first bytes; the others are text."""
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|body|script|meta|div)\b", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAGIC = {
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"PAR1": "parquet",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole",
    b"%PDF": "pdf",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}


def kind_of(blob: bytes) -> str:
    """`html`, `xml`, `json-like`, `text` or the name of a binary container."""
    for magic, kind in _MAGIC.items():
        if blob.startswith(magic):
            return kind
    if is_bzip2(blob):
        return "bzip2"
    if blob[257:262] == b"ustar":
        return "tar"
    start = blob[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return "html" if _HTML.search(start) else "xml"
    return "text"


def check_kind(blob: Blob, declared: str, max_bytes: int) -> None:
    """Refuse bytes that are empty, too many or evidently not of the declared kind.

    Raises:
        DeliveryRefused: EMPTY_FILE, TOO_LARGE, NOT_A_TABLE, ENCRYPTED or WRONG_FILE_KIND.
    """
    if not any(piece.strip(b"\xef\xbb\xbf \t\r\n\x00") for piece in blob.pieces()):
        raise DeliveryRefused("EMPTY_FILE", "The file is empty.", "Il file è vuoto.")
    if blob.size > max_bytes:
        raise DeliveryRefused(
            "TOO_LARGE",
            f"The file has {blob.size:,} bytes; {max_bytes:,} are allowed.",
            f"Il file ha {blob.size:,} byte; ne sono ammessi {max_bytes:,}.",
        )
    found = kind_of(blob.start(_START))
    if declared in XML_KINDS and found in ("xml", "html", "text"):
        return  # its own reader knows encodings and junk before the first element
    if found == "html":
        raise DeliveryRefused(
            "NOT_A_TABLE",
            "The file is a web page, perhaps a log-in page saved under the name of the export.",
            "Il file è una pagina web, forse la pagina di accesso salvata con il nome "
            "dell'esportazione.",
        )
    if found == "ole" and _ENCRYPTED in blob.whole():
        raise DeliveryRefused(
            "ENCRYPTED",
            "The workbook is protected by a password. Ask for it without one.",
            "La cartella di lavoro è protetta da password. Chiederla senza.",
        )
    if found not in ACCEPTED.get(declared, ("text",)):
        raise DeliveryRefused(
            "WRONG_FILE_KIND",
            f"Declared as {declared}, but the bytes are {found}.",
            f"Dichiarato come {declared}, ma i byte sono {found}.",
        )


def encoding_of(blob: Blob, declared: str | None) -> str:
    """The encoding of a text: byte order mark, strict UTF-8, the declared encoding, cp1252, in this
    order.

    Detectors are not asked: one takes Italian cp1252 for mac_iceland (measured November 2026).

    Raises:
        DeliveryRefused: BAD_ENCODING where none fits or NUL bytes remain.
    """
    if blob.start(2) in (b"\xff\xfe", b"\xfe\xff"):
        ladder = ["utf-16"]
    else:
        ladder = ["utf-8-sig", *([declared] if declared else []), "cp1252"]
    for encoding in ladder:
        try:
            decoder = codecs.getincrementaldecoder(encoding)("strict")
            whole = not any("\x00" in decoder.decode(piece) for piece in blob.pieces())
            decoder.decode(b"", final=True)
        except (UnicodeDecodeError, LookupError):
            continue
        if not whole:
            break
        return encoding
    raise DeliveryRefused(
        "BAD_ENCODING",
        f"The text is none of {', '.join(ladder)}, or holds NUL bytes.",
        f"Il testo non è in {', '.join(ladder)}, o contiene byte NUL.",
    )


def text_of(blob: bytes, declared: str | None) -> str:
    """The text of a file that is read as a whole; the ladder is `encoding_of`'s.

    Raises:
        DeliveryRefused: BAD_ENCODING where none fits or NUL bytes remain.
    """
    return blob.decode(encoding_of(Blob.of(blob), declared))


def check_container(blob: bytes) -> zipfile.ZipFile:
    """A workbook's zip whose entries were inflated once and counted; what headers say is not
    believed.

    Raises:
        DeliveryRefused: TOO_LARGE, ENCRYPTED, TRUNCATED, ARCHIVE_DAMAGED or WRONG_FILE_KIND.
    """
    budget = Budget(WORKBOOK)
    container = opened(blob, budget)
    for entry in container.infolist():
        for place, chunk in enumerate(inflated(container, entry, budget)):
            if place == 0 and _DOCTYPE.search(chunk[:4096]):
                name = entry.filename
                raise DeliveryRefused(
                    "WRONG_FILE_KIND",
                    f"{name} declares a document type; no spreadsheet program writes one.",
                    f"{name} dichiara un tipo di documento; nessun foglio di calcolo lo fa.",
                )
    return container
