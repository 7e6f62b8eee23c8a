"""One parsed delivery before its judges, in their order: contract, owner, shape, scale, register.

Belongs here: which judge is asked when, and what each is told of earlier deliveries and of the
district's register. Does not belong here: how any of them judges (`quality`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.catalogue.catalogue import Binding
from pipelines.catalogue.declaration import Bilingual
from pipelines.catalogue.drift import CLASSES, SCALE_JUMPED, Drift
from pipelines.catalogue.formats import Format
from pipelines.catalogue.issue import issues
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.connectors.parsers import DeliveryRefused, Parsed
from pipelines.connectors.parsers.delivery import Column, Findings, Note, Reject, Shape
from pipelines.connectors.parsers.reading import tables
from pipelines.connectors.parsers.shape import outlined
from pipelines.connectors.parsers.source_table import normalised
from pipelines.quality.contract import Contract
from pipelines.quality.drift import Change, changes, likely_name, refused_by, words_of
from pipelines.quality.judged import Judged
from pipelines.quality.known_points import REGISTER, KnownPoints
from pipelines.quality.owner import judge_owner, judge_register
from pipelines.quality.row_pass import judge
from pipelines.quality.scale import judge_scale


@dataclass(frozen=True)
class Before:
    """What a delivery is judged against: levels of its points and shapes of files that its source
    had accepted, the register of its district.
    """

    history: pa.Table | None
    shapes: Sequence[Shape]
    known: KnownPoints


def judged_by_rows(contract: Contract, parsed: Parsed) -> Judged:
    """The delivery after the row rules of its contract."""
    judged = judge(contract, parsed.table)
    if is_empty_as_it_says(parsed.table.num_rows, parsed.rejects, parsed.notes):
        judged = replace(judged, refusal=None)
    return judged


def judged_after_rows(
    contract: Contract,
    received: Received,
    judged: Judged,
    file: tuple[Shape, str],
    before: Before,
) -> tuple[Judged, list[Change]]:
    """The delivery after the judges that follow the contract's row rules.

    Args:
        contract: The contract of its dataset.
        received: The delivery.
        judged: What the row rules left of it; of a large delivery, only the columns that are asked
            for here.
        file: The shape of the file and what stood above its header.
        before: What it is judged against.
    """
    source = received.binding.source
    shape, preamble = file
    judged = judge_owner(judged, (received.file_name, preamble))
    found = _telling(changes(shape, before.shapes), contract, source.drift)
    unwatched = frozenset() if contract.scale else _read_columns(received.binding.format)
    refusing = refused_by(found, source.drift, unwatched)
    if refusing is not None and judged.refusal is None:
        judged = judged.refused(refusing.code, len(found), words_of([refusing]))
    judged = judge_scale(contract, judged, before.history, before.known)
    if received.binding.dataset.id != REGISTER:
        judged = judge_register(judged, before.known, source.unknown_points)
    said = [one for one in found if source.drift.reaction_to(one.code) == "warn"]
    return judged, said


def _telling(found: list[Change], contract: Contract, policy: Drift) -> list[Change]:
    """The changes worth saying: where each series is judged against its own history, a column of
    another scale is another meter's file.
    """
    judged_by_series = contract.scale is not None and policy.scale_jump is None
    return [one for one in found if not (judged_by_series and one.code == SCALE_JUMPED)]


EMPTY_AS_IT_SAYS = frozenset({"SAID_NOTHING_TO_SEND", "NO_SUCH_RECORDS", "READING_ANNULLED"})
"""Notes of a delivery that is in order without a row: no contract asks it for one."""


def is_empty_as_it_says(rows: int, rejects: Sequence[Reject], notes: Sequence[Note]) -> bool:
    """Whether a delivery has no row because there was none to send."""
    return not rows and not rejects and bool(EMPTY_AS_IT_SAYS & {note.code for note in notes})


def _read_columns(form: Format) -> frozenset[str]:
    return frozenset(normalised(one.column) for one in form.columns.values() if one.column)


def notes_of(found: list[Change]) -> list[dict[str, Any]]:
    """Changes of shape as notes of a verdict."""
    return [
        {
            "code": one.code,
            "severity": issues()[one.code].severity,
            "month": None,
            "point_id": None,
            "count": 1,
            "detail": one.said,
            "drift": True,
        }
        for one in found
    ]


def drift_of(delivery: Delivery) -> list[tuple[str, str]]:
    """How a judged delivery's files had changed: class and words of each change, also of the one it
    was refused for.
    """
    verdict = delivery.verdict
    refused = [(verdict.code, verdict.detail_en)] if verdict.code in CLASSES else []
    noted = [(one["code"], one["detail"]) for one in verdict.notes if one.get("drift")]
    return [(str(code), said) for code, said in [*refused, *noted]]


def register_hash(binding: Binding, known: KnownPoints, points: list[str]) -> str:
    """What the register says of these points, as far as a delivery of this source is judged by it;
    another word is another judgement.
    """
    if binding.dataset.id == REGISTER or "point_id" not in binding.dataset.columns:
        return ""
    return known.hash_of(points, presence=binding.source.unknown_points != "accept")


def points_of(table: pa.Table) -> list[str]:
    """The points that a delivery speaks of."""
    if "point_id" not in table.column_names:
        return []
    return sorted(point for point in table["point_id"].unique().to_pylist() if point)


_OF_COLUMN = tuple(field.name for field in fields(Column))


def written_shape(shape: Shape) -> list[dict[str, Any]]:
    """A shape as a verdict keeps it."""
    return [{name: getattr(column, name) for name in _OF_COLUMN} for column in shape]


def refusal_in_words(
    refusal: DeliveryRefused, blob: bytes | Path, form: Format, accepted: Sequence[Shape]
) -> Bilingual:
    """Why a file was refused; of a missing column, what it is probably called now."""
    said = Bilingual(it=refusal.message_it, en=refusal.message_en)
    if refusal.column is None:
        return said
    findings = Findings()
    try:
        for table in tables(blob, form.read):
            outlined(findings, table)
    except DeliveryRefused:
        return said
    name = likely_name(refusal.column, tuple(findings.columns.values()), accepted)
    if name is None:
        return said
    return Bilingual(
        it=f"{said.it} Forse ora si chiama '{name}'.",
        en=f"{said.en} It is probably called '{name}' now.",
    )
