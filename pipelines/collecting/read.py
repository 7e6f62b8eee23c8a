"""From landed bytes to received rows, and from received to accepted or quarantined ones.

Received is a pure function of bytes, declaration and first receipt. Accepted also depends on what
the source had sent before, because a change of scale can only be seen against it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.judging import (
    Before,
    judged_by_all,
    notes_of,
    points_of,
    refusal_in_words,
    register_hash,
    shapes_of,
    written_shape,
)
from pipelines.collecting.large import read_large
from pipelines.collecting.paths import Verdict, stage_path
from pipelines.collecting.verdicts import (
    QUARANTINE,
    accepted_of,
    history_of,
    kept,
    rejected,
    verdict_on,
)
from pipelines.connectors.containers import container_of, refusal_of
from pipelines.connectors.parsers import (
    DeliveryRefused,
    ParseContext,
    Parsed,
    batches,
    findings_of,
    finished,
)
from pipelines.landing.engine import engine
from pipelines.landing.files import write_parquet
from pipelines.landing.store import Store
from pipelines.quality.contract import Contract
from pipelines.quality.known_points import KnownPoints

CONTAINER_BYTES = 64 * 1024 * 1024
"""A larger file of text is no envelope and no message."""
LARGE_ROWS = 500_000
"""Above it a delivery is written, sorted and judged batch by batch: half a million rows are 200 MB in
memory, and judging copies them.
"""


def read(
    home: Path,
    store: Store,
    received: Received,
    contract: Contract,
    earlier: list[Delivery],
    known: KnownPoints,
) -> Delivery:
    """Parse and judge one delivery, and keep every stage of it.

    Args:
        home: The state folder.
        store: Where its bytes lie.
        received: The delivery.
        contract: What its dataset was agreed to look like.
        earlier: Deliveries of the same source that were judged before it.
        known: The points of its district.
    """
    binding = received.binding
    findings = findings_of(binding.format)
    source = store.whole(received.sha256)
    before = Before(history_of(binding.dataset.id, earlier), shapes_of(earlier), known)
    try:
        if received.member is None:
            _refuse_as_container(source, received)
        coming = batches(source, binding.format, binding.dataset, _context(received), findings)
        begun = _begun(coming)
        if sum(table.num_rows for table in begun) > LARGE_ROWS:
            rows = itertools.chain(begun, coming)
            return read_large(home, received, contract, before, rows, findings)
        parsed = finished(begun, binding.format, binding.dataset, findings)
    except DeliveryRefused as refusal:
        said = refusal_in_words(refusal, source, binding.format, earlier)
        verdict = Verdict(
            accepted=False,
            code=refusal.code,
            detail_it=said.it,
            detail_en=said.en,
            register=register_hash(binding, known, []),
        )
        return kept(home, received, verdict)
    return _judged(home, received, contract, before, parsed)


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


def _judged(
    home: Path,
    received: Received,
    contract: Contract,
    before: Before,
    parsed: Parsed,
) -> Delivery:
    binding = received.binding
    write_parquet(parsed.table, stage_path(home, "received", binding, received.key))
    judged, drifted = judged_by_all(contract, received, parsed, before)
    set_aside = judged.reasons(QUARANTINE.names).cast(QUARANTINE)
    quarantined = pa.concat_tables([rejected(parsed.rejects, received.sha256), set_aside])
    if quarantined.num_rows:
        write_parquet(quarantined, stage_path(home, "quarantine", binding, received.key))
    if judged.refusal is None:
        write_parquet(judged.accepted, stage_path(home, "accepted", binding, received.key))
    with engine() as session:
        session.register("rows", judged.accepted)
        accepted = accepted_of(session, received)
    rows = parsed.table.num_rows + len(parsed.rejects)
    verdict = verdict_on(rows, parsed.notes, judged.results, judged.refusal, accepted, quarantined)
    points = points_of(parsed.table)
    verdict = replace(
        verdict,
        notes=[*verdict.notes, *notes_of(drifted)],
        shape=written_shape(parsed.shape),
        points=points,
        register=register_hash(binding, before.known, points),
    )
    return kept(home, received, verdict)


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
