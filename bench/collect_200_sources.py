"""Collecting 200 web sources of which half have not changed: one conditional request each.

Run `python -m bench.collect_200_sources`. A server on loopback keeps 200 files behind TLS, each with
a strong tag. All are collected once; half of them change; then both are timed in one run: this
project's second collection, and a bare loop of conditional requests over the same addresses.
"""

from __future__ import annotations

import os
import ssl
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests
import trustme

from pipelines.catalogue.catalogue import load
from pipelines.collecting.fetch import Landing, fetch

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
HEAD = """\
id: bench
name: Bench
city: Prova
boundary:
  - version: "1"
    valid_from: 2024-01-01
    municipalities: ["100005"]
    description: {it: prova, en: test}
sources:
"""
SOURCE = """\
  s{number:03d}:
    dataset: meter_intervals
    format: intervals_csv
    from: "{url}/{number}.csv"
    access: {{ca: "{ca}"}}
"""


@dataclass
class Portal:
    """Files behind https, and how often each was asked for: by its condition, and by the answer."""

    url: str
    ca: Path
    versions: dict[str, int] = field(default_factory=dict)
    asked: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def body(self, name: str) -> bytes:
        """What a file holds now."""
        row = f"p{name};elettricità;prelievo;E;2026-08-01T00:00:00Z;{self.versions.get(name, 1)};kWh\n"
        return ("punto;vettore;flusso;qualita;inizio;valore;unita\n" + row * 200).encode()


@contextmanager
def portal(folder: Path) -> Iterator[Portal]:
    """A server of files with tags on loopback, stopped at the end."""
    made = Portal("", folder / "ca.pem")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.strip("/").removesuffix(".csv")
            tag = f'"{made.versions.get(name, 1)}"'
            condition = self.headers.get("If-None-Match")
            status = 304 if condition == tag else 200
            made.asked[name, "conditional" if condition else "bare", status] += 1
            body = b"" if status == 304 else made.body(name)
            self.send_response(status)
            self.send_header("ETag", tag)
            if status == 200:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(made.ca))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"https://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Measured:
    """What the second collection asked and took, seconds; and the bare loop over the same files."""

    requests: int
    unchanged: int
    conditional: int
    seconds: float
    bare_seconds: float


def measure(folder: Path, count: int = 200) -> Measured:
    """Collect `count` sources, change half of them, and collect again."""
    with portal(folder) as server:
        districts = folder / "districts"
        districts.mkdir()
        said = (SOURCE.format(number=n, url=server.url, ca=server.ca) for n in range(count))
        (districts / "bench.yaml").write_text(HEAD + "".join(said), encoding="utf-8")
        catalogue = load(districts)
        landing = Landing.at(folder / "landing", folder / "inbox")
        for binding in catalogue.bindings:
            fetch(binding, landing, AT)
        server.versions |= {str(number): 2 for number in range(0, count, 2)}
        server.asked.clear()
        began = time.perf_counter()
        for binding in catalogue.bindings:
            fetch(binding, landing, AT + timedelta(days=1))
        seconds, asked = time.perf_counter() - began, server.asked.copy()
        began = time.perf_counter()
        for number in range(count):
            requests.get(
                f"{server.url}/{number}.csv",
                headers={"If-None-Match": '"1"'},
                verify=str(server.ca),
                timeout=10,
            )
        bare = time.perf_counter() - began
    return Measured(
        requests=asked.total(),
        unchanged=sum(n for (_, _, status), n in asked.items() if status == 304),
        conditional=sum(n for (_, kind, _), n in asked.items() if kind == "conditional"),
        seconds=seconds,
        bare_seconds=bare,
    )


def main() -> int:
    """Print what was measured; fails where a source was asked more than once."""
    count = int(os.environ.get("NZD_BENCH_SOURCES", "200"))
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), count)
    print(f"sources            {count}, half of them changed")
    print(f"requests           {found.requests}, {found.conditional} conditional")
    print(f"answered 304       {found.unchanged}")
    print(f"this project       {found.seconds:.2f} s")
    print(f"bare requests loop {found.bare_seconds:.2f} s")
    print(f"ratio              {found.seconds / found.bare_seconds:.2f}")
    return 0 if found.requests == found.conditional == count else 1


if __name__ == "__main__":
    sys.exit(main())
