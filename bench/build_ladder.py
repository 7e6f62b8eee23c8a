"""What a year of quarter-hour readings costs from accepted rows to marts, in time and memory.

    PYTHONPATH=. python -m bench.build_ladder [readings …] [--only-full]     (70000000 where none is named)

Each in a process of its own and in one run: the product resolves the current rows and builds the
warehouse; it does so again when nothing came, and when one day of all meters came once more with
other values; and DuckDB does the bare SQL of the same transformations. The fixed start is what the
same takes for 17 meters, dbt's project being parsed already. `--only-full` builds once and compares
with nothing: the memory of sizes whose bare SQL would take hours.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bench.accepted_year import AT, DISTRICTS, MONTHS, accepted, deployment
from pipelines.collecting.collected import Seen, write_collected
from pipelines.collecting.current import resolve_current
from pipelines.landing.engine import parquet
from pipelines.warehouse.build import build

A_METER = 35_040
KEYS = "district_id, point_id, flow, interval_start, interval_end"
RESOLVE = """
    copy (
        select * from {sent} where month = '{month}'
        qualify row_number() over (
            partition by {keys}
            order by flow_rank desc nulls last, _known_at desc, _sha256 desc, _row desc) = 1
        order by {keys}
    ) to '{folder}/{month}.parquet' (format parquet, codec zstd)"""
RESTATED = """
    create or replace table restated as
    select {keys} from {sent} where month = '{month}'
    group by {keys} having min(quantity) <> max(quantity)"""
SUMS = """
    create table sums as
    select district_id, source_id, point_id, carrier, flow, unit, month, max(flow_rank),
        sum(quantity), sum(abs(quantity)),
        sum(case when quality in ('estimated', 'reconstructed') then abs(quantity) end),
        sum(epoch_us(interval_end) - epoch_us(interval_start)) // 1000000,
        max(epoch_us(interval_end) - epoch_us(interval_start)) // 1000000,
        count(*), max(_known_at)
    from '{folder}/*.parquet' group by all"""
PEAKS = """
    create table peaks as
    with loads as (
        select district_id, month, interval_start, sum(quantity) as kwh
        from '{folder}/*.parquet'
        semi join (select district_id, point_id from {registers} where role = 'supply')
            using (district_id, point_id)
        where carrier = 'electricity' and flow = 'import' and unit = 'kWh'
            and epoch_us(interval_end) - epoch_us(interval_start) = 900000000
        group by all)
    select * from loads
    qualify row_number() over (
        partition by district_id, month order by kwh desc, interval_start) = 1"""


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
    wall = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer.put(Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6, steps))


def generate(home: Path, meters: int, new_day: bool) -> dict[str, float]:
    """Write what is accepted."""
    accepted(home, meters, new_day=new_day)
    return {}


def product(home: Path, meters: int, new_day: bool) -> dict[str, float]:
    """Resolve and build as `nzd collect` and `nzd build` do."""
    settings, catalogue = deployment(home)
    deliveries = accepted(home, meters, new_day=new_day)
    began = time.perf_counter()
    resolved = resolve_current(catalogue, deliveries, home, AT)
    steps = {"resolve": time.perf_counter() - began}
    write_collected(settings, catalogue, Seen(deliveries, resolved, [], []), AT)
    began = time.perf_counter()
    results = build(settings, catalogue, AT)
    steps["build"] = time.perf_counter() - began
    slowest = sorted(results, key=lambda one: -one.seconds)[:4]
    return steps | {one.name: one.seconds for one in slowest}


def bare(home: Path, meters: int) -> dict[str, float]:
    """The same transformations as SQL that somebody would write for these files alone."""
    files: dict[str, list[Path]] = {month: [] for month in [*MONTHS, "all"]}
    for delivery in accepted(home, meters, new_day=False):
        for month in delivery.verdict.months:
            files[month].append(delivery.path)
    registers = parquet(files.pop("all"))
    said: dict[str, Any] = {"folder": home / "bare", "keys": KEYS, "registers": registers}
    said["folder"].mkdir()
    steps: dict[str, float] = {}
    config: dict[str, Any] = {"threads": 2, "memory_limit": "4GB", "temp_directory": home / "spill"}
    with duckdb.connect(home / "bare.duckdb", config=config) as session:
        session.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")

        def run(step: str, query: str, **more: str) -> None:
            began = time.perf_counter()
            session.execute(query.format(**said, **more)).fetchall()
            steps[step] = steps.get(step, 0) + time.perf_counter() - began

        for month, sent in files.items():
            run("resolve", RESOLVE, sent=parquet(sent), month=month)
            run("restated", RESTATED, sent=parquet(sent), month=month)
        run("sums", SUMS)
        run("peaks", PEAKS)
    return steps


def main() -> None:
    """Climb the ladder and print it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("readings", nargs="*", type=int, default=[70_000_000])
    asked.add_argument("--folder", type=Path, help="Where to work; a temporary folder otherwise.")
    asked.add_argument("--only-full", action="store_true", help="Build once, compare with nothing.")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        home = Path(name) / "home"
        alone(generate, home, 17, False)
        _told("first start, 17 meters", alone(product, home, 17, False))
        _keep(home, "accepted", "dbt")
        start = _told("fixed start, 17 meters", alone(product, home, 17, False))
        for readings in given.readings:
            _keep(home, "dbt")
            meters = max(len(DISTRICTS), readings // A_METER)
            print(f"\n{meters * A_METER:,} readings of {meters:,} meters", flush=True)
            alone(generate, home, meters, False)
            full = _told("full build", alone(product, home, meters, False))
            if not given.only_full:
                _compare(home, meters, start, full)


def _keep(home: Path, *kept: str) -> None:
    """Remove what was made; dbt has its project parsed for this folder."""
    for path in home.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _compare(home: Path, meters: int, start: Measured, full: Measured) -> None:
    _told("nothing new", alone(product, home, meters, False))
    alone(generate, home, meters, True)
    day = _told("one new day", alone(product, home, meters, True))
    _keep(home, "accepted", "dbt")
    sql = _told("bare DuckDB", alone(bare, home, meters))
    for name in ("wall", "processor"):
        fixed, own = getattr(start, name), getattr(full, name) - getattr(start, name)
        print(
            f"{name:9}  own work {own:.1f} s, {own / getattr(sql, name):.2f} times bare SQL; "
            f"one new day {100 * (getattr(day, name) - fixed) / own:.1f} % of it",
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
