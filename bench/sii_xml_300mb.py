"""How much memory and time the reader takes for a SII document of 300 MB.

    PYTHONPATH=. python -m bench.sii_xml_300mb [megabytes]

The document is written to a temporary file on the fly, read back by the format
`sii_electricity_curves_xml` batch by batch, and removed. The peak is that of a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

ALLOWED_MB = 200


def document(megabytes: int) -> Iterator[bytes]:
    """Supply points with a month of curves each, until the size is reached."""
    yield b'<?xml version="1.0" encoding="UTF-8"?><FlussoMisure CodFlusso="PDO">'
    yield b"<IdentificativiFlusso><PIvaUtente>09876543210</PIvaUtente></IdentificativiFlusso>"
    size, point, first = 0, 0, date(2026, 1, 1)
    while size < megabytes * 1_000_000:
        point += 1
        days = []
        for place in range(31):
            day = first + timedelta(place)
            cells = " ".join(
                f'E{n}="{(n * point) % 97 / 8:.3f}"'.replace(".", ",") for n in range(1, 97)
            )
            days.append(f"<Ea {cells}>{day.day:02d}</Ea><Er {cells}>{day.day:02d}</Er>")
        record = (
            f"<DatiPod><Pod>IT001E{point:08d}</Pod><MeseAnno>01/2026</MeseAnno>"
            f"<Misura><TipoDato>E</TipoDato>{''.join(days)}</Misura></DatiPod>"
        ).encode()
        size += len(record)
        yield record
    yield b"</FlussoMisure>"


def read_it(path: str, answer: multiprocessing.Queue[tuple[int, str, int, float]]) -> None:
    """Rows, their sum, the peak in kB and the seconds of reading one document."""
    from pipelines.catalogue.declaration import read_yaml
    from pipelines.catalogue.formats import format_of
    from pipelines.connectors.parsers.xml_files import xml_batches

    where = (
        Path(__file__).parents[1] / "pipelines/catalogue/formats/sii_electricity_curves_xml.yaml"
    )
    read = format_of(read_yaml(where), where).read
    began, rows, cells = time.monotonic(), 0, Decimal(0)
    with Path(path).open("rb") as source:
        for table in xml_batches(source, read):
            rows += len(table)
            cells += sum(
                Decimal(text.replace(",", ".")) for text in table.column("ea96").to_pylist() if text
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer.put((rows, str(cells), peak, time.monotonic() - began))


def main() -> int:
    """Write, read, say; 1 where the peak is above what is allowed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("megabytes", nargs="?", type=int, default=300)
    megabytes = asked.parse_args().megabytes
    with tempfile.NamedTemporaryFile(suffix=".xml") as made:
        for part in document(megabytes):
            made.write(part)
        made.flush()
        context = multiprocessing.get_context("spawn")
        answer = context.Queue()
        process = context.Process(target=read_it, args=(made.name, answer))
        process.start()
        rows, cells, peak, seconds = answer.get()
        process.join()
        size = Path(made.name).stat().st_size
    print(f"{size / 1e6:.0f} MB: {rows:,} days of curves, sum of E96 {cells}, in {seconds:.0f} s "
          f"({size / 1e6 / seconds:.1f} MB/s), peak {peak / 1024:.0f} MB of {ALLOWED_MB} allowed")  # fmt: skip
    return 0 if peak / 1024 <= ALLOWED_MB else 1


if __name__ == "__main__":
    sys.exit(main())
