"""Rendering an edition of many districts: reports a second of each kind, memory over time, three engines for PDF.

Run `python -m bench.rendering [districts]` (100 unless said). The invented edition of the tests is published once and
its districts copied under other names, so that figures, tables and texts are those of real reports. Two processes
render half of the districts each, as one would on two cores. Afterwards one report is printed by each of the engines
that are installed here: Typst (ours), Chromium and WeasyPrint, and what each leaves in the file for a screen reader is
counted. Processor time is told beside wall time, for a shared machine.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pypdf

_KINDS = {
    "html": "report, HTML",
    "pdf": "report, PDF",
    "_opened": "where figures come from, HTML and JSON-LD",
    "annex": "annex, XLSX",
    "district_document": "its document: sentences, tables, charts",
}
_LIMIT = 2.0
"""Seconds of processor that one district may take after start-up, both languages and all files."""
_MEBI = 1024


def edition_of(home: Path, districts: int) -> Path:
    """An edition's folder with so many districts, each a copy of one of four."""
    from pipelines.publishing.editions.edition import publish
    from tests import published

    deployment = published.deployment(home, "2026-10")
    made = publish(deployment, "2026-10", published.known_at("2026-10"), "bench").path
    folder = home / "bench"
    (folder / "tables").mkdir(parents=True)
    shutil.copyfile(made / "manifest.json", folder / "manifest.json")
    names = sorted(pq.read_table(made / "tables" / "districts.parquet")["district_id"].to_pylist())
    for path in (made / "kpi_values.parquet", *(made / "tables").glob("*.parquet")):
        table = pq.read_table(path)
        pq.write_table(_multiplied(table, names, districts), folder / path.relative_to(made))
    return folder


def _multiplied(table: pa.Table, names: list[str], districts: int) -> pa.Table:
    if "district_id" not in table.column_names:
        return table
    place = table.column_names.index("district_id")
    copies = []
    for number in range(districts):
        rows = table.filter(pc.equal(table["district_id"], names[number % len(names)]))
        named = pa.array([f"d{number:03d}"] * rows.num_rows, pa.string())
        copies.append(rows.set_column(place, "district_id", named))
    return pa.concat_tables(copies)


def render_all(folder: Path) -> dict[str, Any]:
    """Render an edition, dropping each file once it is made; seconds by kind, memory after each district."""
    from pipelines.publishing.rendering import rendering

    spent: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    for name in _KINDS:
        setattr(rendering, name, _timed(getattr(rendering, name), spent[name]))
    started, busy = time.perf_counter(), time.process_time()
    memory, each, size = [], [], 0
    for path, data in rendering.rendered(folder):
        size += len(data)
        if path.endswith("annex.xlsx"):  # the last file of a district
            memory.append(_resident())
            each.append(time.process_time() - busy - sum(each))
    return {
        "wall": time.perf_counter() - started,
        "processor": time.process_time() - busy,
        "spent": {name: list(found) for name, found in spent.items()},
        "memory": memory,
        "each": each,
        "bytes": size,
    }


def _timed(function: Callable[..., Any], found: list[float]) -> Callable[..., Any]:
    def timed(*args: Any, **named: Any) -> Any:
        wall, busy = time.perf_counter(), time.process_time()
        try:
            return function(*args, **named)
        finally:
            found[0] += 1
            found[1] += time.perf_counter() - wall
            found[2] += time.process_time() - busy

    return timed


def _resident() -> float:
    """Memory of this process now, MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / _MEBI / _MEBI


def _half(folder: str, answers: Any) -> None:
    answers.put(render_all(Path(folder)))


def on_two_cores(home: Path, districts: int) -> list[dict[str, Any]]:
    """Half of the districts in each of two processes, at the same time."""
    folder = edition_of(home, districts // 2)
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    halves = [context.Process(target=_half, args=(str(folder), answers)) for _ in range(2)]
    for process in halves:
        process.start()
    found = [answers.get() for _ in halves]
    for process in halves:
        process.join()
    return found


def engines(home: Path) -> list[tuple[str, float, float, bytes]]:
    """One report in each engine: name, wall and processor seconds of printing alone, the file."""
    from pipelines.publishing.language import words
    from pipelines.publishing.reading import Reading
    from pipelines.publishing.rendering.rendering import html, pdf
    from pipelines.publishing.report.pages import district_document
    from pipelines.settings import checkout

    reports = checkout() / "reports"
    reading = Reading(home / "bench")
    # Typst remembers what it has set: it starts up with another report than the one that is timed.
    first, document = (
        district_document(reading, district, words("it", reports / "text"))
        for district in ("d000", "d003")
    )
    page = home / "report.html"
    page.write_bytes(html(document, reports))
    pdf(first, reports, str(reading.about["known_at"]))
    found = [_engine("Typst", lambda: pdf(document, reports, str(reading.about["known_at"])))]
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium:
        out = home / "chromium.pdf"
        command = [chromium, "--headless", "--no-sandbox", "--no-pdf-header-footer",
                   f"--print-to-pdf={out}", page.as_uri()]  # fmt: skip
        found.append(_engine("Chromium print", lambda: _printed(command, out)))
    if importlib.util.find_spec("weasyprint"):
        import weasyprint

        made = weasyprint.HTML(filename=str(page))
        found.append(_engine("WeasyPrint", lambda: made.write_pdf(pdf_variant="pdf/ua-1")))
    return found


def _engine(name: str, make: Callable[[], bytes]) -> tuple[str, float, float, bytes]:
    wall, busy = time.perf_counter(), _busy()
    data = make()
    return name, time.perf_counter() - wall, _busy() - busy, data


def _printed(command: list[str], out: Path) -> bytes:
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return out.read_bytes()


def _busy() -> float:
    """Processor seconds of this process and of those it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def tagged(data: bytes) -> dict[str, Any]:
    """What a file says to a screen reader: its structure, what is counted in it, and what it claims to be."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        reader = pypdf.PdfReader(file.name)
        root = reader.trailer["/Root"]
        counted: dict[str, int] = defaultdict(int)
        without: int = 0
        waiting = [root["/StructTreeRoot"]] if "/StructTreeRoot" in root else []
        while waiting:
            node = waiting.pop().get_object()
            if isinstance(node, list):
                waiting += node
                continue
            if not isinstance(node, dict):
                continue
            kind = str(node.get("/S", ""))
            counted[kind] += 1
            without += kind == "/Figure" and "/Alt" not in node
            if "/K" in node and not isinstance(node["/K"], int):
                waiting.append(node["/K"])
        xmp = (
            root["/Metadata"].get_object().get_data().decode("utf-8", "replace")
            if "/Metadata" in root
            else ""
        )
        return {
            "pages": len(reader.pages),
            "KiB": len(data) // _MEBI,
            "tagged": bool(root.get("/MarkInfo", {}).get("/Marked", False)),
            "language": str(root.get("/Lang", "–")),
            "PDF/UA": bool(re.search(r"pdfuaid:part", xmp)),
            "tables": counted["/Table"],
            "heads": counted["/TH"],
            "headings": sum(counted[f"/H{n}"] for n in range(1, 7)),
            "figures": counted["/Figure"],
            "without words": without,
        }  # fmt: skip


def main() -> None:
    """Print the figures."""
    districts = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory(prefix="nzd-bench-") as folder:
        home = Path(folder)
        halves = on_two_cores(home, districts)
        busy = sum(half["processor"] for half in halves)
        print(f"{districts} districts, HTML, PDF and XLSX in two languages, two processes")
        print(f"wall {max(half['wall'] for half in halves):.1f} s, processor {busy:.1f} s, "
              f"{sum(half['bytes'] for half in halves) / 1e6:.0f} MB")  # fmt: skip
        for name, said in _KINDS.items():
            count, _, used = (sum(half["spent"][name][n] for half in halves) for n in range(3))
            rate = count / used if used else 0
            print(
                f"  {said}: {count:.0f} files, {used / count * 1000:.0f} ms of processor each, {rate:.1f} a second"
            )
        each = sorted(one for half in halves for one in half["each"][1:])
        print(f"a district after start-up: {each[len(each) // 2]:.2f} s of processor (median), "
              f"{each[-1]:.2f} s (most), limit {_LIMIT:.0f} s")  # fmt: skip
        for half in halves:
            seen = half["memory"]
            quarter = max(1, len(seen) // 4)
            print(f"memory: {seen[quarter]:.0f} MiB after a quarter, {seen[-1]:.0f} MiB at the end")
        for name, wall, used, data in engines(home):
            told = ", ".join(f"{key} {value}" for key, value in tagged(data).items())
            print(f"{name}: {wall:.2f} s wall, {used:.2f} s of processor; {told}")


if __name__ == "__main__":
    main()
