"""The pages of one answer, kept as one delivery: an uncompressed zip that we made.

A paged answer is whole or it is nothing, so its pages are landed together, byte for byte as they
came. Equal pages make equal bytes. Belongs here: writing, recognising and reading the bundle. Does
not belong here: asking for pages (`transports/paging.py`), archives that others made
(`containers`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

_COMMENT = b"nzd pages"
_END = b"PK\x05\x06"
_END_LENGTH = 22
_FIXED = (1980, 1, 1, 0, 0, 0)
"""The earliest moment a zip can name; a real one would make equal pages unequal bytes."""


def write_pages(pages: Sequence[bytes], suffix: str = "json") -> bytes:
    """All pages of an answer, in the order they were asked for, as one bundle."""
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as made:
        made.comment = _COMMENT
        for number, page in enumerate(pages, 1):
            entry = zipfile.ZipInfo(f"page-{number:04d}.{suffix}", _FIXED)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            made.writestr(entry, page)
    return bundle.getvalue()


def is_pages(blob: bytes) -> bool:
    """Whether these bytes are such a bundle, and no archive that somebody sent."""
    end = blob[-(_END_LENGTH + len(_COMMENT)) :]
    return blob.startswith(b"PK\x03\x04") and end.startswith(_END) and end.endswith(_COMMENT)


def read_pages(blob: bytes) -> list[tuple[str, bytes]]:
    """The pages of a bundle by name, in order; bytes that are no bundle are their one page.

    Raises:
        zipfile.BadZipFile: where it only looks like one of ours.
    """
    if not is_pages(blob):
        return [("", blob)]
    with zipfile.ZipFile(io.BytesIO(blob)) as made:
        entries = made.infolist()
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise zipfile.BadZipFile("a page is compressed; we never do that")
        return [(entry.filename, made.read(entry)) for entry in entries]
