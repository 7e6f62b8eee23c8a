"""Everything that a public file holds in words and digits, also where no reader looks.

Belongs here: taking text out of each kind of file: properties, hidden parts, descriptions, attachments. Does not belong
here: what may stand there (`test_nobody_is_named.py`).
"""

from __future__ import annotations

import html
import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
from pypdf import PdfReader

_EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=]{200,}")
"""Typefaces and pictures; what a picture shows is drawn of the values of its table."""
_BOOKS = (".xlsx", ".docx")


def text_of(name: str, data: bytes) -> str:
    """Every word of a file; of a kind that is not known it is what UTF-8 makes of it."""
    kind = Path(name).suffix
    if kind == ".parquet":
        return "\n".join(_cells(data))
    if kind == ".pdf":
        return _pdf(data)
    if kind in _BOOKS:
        return "\n".join(members(data).values())
    if kind == ".eml":
        return "\n".join(_mail(data))
    return html.unescape(_EMBEDDED.sub(" ", data.decode("utf-8", "replace")))


def members(data: bytes) -> dict[str, str]:
    """The parts of an office file as text, pictures left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {
            name: html.unescape(package.read(name).decode("utf-8"))
            for name in package.namelist()
            if not name.endswith((".png", ".jpeg"))
        }


def _cells(data: bytes) -> Iterator[str]:
    table = pq.read_table(io.BytesIO(data))
    yield str(table.schema.metadata)
    for name, column in zip(table.column_names, table.columns, strict=True):
        yield name
        yield from (str(each) for each in column.unique().to_pylist())


@cache
def _pdf(data: bytes) -> str:
    """Pages, properties, what is attached, and the words of drawings for who cannot see them."""
    said = subprocess.run(
        ["pdftotext", "-q", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode("utf-8")
    read = PdfReader(io.BytesIO(data))
    spoken = [str(node) for node in _structure(read.trailer["/Root"].get("/StructTreeRoot"))]
    return "\n".join((said, str(read.metadata), str(list(read.attachments)), *spoken))


def _structure(node: object) -> Iterator[object]:
    """Alternative texts of a tagged document."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, dict):
            if "/Alt" in one:
                yield one["/Alt"]
            waiting.append(one.get("/K"))
        elif isinstance(one, list):
            waiting += one


def _mail(data: bytes) -> Iterator[str]:
    mail = message_from_bytes(data, policy=default)
    assert isinstance(mail, EmailMessage)
    yield str(mail.items())
    for part in mail.walk():
        if part.is_multipart():
            continue
        content = part.get_content()
        name = part.get_filename()
        yield content if isinstance(content, str) else text_of(str(name), content)
