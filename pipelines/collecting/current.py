"""The rows that count as of a cut-off: per dataset and month, a pure function of what was accepted
by then.

Restatements are resolved here, where they arrive, and only in the months they touch, so that the
warehouse reads current rows only. The same code serves now and any earlier moment. Precedence: the
declared rank of the flow, then the newest receipt, then the later place among what the source sent
(files of one collection by their names), then the later row of a file.
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

import pyarrow as pa

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.dataset import Dataset
from pipelines.collecting.deliveries import Delivery
from pipelines.landing.engine import engine, parquet
from pipelines.landing.files import sha256_of, whole, write_parquet

EMPTY = "_empty.parquet"
STATE = "_parts.json"
WHOLE = "all"


@dataclass(frozen=True)
class Restated:
    """Rows of one month that a later delivery replaced with another value."""

    district_id: str
    source_id: str
    month: str
    rows: int
    sha256: str
    known_at: str


def resolve_current(
    catalogue: Catalogue, deliveries: Iterable[Delivery], view: Path, cut_off: datetime
) -> dict[str, list[Restated]]:
    """Bring `view/current/<dataset>/<month|all>.parquet` up to the cut-off.

    Args:
        catalogue: For the datasets.
        deliveries: Every delivery of the deployment, judged.
        view: The state folder, or a folder of its own for an earlier moment.
        cut_off: Deliveries that arrived later do not exist yet.

    Returns:
        Restatements per dataset, of all months.
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
) -> list[Restated]:
    write_parquet(dataset.schema().empty_table(), folder / EMPTY)
    wanted = _parts(dataset, deliveries, cut_off)
    known = _state(folder)
    state: dict[str, dict[str, object]] = {}
    for part, feeding in sorted(wanted.items()):
        fingerprint = _fingerprint(dataset, feeding)
        path = folder / f"{part}.parquet"
        before = known.get(part, {})
        if before.get("fingerprint") == fingerprint and before.get("sha256") == sha256_of(path):
            state[part] = before
            continue
        restated = _write_part(dataset, part, feeding, path)
        state[part] = {
            "fingerprint": fingerprint,
            "sha256": sha256_of(path),
            "restated": [vars(row) for row in restated],
        }
    for path in folder.glob("*.parquet"):
        if path.name != EMPTY and path.stem not in wanted:
            path.unlink()
    if state != known:
        with whole(folder / STATE) as temporary:
            temporary.write_text(json.dumps(state, sort_keys=True))
    found = [row for part in state.values() for row in part["restated"]]  # type: ignore[attr-defined]
    return [Restated(**row) for row in found]


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
    said = [
        _rule(),
        dataset.model_dump_json(),
        *sorted(f"{one.binding}/{one.key}/{one.known_at}/{one.position}" for one in feeding),
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


@cache
def _rule() -> str:
    """Hash of this code, so that a change of it resolves every month again."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def _state(folder: Path) -> dict[str, dict[str, object]]:
    try:
        return dict(json.loads((folder / STATE).read_text()))
    except (FileNotFoundError, ValueError):
        return {}  # everything is resolved again from what was accepted


def _write_part(dataset: Dataset, part: str, feeding: list[Delivery], path: Path) -> list[Restated]:
    schema = dataset.schema()
    keys = [
        "district_id",
        *(["source_id"] if dataset.unique_within == "source" else []),
        *dataset.key,
    ]
    values = [name for name in dataset.columns if name not in dataset.key]
    with engine() as session:
        session.register("sent", _places(feeding))
        session.execute(
            f"""
            create temporary table ranked as
            select *, hash(row({", ".join(values or keys)})) as _said,
                row_number() over (
                    partition by {", ".join(keys)}
                    order by flow_rank desc nulls last, _known_at desc, _position desc, _sha256 desc,
                        _row desc
                ) as _place
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
        if dataset.delivers == "snapshots":
            return []
        replaced = session.execute(
            f"""
            with winners as (select * from ranked where _place = 1)
            select w.district_id, w.source_id, w.month, count(distinct row({
                ", ".join(f"w.{k}" for k in keys)
            })),
                   max_by(w._sha256, w._known_at), max(w._known_at)
            from winners w join ranked r on {
                " and ".join(f"w.{k} is not distinct from r.{k}" for k in keys)
            } where r._place > 1 and r._said <> w._said and (r._known_at < w._known_at or
                r._known_at = w._known_at and r._position < w._position
                and r.source_id = w.source_id)
            group by all order by all
            """  # noqa: S608
        ).fetchall()
    return [Restated(d, s, m, n, sha, known.isoformat()) for d, s, m, n, sha, known in replaced]


def _places(feeding: list[Delivery]) -> pa.Table:
    """Which delivery of its source each was, so that of two of one moment the later one counts."""
    said = {
        (one.binding.district.id, one.binding.source_id, one.received.sha256): one.position
        for one in feeding
    }
    rows = [(*place, position) for place, position in said.items()]
    names = ("district_id", "source_id", "_sha256", "_position")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def read_current(view: Path, dataset: Dataset) -> pa.Table:
    """All rows that count of one dataset, for previews and checks."""
    files = sorted((view / "current" / dataset.id).glob("*.parquet"))
    with engine() as session:
        return session.sql(f"select * from {parquet(files)}").to_arrow_table()  # noqa: S608
