"""A Word file without what the library's template leaves in it, and the same bytes for the same document.

Belongs here: the parts of the file. Does not belong here: what is written in them (`office.py`).
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

_LEFT_OVER = ("/thumbnail", "/customXml", "/extended-properties", "/stylesWithEffects")
"""A picture of the template's own page, a list of sources without any, the program and machine it was made with, and
styles for a Word of 2010."""
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""What a ZIP archive can date its members with at the earliest."""


def saved(book: Any) -> bytes:
    """The bytes of a document of python-docx."""
    for owner in (book.part.package, book.part):
        for key in [key for key, rel in owner.rels.items() if rel.reltype.endswith(_LEFT_OVER)]:
            del owner.rels[key]
    sink = io.BytesIO()
    book.save(sink)
    return _dated(sink.getvalue())


def _dated(data: bytes) -> bytes:
    """The same archive with one date on all of its members."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(sink, "w") as written:
        for member in sorted(
            read.infolist(), key=lambda one: (one.filename != "[Content_Types].xml", one.filename)
        ):
            named = zipfile.ZipInfo(member.filename, _EARLIEST)
            named.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(named, read.read(member.filename))
    return sink.getvalue()
