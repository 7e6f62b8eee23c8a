"""The rows that count as of a cut-off: per dataset and part, a pure function of what was accepted
by then.

Restatements are resolved here, where they arrive, and only in the parts they touch, so that the
warehouse reads current rows only. The same code serves now and any earlier moment. Which of several
rows counts: `ranking`.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.dataset import Dataset
from pipelines.collecting import annulments, mending, part_files, parts, ranking, vanishing
from pipelines.collecting import corrections as entered
from pipelines.collecting.annulments import annulments_of
from pipelines.collecting.corrections import CORRECTIONS, Correction, corrections_of
from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.part_files import Resolved, current_schema, write_stretch
from pipelines.collecting.parts import Part, by_source, parts_of, stretches
from pipelines.collecting.ranking import disagreed_by_month, restated_by_month, said_of
from pipelines.collecting.vanishing import sweeps_of, vanished_between
from pipelines.landing.engine import engine, parquet, spilling
from pipelines.landing.files import sha256_of, whole, write_parquet

EMPTY = "_empty.parquet"
STATE = "_parts.json"
MEMORY = "3GB"
"""What resolving may hold before it goes on on disk."""


def resolve_current(
    catalogue: Catalogue, deliveries: Iterable[Delivery], view: Path, cut_off: datetime
) -> dict[str, Resolved]:
    """Bring `view/current/<dataset>/<all|month|day>.parquet` up to the cut-off.

    Args:
        catalogue: For the datasets.
        deliveries: Every delivery of the deployment, judged.
        view: The state folder, or a folder of its own for an earlier moment.
        cut_off: Deliveries that arrived later do not exist yet.

    Returns:
        Restatements, disagreements and what became of corrections, per dataset.
    """
    by_dataset: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        if delivery.verdict.accepted and delivery.known_at <= cut_off:
            by_dataset[delivery.binding.dataset.id].append(delivery)
    due: dict[str, list[Correction]] = defaultdict(list)
    for one in corrections_of(catalogue, by_dataset[CORRECTIONS], cut_off):
        if one.state == "due" and one.binding is not None:
            due[one.binding.dataset.id].append(one)
    return {
        dataset.id: _resolve_dataset(
            dataset,
            by_dataset[dataset.id],
            due[dataset.id],
            view / "current" / dataset.id,
            cut_off,
        )
        for dataset in catalogue.datasets.values()
    }


def _resolve_dataset(
    dataset: Dataset,
    deliveries: list[Delivery],
    corrections: list[Correction],
    folder: Path,
    cut_off: datetime,
) -> Resolved:
    write_parquet(current_schema(dataset).empty_table(), folder / EMPTY)
    sweeps = sweeps_of(deliveries, cut_off) if dataset.delivers == "increments" else []
    taken = annulments_of(deliveries)
    divided = parts_of(dataset, deliveries, sweeps, taken, cut_off, corrections)
    wanted = {part.name: part for part in divided}
    known = _state(folder)
    fingerprints = _fingerprints(dataset, wanted.values())
    state = {
        name: before
        for name, before in known.items()
        if before.get("fingerprint") == fingerprints.get(name)
        and before.get("sha256") == sha256_of(folder / f"{name}.parquet")
    }
    stale = [wanted[name] for name in sorted(set(wanted) - set(state))]
    for name, found in _resolved(dataset, stale, folder, cut_off):
        said = {"fingerprint": fingerprints[name], "sha256": sha256_of(folder / f"{name}.parquet")}
        state[name] = {**said, **asdict(found)}
    state |= _lost(dataset, deliveries, known, cut_off)
    for path in folder.glob("*.parquet"):
        if path.name != EMPTY and path.stem not in wanted:
            path.unlink()
    if state != known:
        with whole(folder / STATE) as temporary:
            temporary.write_text(json.dumps(state, sort_keys=True))
    told = [Resolved.of(state[name]) for name in sorted(state)]
    return Resolved(
        restated_by_month(row for one in told for row in one.restated),
        disagreed_by_month(row for one in told for row in one.disagreements),
        [row for one in told for row in one.vanished],
        [row for one in told for row in one.corrected],
    )


def _resolved(
    dataset: Dataset, stale: list[Part], folder: Path, cut_off: datetime
) -> Iterator[tuple[str, Resolved]]:
    """Make the stale parts again, in sessions that hold a few million rows and go on on disk."""
    if not stale:
        return
    with spilling(folder, MEMORY) as session:
        for stretch in stretches(stale):
            yield from write_stretch(session, dataset, stretch, folder, cut_off).items()


def _lost(
    dataset: Dataset,
    deliveries: list[Delivery],
    known: dict[str, dict[str, Any]],
    cut_off: datetime,
) -> dict[str, dict[str, Any]]:
    """What the newest whole register of each source lacks that the one before it had."""
    state = {}
    for source, pair in _last_two_of_each(dataset, deliveries, cut_off).items():
        name = f"{source}."
        fingerprint = hashlib.sha256(_said(dataset, pair).encode()).hexdigest()
        state[name] = known.get(name, {})
        if state[name].get("fingerprint") != fingerprint:
            lost = Resolved(vanished=vanished_between(dataset, *pair))
            state[name] = {"fingerprint": fingerprint, **asdict(lost)}
    return state


def _last_two_of_each(
    dataset: Dataset, deliveries: list[Delivery], cut_off: datetime
) -> dict[str, list[Delivery]]:
    """Of every source that sends the whole each time, the newest delivery and the one before."""
    whole_each_time = [
        one for one in deliveries if "snapshots" in (dataset.delivers, one.binding.format.delivers)
    ]
    given = by_source(whole_each_time, cut_off)
    return {source: sent[-2:] for source, sent in given.items() if len(sent) > 1}


def _fingerprints(dataset: Dataset, wanted: Iterable[Part]) -> dict[str, str]:
    """By part, a hash of all that decides its rows. Days of a month are often fed by the same
    deliveries, whose names are then put into words once.
    """
    said: dict[tuple[int, ...], str] = {}
    made = {}
    for part in wanted:
        fed = tuple(map(id, part.feeding))
        if fed not in said:
            said[fed] = _said(dataset, part.feeding)
        corrected = [one.said() for one in part.corrections]
        words = "\n".join([part.name, said[fed], *part.taken_back.said(), *corrected])
        made[part.name] = hashlib.sha256(words.encode()).hexdigest()
    return made


def _said(dataset: Dataset, feeding: Sequence[Delivery]) -> str:
    return "\n".join([_rule(), dataset.model_dump_json(), *said_of(feeding)])


@cache
def _rule() -> str:
    """Hash of this code, so that a change of it resolves everything again."""
    rooms = (annulments, entered, mending, parts, part_files, ranking, vanishing)
    modules = [__file__, *(str(one.__file__) for one in rooms)]
    return hashlib.sha256(b"".join(Path(one).read_bytes() for one in modules)).hexdigest()


def _state(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads((folder / STATE).read_text()))
    except (FileNotFoundError, ValueError):
        return {}  # everything is resolved again from what was accepted


def read_current(view: Path, dataset: Dataset) -> pa.Table:
    """All rows that count of one dataset, for previews and checks."""
    files = sorted((view / "current" / dataset.id).glob("*.parquet"))
    columns = ", ".join(dataset.schema().names)
    with engine() as session:
        return session.sql(f"select {columns} from {parquet(files)}").to_arrow_table()  # noqa: S608


@dataclass(frozen=True)
class Glimpse:
    """What a person is shown of the rows that count: how many, of which months, and the first."""

    rows: int
    first_month: str | None
    last_month: str | None
    first: pa.Table


def glimpse(view: Path, dataset: Dataset, rows: int = 5) -> Glimpse:
    """The same for rows of any number, without holding them."""
    files = parquet(sorted((view / "current" / dataset.id).glob("*.parquet")))
    columns = ", ".join(dataset.schema().names)
    with engine() as session:
        counted = session.sql(f"select count(*), min(month), max(month) from {files}").fetchall()  # noqa: S608
        first = session.sql(f"select {columns} from {files} limit {rows}").to_arrow_table()  # noqa: S608
    count, opening, closing = counted[0]
    return Glimpse(count, opening, closing, first)
