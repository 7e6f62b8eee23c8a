"""How long a month of 2,000 wide quarter-hour curves takes, against DuckDB's bare reading of them.

Two shapes of the same 5.8 million values: one small file per point, as the distributor's portal
exports them, and one large file with the point in each row. Both are made here, with the entropy of
real curves, read by `parse` and written as Parquet, and in the same run read by DuckDB's `read_csv`
and `unpivot`, which knows nothing of clock changes, identifiers, units or lineage.

    python -m bench.wide_curves [points]

Prints seconds, processor seconds, the ratios, and the peak memory of the largest process.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import declare, read_yaml
from pipelines.catalogue.formats import Format, format_of, laid_over
from pipelines.collecting.beside import made_beside
from pipelines.collecting.large import Rejects, write_received
from pipelines.connectors.parsers import Findings, ParseContext, batches, parse, zero_gives_way
from pipelines.landing.files import write_parquet

CATALOGUE = Path(__file__).resolve().parents[1] / "pipelines" / "catalogue"
DAYS = 30
SMALL = 1024 * 1024
LABELS = [f"{m // 60:02d}:{m % 60:02d}-{(m + 15) // 60:02d}:{(m + 15) % 60:02d}"
          for m in range(0, 1440, 15)]  # fmt: skip
POINT = {"column": "POD", "as": "pod"}


def curves(points: int) -> np.ndarray:
    """Texts of kWh per quarter hour, points by days by 96, three decimals, decimal comma."""
    chance = np.random.default_rng(3)
    shape = 0.4 + np.sin(np.linspace(0, np.pi, 96)) ** 2
    level = chance.lognormal(1.0, 1.2, size=(points, 1, 1))
    kwh = level * shape * chance.gamma(4, 0.25, size=(points, DAYS, 96))
    texts = np.char.mod("%.3f", kwh.ravel())
    return np.char.replace(texts, ".", ",").reshape(points, DAYS, 96)


def pod(place: int) -> str:
    """The supply point at a place."""
    return f"IT001E{place:08d}"


def write_small(folder: Path, values: np.ndarray) -> list[Path]:
    """One file per point, the point in its name."""
    paths = []
    for place, days in enumerate(values):
        lines = [";".join(["Giorno", *LABELS])]
        lines += [";".join([f"{day:02d}/09/2026", *cells]) for day, cells in enumerate(days, 1)]
        path = folder / f"ExportData_{pod(place)}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def write_large(folder: Path, values: np.ndarray, *, quoted: bool = False) -> list[Path]:
    """One file of all points."""
    mark = '"' if quoted else ""
    path = folder / f"all{'_quoted' if quoted else ''}.csv"
    join = f"{mark};{mark}".join
    with path.open("w", encoding="utf-8") as lines:
        lines.write(mark + join(["POD", "Giorno", *LABELS]) + mark + "\n")
        for place, days in enumerate(values):
            for day, cells in enumerate(days, 1):
                lines.write(mark + join([pod(place), f"{day:02d}/09/2026", *cells]) + mark + "\n")
    return [path]


@cache
def form_of(point: tuple[tuple[str, str], ...]) -> tuple[Format, Dataset]:
    """The distributor's format with the point where this shape has it."""
    where = CATALOGUE / "formats" / "e_distribuzione_curves.yaml"
    form = format_of(laid_over(read_yaml(where), {"columns": {"point_id": dict(point)}}), where)
    path = CATALOGUE / "datasets" / "meter_intervals.yaml"
    return form, declare(Dataset, read_yaml(path), path)


def parsed(paths: list[Path], point: dict[str, str], out: Path) -> int:
    """Parse and write every file; returns how many rows."""
    beside = made_beside(parsed_one, paths, point, out)
    made = zip(paths, beside, strict=True)
    return sum(parsed_one(path, point, out) if rows is None else rows for path, rows in made)


def parsed_one(path: Path, point: dict[str, str], out: Path) -> int:
    """Parse and write one file; returns how many rows."""
    form, dataset = form_of(tuple(point.items()))
    at = datetime(2026, 11, 1, tzinfo=UTC)
    context = ParseContext("prato", "curves", "ab" * 32, path.name, at)
    to, findings = out / f"{path.stem}.parquet", Findings()
    if path.stat().st_size < SMALL:
        found = parse(path, form, dataset, context)
        write_parquet(found.table, to)
        return found.table.num_rows
    coming = batches(path, form, dataset, context, findings)
    left_out = Rejects(context.sha256, findings)
    return write_received(coming, dataset, to, left_out, zero_gives_way(form))


def bare(paths: list[Path], point: dict[str, str], out: Path) -> int:
    """What DuckDB needs for the same files without knowing what they are, written as Parquet."""
    keys = ["Giorno"] if "file_name" in point else ["POD", "Giorno"]
    columns = dict.fromkeys(keys, "VARCHAR") | dict.fromkeys(LABELS, "DECIMAL(18,6)")
    with duckdb.connect(config={"threads": 2}) as session:
        session.execute(
            f"""copy (
                from (unpivot (
                    from read_csv($paths, delim = ';', header = true, decimal_separator = ',',
                                  columns = $columns, filename = true, auto_detect = false)
                ) on columns(* exclude ({", ".join(keys)}, filename)) into name label value kwh)
            ) to '{out / "bare.parquet"}' (compression zstd)""",
            {"paths": [str(path) for path in paths], "columns": columns},
        )
    return int(pq.read_metadata(out / "bare.parquet").num_rows)


def _measured(
    work: Callable[[list[Path], dict[str, str], Path], int],
    paths: list[Path],
    point: dict[str, str],
    out: Path,
    results: multiprocessing.queues.Queue[tuple[int, float, float, float]],
) -> None:
    begun = time.perf_counter()
    rows = work(paths, point, out)
    spent = time.perf_counter() - begun
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(one.ru_utime + one.ru_stime for one in used)
    results.put((rows, spent, processor, max(one.ru_maxrss for one in used) / 1024))


def apart(
    work: Callable[[list[Path], dict[str, str], Path], int],
    paths: list[Path],
    point: dict[str, str],
    out: Path,
) -> tuple[int, float, float, float]:
    """Rows, seconds, processor seconds and peak MiB of a piece of work in a process of its own."""
    results: multiprocessing.queues.Queue[tuple[int, float, float, float]] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_measured, args=(work, paths, point, out, results))
    process.start()
    found = results.get()
    process.join()
    return found


def main() -> None:
    """Make the files, measure both ways, print."""
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    values = curves(points)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        named = {"file_name": r"(IT\d{3}E\w{8})", "as": "pod"}
        shapes = {
            "one file per point": (write_small(folder, values), named),
            "one large file": (write_large(folder, values), POINT),
            "one large file, all cells quoted": (write_large(folder, values, quoted=True), POINT),
        }
        del values
        for shape, (paths, point) in shapes.items():
            size = sum(path.stat().st_size for path in paths) / 1e6
            rows, seconds, cpu, memory = apart(parsed, paths, point, folder)
            least, base, base_cpu, base_memory = apart(bare, paths, point, folder)
            assert rows == least == points * DAYS * 96, (rows, least)  # noqa: S101 - a bench
            print(
                f"{shape}: {size:.0f} MB, {rows:,} values; parse {seconds:.1f} s, {cpu:.1f} s of "
                f"processor, {memory:.0f} MiB; DuckDB {base:.1f} s, {base_cpu:.1f} s, "
                f"{base_memory:.0f} MiB; ratio {seconds / base:.1f}, of processor "
                f"{cpu / base_cpu:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
