"""The rows that count as of a cut-off: per dataset and month, a pure function of what was accepted
by then.

Restatements are resolved here, where they arrive, and only in the months they touch, so that the
warehouse reads current rows only. The same code serves now and any earlier moment. Which of several
rows counts: `ranking`.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.dataset import Dataset
from pipelines.collecting import ranking
from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.ranking import (
    ORDER,
    Disagreement,
    Restated,
    disagreements,
    keys_of,
    restated,
    said_of,
    standing,
)
from pipelines.landing.engine import engine, parquet
from pipelines.landing.files import sha256_of, whole, write_parquet

EMPTY = "_empty.parquet"
STATE = "_parts.json"
WHOLE = "all"


@dataclass(frozen=True)
class Resolved:
    """What was found while the rows that count of one dataset were resolved, of all its months."""

    restated: list[Restated]
    disagreements: list[Disagreement]


def resolve_current(
    catalogue: Catalogue, deliveries: Iterable[Delivery], view: Path, cut_off: datetime
) -> dict[str, Resolved]:
    """Bring `view/current/<dataset>/<month|all>.parquet` up to the cut-off.

    Args:
        catalogue: For the datasets.
        deliveries: Every delivery of the deployment, judged.
        view: The state folder, or a folder of its own for an earlier moment.
        cut_off: Deliveries that arrived later do not exist yet.

    Returns:
        Restatements and disagreements per dataset.
    """
    by_dataset: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        if delivery.verdict.accepted and delivery.known_at <= cut_off:
            by_dataset[delivery.binding.dataset.id].append(delivery)
    return {
        dataset.id: _resolve_dataset(
            dataset, by_dataset[dataset.id], view / "current" / dataset.id, cut_off
        )
        for dataset in catalogue.datasets.values()
    }


def _resolve_dataset(
    dataset: Dataset, deliveries: list[Delivery], folder: Path, cut_off: datetime
) -> Resolved:
    write_parquet(dataset.schema().empty_table(), folder / EMPTY)
    wanted = _parts(dataset, deliveries, cut_off)
    known = _state(folder)
    state: dict[str, dict[str, Any]] = {}
    for part, feeding in sorted(wanted.items()):
        fingerprint = _fingerprint(dataset, feeding)
        path = folder / f"{part}.parquet"
        before = known.get(part, {})
        if before.get("fingerprint") == fingerprint and before.get("sha256") == sha256_of(path):
            state[part] = before
            continue
        resolved = _write_part(dataset, part, feeding, path)
        state[part] = {
            "fingerprint": fingerprint,
            "sha256": sha256_of(path),
            "restated": [vars(row) for row in resolved.restated],
            "disagreements": [vars(row) for row in resolved.disagreements],
        }
    for path in folder.glob("*.parquet"):
        if path.name != EMPTY and path.stem not in wanted:
            path.unlink()
    if state != known:
        with whole(folder / STATE) as temporary:
            temporary.write_text(json.dumps(state, sort_keys=True))
    return Resolved(
        [Restated(**row) for part in state.values() for row in part["restated"]],
        [Disagreement(**row) for part in state.values() for row in part["disagreements"]],
    )


def _parts(
    dataset: Dataset, deliveries: list[Delivery], cut_off: datetime
) -> dict[str, list[Delivery]]:
    """Which deliveries feed which file: by month for increments, the newest of each source for
    registers.
    """
    if dataset.delivers == "snapshots":
        newest = _newest_of_each(deliveries, cut_off)
        return {WHOLE: sorted(newest, key=lambda one: str(one.binding))} if newest else {}
    parts: dict[str, list[Delivery]] = defaultdict(list)
    whole_each_time = [one for one in deliveries if one.binding.format.delivers == "snapshots"]
    adding_up = [one for one in deliveries if one.binding.format.delivers != "snapshots"]
    for delivery in [*adding_up, *_newest_of_each(whole_each_time, cut_off)]:
        for month in delivery.verdict.months:
            parts[month].append(delivery)
    return dict(parts)


def _newest_of_each(deliveries: list[Delivery], cut_off: datetime) -> list[Delivery]:
    """The newest delivery of each source: it is the whole, and what it lacks is no more."""
    by_arrival = sorted(
        deliveries, key=lambda one: (one.received.last_arrival(cut_off), one.position)
    )
    return list({str(one.binding): one for one in by_arrival}.values())


def _fingerprint(dataset: Dataset, feeding: list[Delivery]) -> str:
    said = [_rule(), dataset.model_dump_json(), *said_of(feeding)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


@cache
def _rule() -> str:
    """Hash of this code, so that a change of it resolves every month again."""
    code = Path(__file__).read_bytes() + Path(ranking.__file__).read_bytes()
    return hashlib.sha256(code).hexdigest()


def _state(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads((folder / STATE).read_text()))
    except (FileNotFoundError, ValueError):
        return {}  # everything is resolved again from what was accepted


def _write_part(dataset: Dataset, part: str, feeding: list[Delivery], path: Path) -> Resolved:
    schema = dataset.schema()
    keys = keys_of(dataset)
    values = [name for name in dataset.columns if name not in dataset.key]
    with engine() as session:
        session.register("sent", standing(feeding))
        session.execute(
            f"""
            create temporary table ranked as
            select *, hash(row({", ".join(values or keys)})) as _said,
                row_number() over (partition by {", ".join(keys)} order by {ORDER}) as _place
            from {parquet(one.path for one in feeding)}
            join sent using (district_id, source_id, _sha256)
            where {"true" if part == WHOLE else "month = $part"}
            """,  # noqa: S608 - names come from the declarations, values are bound
            {} if part == WHOLE else {"part": part},
        )
        columns = ", ".join(schema.names)
        table = session.sql(
            f"select {columns} from ranked where _place = 1 order by {', '.join(keys)}"  # noqa: S608
        ).to_arrow_table()
        write_parquet(table.cast(schema), path)
        several = len({str(one.binding) for one in feeding}) > 1
        return Resolved(
            [] if dataset.delivers == "snapshots" else restated(session, dataset),
            disagreements(session, dataset) if several else [],
        )


def read_current(view: Path, dataset: Dataset) -> pa.Table:
    """All rows that count of one dataset, for previews and checks."""
    files = sorted((view / "current" / dataset.id).glob("*.parquet"))
    with engine() as session:
        return session.sql(f"select * from {parquet(files)}").to_arrow_table()  # noqa: S608
