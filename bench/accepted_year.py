"""A year of quarter-hour readings of four districts, as collecting leaves accepted deliveries.

Belongs here: rows made on the fly, and the deliveries they are of. Does not belong here: what is
measured (`build_ladder`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from pipelines.catalogue.catalogue import Binding, Catalogue, load
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.paths import Verdict, stage_path
from pipelines.landing.files import write_parquet
from pipelines.settings import Settings, checkout

ROME = ZoneInfo("Europe/Rome")
AT = datetime(2026, 1, 20, tzinfo=UTC)
MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]
DAY = datetime(2025, 10, 15, tzinfo=ROME)
"""The day that is sent once more, with values 1 % higher."""
DISTRICTS = ("alfa", "beta", "gamma", "delta")
DISTRICT = """\
id: {name}
name: {name}
city: Prova
boundary:
  - {{version: "1", valid_from: 2024-01-01, municipalities: ["100005"],
     description: {{it: prova, en: test}}}}
sources:
  points: {{dataset: metering_points, format: points_csv, from: "${{NZD_INBOX}}/*.csv"}}
  curves: {{dataset: meter_intervals, format: intervals_csv, from: "${{NZD_INBOX}}/*.csv"}}
"""
# A meter has a level and a daily shape; a reading varies by a lognormal factor, to the watt hour. In one
# month of twenty a meter is not heard of for six hours of every week.
READINGS = """
copy (
    select format('IT001E{{:08d}}', meter) as point_id, 'electricity' as carrier,
        'import' as flow, start + quarter * interval 15 minute as interval_start,
        start + (quarter + 1) * interval 15 minute as interval_end,
        cast(cast({factor} * (0.2 + hash(meter) % 1000 / 250.0)
            * (0.3 + abs(sin((quarter % 96 - 20) * pi() / 96)))
            * exp(0.5 * sqrt(-2 * ln((1 + hash(meter, quarter, '{month}', 1) % 999999) / 1e6))
                * cos(2 * pi() * (hash(meter, quarter, '{month}', 2) % 1000000) / 1e6))
            as decimal(9, 3)) as decimal(18, 6)) as quantity,
        'kWh' as unit,
        case when hash(meter, quarter, 3) % 100 = 0 then 'estimated' else 'measured' end as quality,
        cast(null as varchar) as flow_code, '{month}' as month, '{district}' as district_id,
        'curves' as source_id, cast(null as integer) as flow_rank, '{sha256}' as _sha256,
        cast(null as varchar) as _member,
        cast((meter - {first}) * {quarters} + quarter + 2 as bigint) as _row,
        timestamptz '{known_at}' as _known_at
    from range({first}, {last}) meters(meter), range({quarters}) quarters(quarter),
        (select timestamptz '{start}' as start)
    where hash(meter, '{month}', 4) % 20 <> 0 or quarter % 672 >= 24
    order by meter, quarter
) to '{path}' (format parquet, codec zstd, compression_level 3, row_group_size 200000)"""


@dataclass(frozen=True)
class Span:
    """Meters of a district over a stretch of local time within one month."""

    first: int
    last: int
    start: datetime
    end: datetime
    factor: float = 1.0

    @property
    def quarters(self) -> int:
        """Quarter hours of a meter."""
        return int((self.end.astimezone(UTC) - self.start.astimezone(UTC)).total_seconds()) // 900


def deployment(home: Path) -> tuple[Settings, Catalogue]:
    """Four districts with a register of points and a source of curves each."""
    folder = home / "districts"
    folder.mkdir(exist_ok=True, parents=True)
    for name in DISTRICTS:
        (folder / f"{name}.yaml").write_text(DISTRICT.format(name=name), encoding="utf-8")
    return Settings(checkout(), home, folder, home / "inbox", home), load(folder)


def accepted(home: Path, meters: int, *, new_day: bool) -> list[Delivery]:
    """The register and twelve months of each district, and a day of all meters sent once more;
    written where they are not there yet.
    """
    _, catalogue = deployment(home)
    bindings = {(one.district.id, one.source_id): one for one in catalogue.bindings}
    found = []
    with duckdb.connect(config={"threads": 2, "memory_limit": "3GB"}) as session:
        session.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        for place, district in enumerate(DISTRICTS):
            first, last = (meters * n // len(DISTRICTS) for n in (place, place + 1))
            found.append(_register(home, bindings[district, "points"], first, last))
            spans = list(_months(first, last))
            if new_day:
                spans.append(Span(first, last, DAY, DAY + timedelta(days=1), 1.01))
            binding = bindings[district, "curves"]
            found += [_curves(session, home, binding, n, span) for n, span in enumerate(spans)]
    return found


def _months(first: int, last: int) -> Iterator[Span]:
    for month in MONTHS:
        start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=ROME)
        yield Span(first, last, start, (start + timedelta(days=32)).replace(day=1))


def _curves(
    session: duckdb.DuckDBPyConnection, home: Path, binding: Binding, number: int, span: Span
) -> Delivery:
    start, end = span.start.astimezone(UTC), span.end.astimezone(UTC) - timedelta(seconds=1)
    month, rows = f"{span.start:%Y-%m}", span.quarters * (span.last - span.first)
    verdict = Verdict(
        accepted=True,
        rows_accepted=rows,
        months={month: rows},
        days={month: [f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"]},
    )
    made = _delivery(home, binding, number, verdict)
    if not made.path.exists():
        made.path.parent.mkdir(parents=True, exist_ok=True)
        given = {
            **vars(span), "start": start.isoformat(), "month": month, "quarters": span.quarters,
            "district": binding.district.id, "sha256": made.received.sha256,
            "known_at": made.known_at.isoformat(), "path": made.path,
        }  # fmt: skip
        session.execute(READINGS.format_map(given)).fetchall()
    return made


def _register(home: Path, binding: Binding, first: int, last: int) -> Delivery:
    """One point in twenty is a submeter, which stands for nothing."""
    verdict = Verdict(accepted=True, rows_accepted=last - first, months={"all": last - first})
    made = _delivery(home, binding, 0, verdict)
    if made.path.exists():
        return made
    rows = [
        {
            "point_id": f"IT001E{meter:08d}", "carrier": "electricity", "site_id": f"site {meter}",
            "role": "submeter" if meter % 20 == 7 else "supply", "sector": "tertiary",
            "holder_group": f"holder {meter}", "holder_kind": "firm", "_row": meter - first + 2,
            "district_id": binding.district.id, "source_id": binding.source_id,
            "_sha256": made.received.sha256, "_known_at": made.known_at,
        }
        for meter in range(first, last)
    ]  # fmt: skip
    write_parquet(pa.Table.from_pylist(rows, schema=binding.dataset.schema()), made.path)
    return made


def _delivery(home: Path, binding: Binding, number: int, verdict: Verdict) -> Delivery:
    at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=number)
    sha256 = hashlib.sha256(f"{binding} {number} {verdict}".encode()).hexdigest()
    received = Received(binding, sha256, f"{number}.csv", at, number)
    return Delivery(received, verdict, stage_path(home, "accepted", binding, received.key))
