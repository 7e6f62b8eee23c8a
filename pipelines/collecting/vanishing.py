"""Records that a source no longer has in its whole answer.

An interface that is asked for a window of days answers with the whole of it, so what it gave of
these days before and no longer gives has vanished there; so has what a register had the last time.
Nothing is concluded from an answer of which rows were set aside, nor from one to another question.
Belongs here: which earlier rows are meant. Does not belong here: which of several rows counts
(`ranking`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import duckdb
import pyarrow as pa

from pipelines.catalogue.catalogue import Binding
from pipelines.catalogue.dataset import ARROW, Dataset
from pipelines.collecting.annulments import Annulment, is_not_annulled
from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.ranking import keys_of, same
from pipelines.connectors.transports.windows import Days, days_of
from pipelines.landing.engine import engine, parquet

_UTC = pa.timestamp("us", tz="UTC")
_SWEPT = pa.schema(
    [
        ("district_id", pa.string()),
        ("source_id", pa.string()),
        ("_sha256", pa.string()),
        ("_question", pa.string()),
        ("_arrived", _UTC),
        ("first_day", pa.date32()),
        ("after_day", pa.date32()),
        ("begins", _UTC),
        ("ends", _UTC),
    ]
)
_ARRIVALS = pa.schema([*list(_SWEPT)[:5]])


@dataclass(frozen=True)
class Vanished:
    """Records of one month that the newest answer for their days no longer has; `kept` says that
    they count nevertheless, as the source declares, `of_register` that the source sends the whole
    each time, where records come and go.
    """

    district_id: str
    source_id: str
    month: str | None
    rows: int
    kept: bool
    sha256: str
    known_at: str
    of_register: bool = False


@dataclass(frozen=True)
class Sweep:
    """A delivery that is the whole of some days."""

    delivery: Delivery
    days: Days
    arrived: datetime

    def row(self) -> tuple[object, ...]:
        """As the session is told of it."""
        one, after = self.delivery, self.days.end + timedelta(days=1)
        zone = one.binding.district.zone
        begins, ends = (
            datetime.combine(day, time(), zone).astimezone(UTC) for day in (self.days.start, after)
        )
        place = (one.binding.district.id, one.binding.source_id, one.received.sha256)
        return (*place, one.received.location, self.arrived, self.days.start, after, begins, ends)

    def touches(self, month: str) -> bool:
        """Whether some of its days lie in a month, 'YYYY-MM'."""
        return f"{self.days.start:%Y-%m}" <= month <= f"{self.days.end:%Y-%m}"


def sweeps_of(deliveries: Iterable[Delivery], cut_off: datetime) -> list[Sweep]:
    """The deliveries from whose silence something can be concluded."""
    found = []
    for one in deliveries:
        service, received = one.binding.service, one.received
        whole_each_time = one.binding.format.delivers == "snapshots"
        if service is None or service.window is None or received.member or whole_each_time:
            continue
        days = days_of(received.file_name)
        if days is not None and not one.verdict.rows_quarantined:
            found.append(Sweep(one, days, received.last_arrival(cut_off)))
    return found


def drops(binding: Binding) -> bool:
    """Whether a vanished record no longer counts: as declared, else where the interface announces
    how many records there are, so that a whole answer is known to be whole.
    """
    if binding.source.vanished is not None:
        return binding.source.vanished == "drop"
    paging = binding.service.paging if binding.service is not None else None
    return paging is not None and (paging.total, paging.total_header) != (None, None)


@dataclass(frozen=True)
class TakenBack:
    """What may take rows back from one month."""

    sweeps: Sequence[Sweep]
    annulments: Sequence[Annulment]

    def said(self) -> list[str]:
        """Everything that decides which rows those are, in words that change with it."""
        return sorted(
            [f"{one.row()}/{drops(one.delivery.binding)}" for one in self.sweeps]
            + [str(one.row()) for one in self.annulments]
        )

    def missed(
        self,
        session: duckdb.DuckDBPyConnection,
        dataset: Dataset,
        feeding: Sequence[Delivery],
        cut_off: datetime,
    ) -> list[Vanished]:
        """What has vanished of the rows that the session knows as `sent_rows`."""
        return _vanished(session, dataset, feeding, self.sweeps, cut_off) if self.sweeps else []

    def stands(self, session: duckdb.DuckDBPyConnection, dataset: Dataset) -> str:
        """The condition on `sent_rows`, joined with `sent`, that leaves out what was taken back;
        asked after `missed`.
        """
        conditions = [_is_not_gone(dataset)] if self.sweeps else []
        if self.annulments:
            conditions.append(is_not_annulled(session, dataset, self.annulments))
        return " and ".join(conditions) or "true"


def _vanished(
    session: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    feeding: Sequence[Delivery],
    sweeps: Sequence[Sweep],
    cut_off: datetime,
) -> list[Vanished]:
    """What the newest whole answer no longer has of the rows that the session knows as `sent_rows`.
    Leaves a table `gone` with the keys of what no longer counts.
    """
    keys = list(dict.fromkeys([*keys_of(dataset), "source_id"]))
    session.register("arrivals", pa.table(_columns(_arrivals(feeding, cut_off)), _ARRIVALS))
    session.register("swept", pa.table(_columns([one.row() for one in sweeps]), _SWEPT))
    dropping = sorted({str(one.delivery.binding) for one in sweeps if drops(one.delivery.binding)})
    session.execute(
        f"""
        create temporary table missed as
        with answered as (
            select r.*, a._question, a._arrived
            from sent_rows r join arrivals a using (district_id, source_id, _sha256)
        ),
        said as (
            select {", ".join(keys)}, any_value(month) as month, max({dataset.period}) as _when,
                max(_arrived) as _arrived, max_by(_question, _arrived) as _question
            from answered where source_id in (select source_id from swept) group by {", ".join(keys)}
        ),
        reach as (
            select district_id, source_id, _sha256, min({dataset.period}) as earliest,
                max({dataset.period}) as latest
            from answered group by all
        )
        select {", ".join(f"said.{key}" for key in keys)}, said.month,
            min(swept._arrived) as _known_at, min_by(swept._sha256, swept._arrived) as _sha256,
            list_contains($dropping, said.district_id || '.' || said.source_id) as _drops
        from said
        join swept on swept.district_id = said.district_id and swept.source_id = said.source_id
            and swept._question = said._question and swept._arrived > said._arrived
        left join reach on reach.district_id = swept.district_id
            and reach.source_id = swept.source_id and reach._sha256 = swept._sha256
        where {_within(dataset)}
        group by {", ".join(f"said.{key}" for key in keys)}, said.month
        """,  # noqa: S608 - names come from the declarations
        {"dropping": dropping},
    )
    session.execute("create temporary table gone as select * from missed where _drops")
    found = session.execute(
        "select district_id, source_id, month, count(*), not _drops, max_by(_sha256, _known_at), "
        "max(_known_at) from missed group by all order by all"
    ).fetchall()
    return [Vanished(d, s, m, n, k, sha, at.isoformat()) for d, s, m, n, k, sha, at in found]


def vanished_between(dataset: Dataset, before: Delivery, newest: Delivery) -> list[Vanished]:
    """What the newest whole register of a source lacks that the one before it had."""
    place = (newest.binding.district.id, newest.binding.source_id)
    with engine() as session:
        found = session.execute(
            f"""
            select month, count(*) from {parquet([before.path])} as o
            where not exists (
                select 1 from {parquet([newest.path])} as n where {same(list(dataset.key), "n", "o")}
            )
            group by month order by month
            """  # noqa: S608 - names come from the declarations, paths are our own
        ).fetchall()
    sha256, known_at = newest.received.sha256, newest.known_at.isoformat()
    return [Vanished(*place, month, rows, False, sha256, known_at, True) for month, rows in found]


def _is_not_gone(dataset: Dataset) -> str:
    """The condition on `sent_rows` that leaves out what has vanished."""
    keys = list(dict.fromkeys([*keys_of(dataset), "source_id"]))
    return f"not exists (select 1 from gone where {same(keys, 'gone', 'sent_rows')})"  # noqa: S608


def _within(dataset: Dataset) -> str:
    """Whether a record belongs to the days that were asked for. Whose midnight a server means is
    not known, so of moments the first and the last day count only as far as its answer reaches.
    """
    if pa.types.is_date(ARROW[dataset.columns[dataset.period or ""].type]):
        return "said._when >= swept.first_day and said._when < swept.after_day"
    day = "interval 1 day"
    return (
        f"said._when >= greatest(swept.begins - {day}, "
        f"least(coalesce(reach.earliest, swept.ends), swept.begins + {day})) "
        f"and said._when <= least(swept.ends + {day}, "
        f"greatest(coalesce(reach.latest, swept.begins), swept.ends - {day}))"
    )


def _arrivals(feeding: Sequence[Delivery], cut_off: datetime) -> list[tuple[object, ...]]:
    return [
        (
            one.binding.district.id,
            one.binding.source_id,
            one.received.sha256,
            one.received.location,
            one.received.last_arrival(cut_off),
        )
        for one in feeding
    ]


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
