"""From landed bytes to received rows, and from received to accepted or quarantined ones.

Received is a pure function of bytes, declaration and first receipt. Accepted also depends on what
the source had sent before, because a change of scale can only be seen against it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from pipelines.collecting.by_itself import ByItself, Large, read_by_itself
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.judging import (
    Before,
    judged_after_rows,
    notes_of,
    refusal_in_words,
    register_hash,
    written_shape,
)
from pipelines.collecting.large import read_large
from pipelines.collecting.paths import Verdict, stage_path
from pipelines.collecting.so_far import SoFar
from pipelines.collecting.verdicts import QUARANTINE, accepted_of, kept, rejected, verdict_on
from pipelines.connectors.parsers import DeliveryRefused
from pipelines.landing.engine import engine
from pipelines.landing.files import write_parquet
from pipelines.landing.store import Store
from pipelines.quality.contract import Contract
from pipelines.quality.known_points import KnownPoints


def read(
    home: Path,
    store: Store,
    received: Received,
    contract: Contract,
    so_far: SoFar,
    known: KnownPoints,
    by_itself: ByItself | None = None,
) -> Delivery:
    """Parse and judge one delivery, and keep every stage of it.

    Args:
        home: The state folder.
        store: Where its bytes lie.
        received: The delivery.
        contract: What its dataset was agreed to look like.
        so_far: What its source had accepted before it; this delivery is added to it.
        known: The points of its district.
        by_itself: What the delivery is by itself, where it was read beside others.
    """
    try:
        found = by_itself or read_by_itself(home, store, received, contract)
        if isinstance(found, Large):
            delivery = read_large(home, received, contract, so_far, known, found)
        else:
            delivery = _judged(home, received, contract, so_far, known, found)
    except DeliveryRefused as refusal:
        delivery = _refused(home, store, received, so_far, known, refusal)
    so_far.add(delivery)
    return delivery


def _refused(
    home: Path,
    store: Store,
    received: Received,
    so_far: SoFar,
    known: KnownPoints,
    refusal: DeliveryRefused,
) -> Delivery:
    binding = received.binding
    source = store.whole(received.sha256)
    said = refusal_in_words(refusal, source, binding.format, so_far.shapes)
    verdict = Verdict(
        accepted=False,
        code=refusal.code,
        detail_it=said.it,
        detail_en=said.en,
        register=register_hash(binding, known, []),
    )
    return kept(home, received, verdict)


def _judged(
    home: Path,
    received: Received,
    contract: Contract,
    so_far: SoFar,
    known: KnownPoints,
    found: ByItself,
) -> Delivery:
    binding = received.binding
    before = Before(so_far.history(found.points), so_far.shapes, known)
    file = (found.shape, found.preamble)
    judged, drifted = judged_after_rows(contract, received, found.judged, file, before)
    set_aside = judged.reasons(QUARANTINE.names).cast(QUARANTINE)
    quarantined = pa.concat_tables([rejected(found.rejects, received.sha256), set_aside])
    if quarantined.num_rows:
        write_parquet(quarantined, stage_path(home, "quarantine", binding, received.key))
    if judged.refusal is None:
        write_parquet(judged.accepted, stage_path(home, "accepted", binding, received.key))
    with engine() as session:
        session.register("rows", judged.accepted)
        accepted = accepted_of(session, received)
    rows = found.rows + len(found.rejects)
    verdict = verdict_on(rows, found.notes, judged.results, judged.refusal, accepted, quarantined)
    verdict = replace(
        verdict,
        notes=[*verdict.notes, *notes_of(drifted)],
        shape=written_shape(found.shape),
        points=found.points,
        register=register_hash(binding, known, found.points),
    )
    return kept(home, received, verdict)
