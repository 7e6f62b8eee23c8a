"""What was seen of a file: its kind, a `read` block that reads it, its columns of text.

Belongs here: magic numbers, archives, encodings, which reader gives rows. Does not belong here:
what a column means (`columns`) and when its rows are (`times`).
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from pydantic import ValidationError

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.containers.inflating import (
    Budget,
    bunzipped,
    gunzipped,
    inflated,
    opened,
)
from pipelines.connectors.inspecting.delimited import read_of_text
from pipelines.connectors.inspecting.documents import lists_in, records_in
from pipelines.connectors.inspecting.workbook import headers_of, visible_sheets
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.reading import tables
from pipelines.connectors.parsers.sniffing import WORKBOOK, kind_of
from pipelines.connectors.parsers.source_table import SourceTable

LIMITS = replace(WORKBOOK, total=200 * 1024 * 1024)
"""What looking at a file may cost, whatever it is packed in: no more than a workbook may."""
KINDS = frozenset(get_args(Read.model_fields["file"].annotation))
"""The kinds of file that a declaration can name."""


_PACKED = {"gzip": (".gz", gunzipped), "bzip2": (".bz2", bunzipped)}


@dataclass
class Sighting:
    """What was seen, the `read` block that came of it and the first of its tables.

    `said` are facts for the reader; `checks` say what of `read` is a guess, by key.
    """

    name: str
    kind: str
    said: list[str] = field(default_factory=list)
    read: dict[str, Any] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    table: SourceTable | None = None
    blob: bytes = b""


def sighted(blob: bytes, name: str) -> Sighting:
    """What a file is, as far as its bytes tell; the first member of an archive in its place."""
    kind = kind_of(blob)
    if kind in _PACKED:
        return _unpacked(blob, name, kind)
    if kind == "zip":
        return _of_zip(blob, name)
    if kind == "ole":
        kind = "xlsx"
    if kind == "text":
        kind = _kind_of_text(blob)
    found = Sighting(name, kind, blob=blob)
    if kind not in KINDS:
        found.said.append(f"The bytes are {kind}; no reader takes them.")
        return found
    return _read(found)


def _read(found: Sighting) -> Sighting:
    """The same sighting, read in the first way that gives a table."""
    for read in _reads(found):
        try:
            found.table = next(iter(tables(found.blob, Read.model_validate(read))), None)
        except (DeliveryRefused, ValidationError) as refusal:
            found.said.append(f"Read as {read}: {_short(refusal)}")
            continue
        found.read = read
        break
    return found


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return str(error.errors()[0]["msg"])
    return str(error).splitlines()[0][:200]


def _reads(found: Sighting) -> list[dict[str, Any]]:
    """Ways to read the file, the likeliest first."""
    blob = found.blob
    if found.kind == "csv":
        return read_of_text(blob, found.checks, found.said)
    if found.kind in ("json", "ndjson"):
        return _reads_of_json(found)
    if found.kind == "xml":
        found.checks["xml"] = "the element that repeats most; name the fields you need"
        return [{"file": "xml", "xml": one} for one in records_in(blob)]
    if found.kind == "parquet":
        return [{"file": "parquet"}]
    return _reads_of_workbook(found)


def _reads_of_json(found: Sighting) -> list[dict[str, Any]]:
    if found.kind == "ndjson":
        return [{"file": "ndjson"}]
    document = json.loads(found.blob.decode("utf-8-sig"))
    reads = lists_in(document)
    if len(reads) > 1:
        others = ", ".join(f"'{r.get('records', r.get('arrays'))}'" for r in reads[1:6])
        found.checks["records"] = f"the longest list; others: {others}"
    return [{"file": "json", **one} for one in reads]


def _reads_of_workbook(found: Sighting) -> list[dict[str, Any]]:
    sheets = visible_sheets(found.blob)
    if not sheets:
        found.said.append("No sheet of it can be opened; it may be protected by a password.")
    if len(sheets) > 1:
        found.said.append(f"{len(sheets)} visible sheets: {', '.join(sheets)}")
        found.checks["sheet"] = "one of several; or {each: true} where each has the same columns"
    reads = []
    for sheet in sheets:
        base: dict[str, Any] = {"file": found.kind}
        if len(sheets) > 1:
            base["sheet"] = {"name": sheet}
        reads += [{**base, **header} for header in headers_of(found.blob, sheet, found.checks)]
    return reads


def _kind_of_text(blob: bytes) -> str:
    start = blob[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] not in (b"{", b"["):
        return "csv"
    try:
        json.loads(blob.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        lines = [line for line in blob.split(b"\n")[:20] if line.strip()]
        try:
            return "ndjson" if len(lines) > 1 and all(map(json.loads, lines[:-1])) else "csv"
        except (ValueError, RecursionError):
            return "csv"
    return "json"


def _unpacked(blob: bytes, name: str, kind: str) -> Sighting:
    ending, unpacked = _PACKED[kind]
    try:
        inner = b"".join(unpacked(blob, name, Budget(LIMITS)))
    except DeliveryRefused as refusal:
        return Sighting(name, kind, [f"{kind} that cannot be unpacked: {_short(refusal)}"])
    found = sighted(inner, name.removesuffix(ending))
    found.said.insert(0, f"{kind} around {found.name}; it is unpacked on arrival")
    return found


def _of_zip(blob: bytes, name: str) -> Sighting:
    budget = Budget(LIMITS)
    try:
        with opened(blob, budget) as container:
            members = {one.filename: one for one in container.infolist() if not one.is_dir()}
            kind = members.get("mimetype")
            if "[Content_Types].xml" in members or (
                kind and b"spreadsheet" in b"".join(inflated(container, kind, budget))[:100]
            ):
                return _read(Sighting(name, "xlsx", blob=blob))
            return _of_archive(container, list(members.values()), name, budget)
    except DeliveryRefused as refusal:
        return Sighting(name, "zip", [f"zip that cannot be opened: {_short(refusal)}"])


def _of_archive(
    container: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str, budget: Budget
) -> Sighting:
    listed = [f"{one.filename} ({one.file_size:,} bytes)" for one in members[:20]]
    said = f"zip of {len(members)} members: {', '.join(listed)}"
    if not members:
        return Sighting(name, "zip", [said])
    first = members[0]
    try:
        inner = b"".join(inflated(container, first, budget))
    except DeliveryRefused as refusal:
        return Sighting(name, "zip", [said, f"The first member is not opened: {_short(refusal)}"])
    found = sighted(inner, first.filename)
    found.said[:0] = [said, f"What follows is {first.filename}; pick others with 'members'."]
    return found
