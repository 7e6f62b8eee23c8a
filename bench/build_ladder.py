"""What a year of quarter-hour readings costs from accepted rows to marts, in time and memory.

    PYTHONPATH=. python -m bench.build_ladder [readings …]     (70000000 where none is named)

Accepted deliveries of four districts are generated on the fly as collecting leaves them, a file per
district and month. Then, each in a process of its own and in one run: the product resolves the
current rows and builds the warehouse; it does so again when nothing came, and when one day of all
meters came once more with other values; and DuckDB does the bare SQL of the same transformations.
The fixed start is what the same takes for 17 meters.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from pipelines.catalogue.catalogue import Binding, Catalogue, load
from pipelines.collecting.collected import Seen, write_collected
from pipelines.collecting.current import resolve_current
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.paths import Verdict, stage_path
from pipelines.landing.engine import parquet
from pipelines.settings import Settings, checkout
from pipelines.warehouse.build import build

ROME = ZoneInfo("Europe/Rome")
YEAR, AGAIN = 2025, datetime(2025, 10, 15, tzinfo=ROME)
AT = datetime(2026, 1, 20, tzinfo=UTC)
A_METER = 35_040
DISTRICTS = ("alfa", "beta", "gamma", "delta")
MONTHS = [f"{YEAR}-{month:02d}" for month in range(1, 13)]
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
# A meter has a level and a daily shape; a reading varies by a lognormal factor, to the watt hour.
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
    order by meter, quarter
) to '{path}' (format parquet, codec zstd, compression_level 3, row_group_size 200000)"""
POINTS = """
copy (
    select format('IT001E{{:08d}}', meter) as point_id, 'electricity' as carrier,
        case when meter % 20 = 7 then 'submeter' else 'supply' end as role,
        format('site {{}}', meter) as site_id, 'tertiary' as sector,
        format('holder {{}}', meter) as holder_group, 'firm' as holder_kind,
        '{district}' as district_id, 'points' as source_id, '{sha256}' as _sha256,
        meter - {first} + 2 as _row, timestamptz '{known_at}' as _known_at
    from range({first}, {last}) meters(meter)
) to '{path}' (format parquet)"""


@dataclass(frozen=True)
class Measured:
    """Seconds of the wall and of the processors, the peak of memory, and seconds by step."""

    wall: float
    processor: float
    peak_gb: float
    steps: dict[str, float]


def alone(job: Callable[..., dict[str, float]], *given: Any) -> Measured:
    """Run a job in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answer = context.SimpleQueue()
    process = context.Process(target=_measured, args=(answer, job, given))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{job.__name__} ended with {process.exitcode}")
    found: Measured = answer.get()
    return found


def _measured(answer: Any, job: Callable[..., dict[str, float]], given: tuple[Any, ...]) -> None:
    began = time.perf_counter()
    steps = job(*given)
    used = resource.getrusage(resource.RUSAGE_SELF)
    wall = time.perf_counter() - began
    processor = used.ru_utime + used.ru_stime
    answer.put(Measured(wall, processor, used.ru_maxrss / 1e6, steps))


def deployment(home: Path) -> tuple[Settings, Catalogue]:
    """Four districts with a register of points and a source of curves."""
    folder = home / "districts"
    folder.mkdir(exist_ok=True, parents=True)
    for name in DISTRICTS:
        (folder / f"{name}.yaml").write_text(DISTRICT.format(name=name), encoding="utf-8")
    return Settings(checkout(), home, folder, home / "inbox", home), load(folder)


def deliveries(home: Path, meters: int, *, again: bool) -> Iterator[tuple[Delivery, str]]:
    """Every delivery as it was accepted, with the SQL that makes its rows."""
    _, catalogue = deployment(home)
    for place, district in enumerate(DISTRICTS):
        first, last = (meters * n // len(DISTRICTS) for n in (place, place + 1))
        bindings = {one.source_id: one for one in catalogue.bindings if one.district.id == district}
        said = {"district": district, "first": first, "last": last}
        yield _delivery(home, bindings["points"], 0, POINTS, said, {"all": last - first}, {})
        for number, month in enumerate(MONTHS):
            start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=ROME)
            end = (start + timedelta(days=32)).replace(day=1)
            given = {**said, "month": month, "factor": 1}
            yield _curves(home, bindings["curves"], number, given, start, end)
        if again:
            given = {**said, "month": f"{AGAIN:%Y-%m}", "factor": 1.01}
            end = AGAIN + timedelta(days=1)
            yield _curves(home, bindings["curves"], len(MONTHS), given, AGAIN, end)


def _curves(
    home: Path, binding: Binding, number: int, said: dict[str, Any], start: datetime, end: datetime
) -> tuple[Delivery, str]:
    begin, close = start.astimezone(UTC), end.astimezone(UTC)
    quarters = int((close - begin).total_seconds()) // 900
    rows = quarters * (said["last"] - said["first"])
    given = {**said, "start": begin.isoformat(), "quarters": quarters}
    days = [f"{begin:%Y-%m-%d}", f"{close - timedelta(seconds=1):%Y-%m-%d}"]
    months, reach = {said["month"]: rows}, {said["month"]: days}
    return _delivery(home, binding, number, READINGS, given, months, reach)


def _delivery(
    home: Path,
    binding: Binding,
    number: int,
    query: str,
    said: dict[str, Any],
    months: dict[str, int],
    days: dict[str, list[str]],
) -> tuple[Delivery, str]:
    at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=number)
    sha256 = hashlib.sha256(f"{binding}{number}{said}".encode()).hexdigest()
    received = Received(binding, sha256, f"{number}.csv", at, number)
    path = stage_path(home, "accepted", binding, received.key)
    verdict = Verdict(accepted=True, rows_accepted=sum(months.values()), months=months, days=days)
    sql = query.format(**said, sha256=sha256, known_at=at.isoformat(), path=path)
    return Delivery(received, verdict, path), sql


def generate(home: Path, meters: int, again: bool) -> dict[str, float]:
    """Write the accepted rows of every delivery that is not there yet."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "3GB"}) as session:
        session.execute("set TimeZone = 'UTC'")
        for delivery, sql in deliveries(home, meters, again=again):
            if delivery.path.exists():
                continue
            delivery.path.parent.mkdir(parents=True, exist_ok=True)
            session.execute(sql).fetchall()
            _filled(session, delivery)
    return {}


def _filled(session: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Give a register the columns that the generator left out."""
    schema = delivery.binding.dataset.schema()
    present = [row[0] for row in session.sql(f"describe from '{delivery.path}'").fetchall()]
    if present != schema.names:
        rows = session.sql(f"select * from '{delivery.path}'").to_arrow_table()
        from pipelines.landing.files import write_parquet

        columns = {name: rows.column(name) for name in present}
        import pyarrow as pa

        table = pa.table(
            {f.name: columns.get(f.name, pa.nulls(rows.num_rows, f.type)) for f in schema}
        )
        write_parquet(table.cast(schema), delivery.path)


def product(home: Path, meters: int, again: bool) -> dict[str, float]:
    """Resolve and build as `nzd collect` and `nzd build` do."""
    settings, catalogue = deployment(home)
    known = [delivery for delivery, _ in deliveries(home, meters, again=again)]
    began = time.perf_counter()
    resolved = resolve_current(catalogue, known, home, AT)
    steps = {"resolve": time.perf_counter() - began}
    write_collected(settings, catalogue, Seen(known, resolved, [], []), AT)
    began = time.perf_counter()
    results = build(settings, catalogue, AT)
    steps["build"] = time.perf_counter() - began
    slowest = sorted((one for one in results), key=lambda one: -one.seconds)[:6]
    return steps | {one.name: one.seconds for one in slowest}


def bare(home: Path, meters: int) -> dict[str, float]:
    """The same transformations as SQL that somebody would write for these files alone."""
    keys = "district_id, point_id, flow, interval_start, interval_end"
    order = "flow_rank desc nulls last, _known_at desc, _sha256 desc, _row desc"
    folder = home / "bare"
    folder.mkdir(exist_ok=True)
    files: dict[str, list[Path]] = {month: [] for month in MONTHS}
    registers = []
    for delivery, _ in deliveries(home, meters, again=False):
        for month in delivery.verdict.months:
            files.get(month, registers).append(delivery.path)
    steps: dict[str, float] = {}
    config: dict[str, Any] = {"threads": 2, "memory_limit": "4GB", "temp_directory": folder}
    with duckdb.connect(config=config) as session:

        def run(step: str, query: str) -> None:
            began = time.perf_counter()
            session.execute(query).fetchall()
            steps[step] = steps.get(step, 0) + time.perf_counter() - began

        session.execute("set TimeZone = 'UTC'")
        for month, sent in files.items():
            run(
                "resolve",
                f"""copy (
                select * from {parquet(sent)} where month = '{month}'
                qualify row_number() over (partition by {keys} order by {order}) = 1
                order by {keys}
                ) to '{folder}/{month}.parquet' (format parquet, codec zstd)""",
            )
            run(
                "restatements",
                f"""create or replace table contested as
                select {keys}, count(distinct quantity) from {parquet(sent)}
                where month = '{month}' group by {keys} having count(*) > 1""",
            )
        current = f"read_parquet('{folder}/*.parquet')"
        run(
            "sums",
            f"""create table sums as
            select district_id, source_id, point_id, carrier, flow, unit, month, max(flow_rank),
                sum(quantity), sum(abs(quantity)),
                sum(case when quality in ('estimated', 'reconstructed') then abs(quantity) end),
                sum(epoch_us(interval_end) - epoch_us(interval_start)) // 1000000,
                max(epoch_us(interval_end) - epoch_us(interval_start)) // 1000000,
                count(*), max(_known_at)
            from {current} group by all""",
        )
        run(
            "peaks",
            f"""create table peaks as
            with loads as (
                select district_id, month, interval_start, sum(quantity) as kwh
                from {current} semi join (
                    select district_id, point_id from {parquet(registers)} where role = 'supply'
                ) using (district_id, point_id)
                where carrier = 'electricity' and flow = 'import' and unit = 'kWh'
                    and epoch_us(interval_end) - epoch_us(interval_start) = 900000000
                group by all)
            select * from loads
            qualify row_number() over (
                partition by district_id, month order by kwh desc, interval_start) = 1""",
        )
    return steps


def main() -> None:
    """Climb the ladder and print it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("readings", nargs="*", type=int, default=[70_000_000])
    asked.add_argument("--folder", type=Path, help="Where to work; a temporary folder otherwise.")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        alone(generate, Path(name) / "start", 17, False)
        start = _told("fixed start, 17 meters", alone(product, Path(name) / "start", 17, False))
    for readings in given.readings:
        with tempfile.TemporaryDirectory(dir=given.folder) as name:
            _climb(Path(name), max(len(DISTRICTS), readings // A_METER), start)


def _climb(home: Path, meters: int, start: Measured) -> None:
    print(f"\n{meters * A_METER:,} readings of {meters:,} meters", flush=True)
    alone(generate, home, meters, False)
    full = _told("full build", alone(product, home, meters, False))
    _told("nothing new", alone(product, home, meters, False))
    alone(generate, home, meters, True)
    day = _told("one new day", alone(product, home, meters, True))
    sql = _told("bare DuckDB", alone(bare, home, meters))
    for name in ("wall", "processor"):
        fixed, own = getattr(start, name), getattr(full, name) - getattr(start, name)
        print(
            f"{name:9}  own work {own:7.1f} s; of bare SQL {own / getattr(sql, name):5.2f}; "
            f"one new day {100 * (getattr(day, name) - fixed) / own:5.1f} %",
            flush=True,
        )


def _told(name: str, found: Measured) -> Measured:
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in found.steps.items())
    print(
        f"{name:24} {found.wall:7.1f} s, processor {found.processor:7.1f} s, "
        f"{found.peak_gb:5.2f} GB ({steps})",
        flush=True,
    )
    return found


if __name__ == "__main__":
    main()
