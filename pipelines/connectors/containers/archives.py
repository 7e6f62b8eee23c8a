"""Members of zip archives and the one member of a gzip or bzip2.

Belongs here: entries, their names, links and folders. Does not belong here: counting bytes
(`inflating`) and zips that are one document (`is_document`, which says so).
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator

from pipelines.connectors.containers.inflating import (
    BROKEN,
    Budget,
    Exhausted,
    Limits,
    bunzipped,
    damaged,
    gunzipped,
    inflated,
    opened,
)
from pipelines.connectors.containers.member import Member, recorded
from pipelines.connectors.pages import is_pages
from pipelines.connectors.refusal import DeliveryRefused

_WORKBOOK = "[Content_Types].xml"
_OPEN_DOCUMENT = "mimetype"
_UTF8 = 0x800
_NAMED, _EXTRA = 8, 4


def is_document(blob: bytes) -> bool:
    """Whether a zip is one file to its reader: a workbook, an OpenDocument, or our own bundle of
    pages.
    """
    try:
        container = opened(blob, Budget(Limits(members=100_000)))  # names only, nothing inflates
    except DeliveryRefused:
        return False
    return is_pages(blob) or bool({_WORKBOOK, _OPEN_DOCUMENT} & set(container.namelist()))


def zip_members(blob: bytes, name: str, budget: Budget) -> Iterator[Member]:  # noqa: ARG001
    """Files of a zip in their order.

    Raises:
        DeliveryRefused: TRUNCATED, ARCHIVE_DAMAGED, TOO_LARGE, NO_MEMBERS.
    """
    container = opened(blob, budget)
    entries = [entry for entry in container.infolist() if not entry.filename.endswith("/")]
    if not entries:
        raise DeliveryRefused(
            "NO_MEMBERS", "The archive holds no file.", "L'archivio non contiene alcun file."
        )
    for entry in entries:
        path = recorded(_name(entry))
        if stat.S_ISLNK(entry.external_attr >> 16):
            yield Member(
                path,
                refusal=DeliveryRefused(
                    "WRONG_FILE_KIND",
                    f"{path} is a link to another file, not a file.",
                    f"{path} è un collegamento a un altro file, non un file.",
                ),
            )
            continue
        try:
            yield Member(path, b"".join(inflated(container, entry, budget)))
        except Exhausted:
            raise
        except DeliveryRefused as refusal:
            yield Member(path, refusal=refusal)


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as it was packed. Macintosh writes UTF-8 without saying so; what NUL hides shows."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return name


def gzip_member(blob: bytes, name: str, budget: Budget) -> Iterator[Member]:
    """The one file inside a gzip, by the name it was packed under.

    Raises:
        DeliveryRefused: TRUNCATED, ARCHIVE_DAMAGED, TOO_LARGE.
    """
    budget.enter(1)
    own = name.rpartition("/")[2]
    stem = own[:-3] if own.casefold().endswith(".gz") else _packed_as(blob) or own
    try:
        body = b"".join(gunzipped(blob, own, budget))
    except BROKEN as error:
        raise damaged(own, own, error) from error
    yield Member(recorded(stem), body)


def bzip2_member(blob: bytes, name: str, budget: Budget) -> Iterator[Member]:
    """The one file inside a bzip2, by the name of the archive: it keeps none itself.

    Raises:
        DeliveryRefused: TRUNCATED, ARCHIVE_DAMAGED, TOO_LARGE.
    """
    budget.enter(1)
    own = name.rpartition("/")[2]
    stem = own[:-4] if own.casefold().endswith(".bz2") else own
    yield Member(recorded(stem), b"".join(bunzipped(blob, own, budget)))


def _packed_as(blob: bytes) -> str:
    """The file name in a gzip's header (RFC 1952), empty where there is none."""
    if len(blob) < 10 or not blob[3] & _NAMED:
        return ""
    at = 10
    if blob[3] & _EXTRA:
        at += 2 + int.from_bytes(blob[10:12], "little")
    return blob[at : blob.find(b"\0", at)].decode("latin-1")
