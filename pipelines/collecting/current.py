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
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.dataset import Dataset
from pipelines.collecting import annulments, ranking, vanishing
from pipelines.collecting.annulments import annulments_of
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
from pipelines.collecting.vanishing import (
    TakenBack,
    Vanished,
    sweeps_of,
    vanished_between,
)
from pipelines.landing.engine import engine, parquet
from pipelines.landing.files import sha256_of, whole, write_parquet

EMPTY = "_empty.parquet"
STATE = "_parts.json"
WHOLE = "all"


@dataclass(frozen=True)
class Resolved:
    """What was found while the rows that count of one dataset were resolved, of all its months."""

    restated: list[Restated] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    vanished: list[Vanished] = field(default_factory=list)

    def joined(self, other: Resolved) -> Resolved:
        """With what was found in another part."""
        return Resolved(
            self.restated + other.restated,
            self.disagreements + other.disagreements,
            self.vanished + other.vanished,
        )

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Resolved:
        """As it was kept of one part."""
        return cls(
            [Restated(**row) for row in kept["restated"]],
            [Disagreement(**row) for row in kept["disagreements"]],
            [Vanished(**row) for row in kept["vanished"]],
        )


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
    sweeps = sweeps_of(deliveries, cut_off) if dataset.delivers == "increments" else []
    annulled = annulments_of(deliveries)
    known = _state(folder)
    found = Resolved()
    state: dict[str, dict[str, Any]] = {}
    for part, feeding in sorted(wanted.items()):
        back = TakenBack(
            [one for one in sweeps if one.touches(part)],
            [one for one in annulled if f"{one.day:%Y-%m}" == part],
        )
        fingerprint = _fingerprint(dataset, feeding, back)
        path = folder / f"{part}.parquet"
        before = known.get(part, {})
        if before.get("fingerprint") == fingerprint and before.get("sha256") == sha256_of(path):
            state[part] = before
        else:
            resolved = _write_part(dataset, part, feeding, back, path, cut_off)
            said = {"fingerprint": fingerprint, "sha256": sha256_of(path)}
            state[part] = {**said, **asdict(resolved)}
        found = found.joined(Resolved.of(state[part]))
    for source, pair in _last_two_of_each(dataset, deliveries, cut_off).items():
        name, fingerprint = f"{source}.", _fingerprint(dataset, pair)
        before = known.get(name, {})
        if before.get("fingerprint") != fingerprint:
            lost = Resolved(vanished=vanished_between(dataset, *pair))
            before = {"fingerprint": fingerprint, **asdict(lost)}
        state[name] = before
        found = found.joined(Resolved.of(before))
    for path in folder.glob("*.parquet"):
        if path.name != EMPTY and path.stem not in wanted:
            path.unlink()
    if state != known:
        with whole(folder / STATE) as temporary:
            temporary.write_text(json.dumps(state, sort_keys=True))
    return found


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
    return [given[-1] for given in _by_source(deliveries, cut_off).values()]


def _last_two_of_each(
    dataset: Dataset, deliveries: list[Delivery], cut_off: datetime
) -> dict[str, list[Delivery]]:
    """Of every source that sends the whole each time, the newest delivery and the one before."""
    whole_each_time = [
        one for one in deliveries if "snapshots" in (dataset.delivers, one.binding.format.delivers)
    ]
    given = _by_source(whole_each_time, cut_off)
    return {source: sent[-2:] for source, sent in given.items() if len(sent) > 1}


def _by_source(deliveries: list[Delivery], cut_off: datetime) -> dict[str, list[Delivery]]:
    by_arrival = sorted(
        deliveries, key=lambda one: (one.received.last_arrival(cut_off), one.position)
    )
    found: dict[str, list[Delivery]] = defaultdict(list)
    for one in by_arrival:
        found[str(one.binding)].append(one)
    return found


def _fingerprint(dataset: Dataset, feeding: list[Delivery], back: TakenBack | None = None) -> str:
    taken_back = back.said() if back else []
    said = [_rule(), dataset.model_dump_json(), *said_of(feeding), *taken_back]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


@cache
def _rule() -> str:
    """Hash of this code, so that a change of it resolves every month again."""
    rooms = (__file__, *(str(one.__file__) for one in (ranking, vanishing, annulments)))
    return hashlib.sha256(b"".join(Path(one).read_bytes() for one in rooms)).hexdigest()


def _state(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads((folder / STATE).read_text()))
    except (FileNotFoundError, ValueError):
        return {}  # everything is resolved again from what was accepted


def _write_part(
    dataset: Dataset,
    part: str,
    feeding: list[Delivery],
    back: TakenBack,
    path: Path,
    cut_off: datetime,
) -> Resolved:
    schema = dataset.schema()
    keys = keys_of(dataset)
    values = [name for name in dataset.columns if name not in dataset.key]
    with engine() as session:
        session.register("sent", standing(feeding))
        session.execute(
            f"""
            create temporary view sent_rows as select * from {parquet(one.path for one in feeding)}
            where {"true" if part == WHOLE else f"month = '{part}'"}
            """  # noqa: S608 - paths of our own, and a month
        )
        missed = back.missed(session, dataset, feeding, cut_off)
        session.execute(
            f"""
            create temporary table ranked as
            select *, hash(row({", ".join(values or keys)})) as _said,
                row_number() over (partition by {", ".join(keys)} order by {ORDER}) as _place
            from sent_rows join sent using (district_id, source_id, _sha256)
            where {back.stands(session, dataset)}
            """  # noqa: S608 - names come from the declarations
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
            missed,
        )


def read_current(view: Path, dataset: Dataset) -> pa.Table:
    """All rows that count of one dataset, for previews and checks."""
    files = sorted((view / "current" / dataset.id).glob("*.parquet"))
    with engine() as session:
        return session.sql(f"select * from {parquet(files)}").to_arrow_table()  # noqa: S608
