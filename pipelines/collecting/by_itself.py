"""What one delivery is by itself: its rows, and what the row rules say of them.

Belongs here: everything that needs neither the deliveries before it nor the register, so that many
files can be read side by side. Does not belong here: what a delivery is compared with (`read`), and
one too large to be held (`large`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipelines.collecting.deliveries import Received
from pipelines.collecting.judging import judged_by_rows, points_of
from pipelines.collecting.paths import stage_path
from pipelines.connectors.containers import container_of, refusal_of
from pipelines.connectors.parsers import ParseContext, batches, findings_of, finished
from pipelines.connectors.parsers.delivery import Findings, Note, Reject, Shape
from pipelines.landing.files import write_parquet
from pipelines.landing.store import Store
from pipelines.quality.contract import Contract
from pipelines.quality.judged import Judged

CONTAINER_BYTES = 64 * 1024 * 1024
"""A larger file of text is no envelope and no message."""
LARGE_ROWS = 500_000
"""Above it a delivery is written, sorted and judged batch by batch: half a million rows are 200 MB in
memory, and judging copies them.
"""


@dataclass(frozen=True)
class ByItself:
    """One delivery, received and judged by the row rules.

    Attributes:
        judged: What the row rules made of it.
        rows: How many rows came of it, rejects not counted.
        points: The points it speaks of.
        rejects: Rows that the parser left out.
        notes: What the parser noted.
        shape: The shape of the file.
        preamble: What stood above its header.
    """

    judged: Judged
    rows: int
    points: list[str]
    rejects: tuple[Reject, ...]
    notes: tuple[Note, ...]
    shape: Shape
    preamble: str


@dataclass(frozen=True)
class Large:
    """A delivery that is not to be held in memory: its batches, and what is found on the way."""

    batches: Iterator[pa.Table]
    findings: Findings


def read_by_itself(
    home: Path, store: Store, received: Received, contract: Contract
) -> ByItself | Large:
    """Parse one delivery, keep its rows as received and put the row rules to them.

    Raises:
        DeliveryRefused: where it cannot be taken as a whole.
        BlobDamaged, BlobMissing: where its bytes are not what was landed.
    """
    binding = received.binding
    form, dataset = binding.format, binding.dataset
    findings = findings_of(form)
    source = store.whole(received.sha256)
    if received.member is None:
        _refuse_as_container(source, received)
    coming = batches(source, form, dataset, _context(received), findings)
    begun = _begun(coming)
    if sum(table.num_rows for table in begun) > LARGE_ROWS:
        return Large(itertools.chain(begun, coming), findings)
    parsed = finished(begun, form, dataset, findings)
    write_parquet(parsed.table, stage_path(home, "received", binding, received.key))
    return ByItself(
        judged_by_rows(contract, parsed),
        parsed.table.num_rows,
        points_of(parsed.table),
        parsed.rejects,
        parsed.notes,
        parsed.shape,
        parsed.preamble,
    )


def _refuse_as_container(source: Path, received: Received) -> None:
    """What was wrong with an archive or a message, where nothing of it became a delivery."""
    with source.open("rb") as file:
        head = file.read(CONTAINER_BYTES)
    if container_of(head) is None:
        return
    blob = source.read_bytes()
    refusal = refusal_of(blob, received.file_name, received.binding.source.members)
    if container_of(blob) is not None and refusal is not None:
        raise refusal


def _begun(coming: Iterator[pa.Table]) -> list[pa.Table]:
    """The first batches, all of them where the delivery is not large."""
    begun: list[pa.Table] = []
    rows = 0
    for table in coming:
        begun.append(table)
        rows += table.num_rows
        if rows > LARGE_ROWS:
            break
    return begun


def _context(received: Received) -> ParseContext:
    binding = received.binding
    return ParseContext(
        district_id=binding.district.id,
        source_id=binding.source_id,
        sha256=received.sha256,
        file_name=received.file_name,
        member=received.member,
        known_at=received.known_at,
        timezone=binding.district.timezone,
    )
