"""What no server should send and some do: every one an outcome of its source, and of no other."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.collecting.fetch import defect_of_ours
from pipelines.collecting.status import failures_of
from pipelines.landing.manifest import Attempt, Manifest

from .conftest import ARRIVED, Deployment, hours
from .test_a_district_of_file_servers import district

GOOD = hours("p-good")
SOURCE = """\
  {name}:
    dataset: meter_intervals
    format: intervals_csv
    from: "http://127.0.0.1:{port}/{name}.csv"
    limits: {{seconds: 2}}
    with: {{interval: PT1H}}
"""
PAGED = """\
    ask:
      paging: {style: next, next: /next, records: /rows, max_pages: 3}
"""


def _head(status: str, *lines: bytes) -> bytes:
    return b"\r\n".join((f"HTTP/1.1 {status}".encode(), *lines, b"", b""))


def _whole(body: bytes, *lines: bytes) -> bytes:
    return _head("200 OK", b"Content-Length: %d" % len(body), *lines) + body


def _to(target: str) -> bytes:
    return _head("302 Found", f"Location: {target}".encode(), b"Content-Length: 0")


ANSWERS = {
    "to_no_address": (_to("http://[bad"), "SOURCE_UNREACHABLE"),
    "to_no_port": (_to("http://127.0.0.1:99999/x"), "SOURCE_UNREACHABLE"),
    "to_a_cloud": (_to("https://169.254.169.254/latest/meta-data"), "SOURCE_UNREACHABLE"),
    "to_a_file": (_to("file:///etc/passwd"), "SOURCE_UNREACHABLE"),
    "to_a_number": (_to("https://2130706433/"), "SOURCE_UNREACHABLE"),
    "to_another": (_to("http://portale.example/x"), "SOURCE_UNREACHABLE"),
    "two_lengths": (
        _head("200 OK", b"Content-Length: 5", b"Content-Length: 7") + GOOD,
        "SOURCE_UNREACHABLE",
    ),
    "length_in_words": (_head("200 OK", b"Content-Length: many") + GOOD, "BODY_CUT"),
    "length_below_nothing": (_head("200 OK", b"Content-Length: -9") + GOOD, "BODY_CUT"),
    "chunks": (_head("200 OK", b"Transfer-Encoding: chunked") + b"ZZ\r\nabc\r\n", "BODY_CUT"),
    "odd_status": (_head("999 Nope", b"Content-Length: 0"), "HTTP_STATUS"),
    "no_status": (_head("abc Nope", b"Content-Length: 0"), "SOURCE_UNREACHABLE"),
    "noise": (os.urandom(300).replace(b"\n", b""), "SOURCE_UNREACHABLE"),
    "another_protocol": (b"SSH-2.0-OpenSSH_9.2\r\n", "SOURCE_UNREACHABLE"),
    "long_header": (_head("200 OK", b"X: " + b"y" * 100_000) + b"x", "SOURCE_UNREACHABLE"),
    "not_asked_for": (_whole(GOOD, b"Content-Encoding: br"), "BODY_CUT"),
    "never_until": (
        _head("429 Slow", b"Retry-After: Thu, 99 Foo 2026 99:99:99 GMT", b"Content-Length: 0"),
        "HTTP_STATUS",
    ),
    "hangs_up": (b"", "SOURCE_UNREACHABLE"),
    "nothing": (_head("204 No"), "HTTP_STATUS"),
}
PAGES = {
    "next_no_address": (b'{"rows":[{"a":1}],"next":"http://[bad"}', "PAGES_INCOMPLETE"),
    "next_no_port": (b'{"rows":[{"a":1}],"next":"http://a.it:99999/"}', "PAGES_INCOMPLETE"),
    "next_a_cloud": (b'{"rows":[{"a":1}],"next":"http://169.254.169.254/"}', "PAGES_INCOMPLETE"),
    "next_itself": (b'{"rows":[{"a":1}],"next":"/next_itself.csv"}', "PAGES_INCOMPLETE"),
    "rows_null": (b'{"rows":null}', "ANSWER_UNEXPECTED"),
    "a_list": (b"[1,2]", "ANSWER_UNEXPECTED"),
    "deep": (b'{"rows":' + b"[" * 50_000 + b"]" * 50_000 + b"}", "ANSWER_UNEXPECTED"),
    "long_number": (b'{"rows":[{"a":' + b"9" * 20_000 + b"}]}", "ANSWER_UNEXPECTED"),
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    said = {name: answer for name, (answer, _) in ANSWERS.items()}
    said |= {
        name: _whole(body, b"Content-Type: application/json") for name, (body, _) in PAGES.items()
    }
    said["good"] = _whole(GOOD)
    listener = socket.create_server(("127.0.0.1", 0), backlog=50)

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            asked = connection.recv(65536)
            connection.sendall(said[asked.split(b" ")[1].decode()[1:].removesuffix(".csv")])
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass  # until the other side has read, or what was sent would be lost

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=listener.accept()[:1], daemon=True).start()

    thread = threading.Thread(target=serve)
    thread.start()
    yield int(listener.getsockname()[1])
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def attempts(made: Deployment) -> list[Attempt]:
    return Manifest(made.settings.landing / "manifest.sqlite").attempts("alfa")


def test_whatever_a_server_sends_is_an_outcome_of_its_source_and_the_good_one_counts(
    port: int, tmp_path: Path
) -> None:
    names = [*ANSWERS, *PAGES, "good"]
    text = "".join(
        SOURCE.format(name=name, port=port) + (PAGED if name in PAGES else "") for name in names
    )
    made = district(tmp_path, text)

    made.collect()

    wanted = {name: code for name, (_, code) in (ANSWERS | PAGES).items()}
    assert {one.source_id: one.error_code for one in attempts(made)} == {**wanted, "good": None}
    assert made.total("alfa") == Decimal("1.25") * 24 * 31
    said = {binding.source_id: why for binding, why in failures_of(made.settings, made.catalogue)}
    assert said.keys() == wanted.keys()
    assert all(said[name].startswith(f"{code}: ") for name, code in wanted.items())


def test_a_server_that_takes_no_connection_keeps_nobody_waiting(tmp_path: Path) -> None:
    dead = closed_port()
    window = (
        "    ask:\n      request: {params: {from: '{start}'}}\n"
        "      window: {begin: 2020-01-01, step: month}\n"
    )
    text = "".join(SOURCE.format(name=f"s{n}", port=dead) for n in range(20)) + "".join(
        SOURCE.format(name=f"w{n}", port=dead).replace("    limits: {seconds: 2}\n", "") + window
        for n in range(20)
    )
    made = district(tmp_path, text)
    began = time.monotonic()

    made.collect()

    assert time.monotonic() - began < 10
    assert [one.error_code for one in attempts(made)] == ["SOURCE_UNREACHABLE"] * 40

    made.collect(ARRIVED + timedelta(days=1))

    asked_anew = attempts(made)[40].error_text or ""
    assert "a moment ago" not in asked_anew


def test_a_defect_of_ours_is_named_by_its_place_and_not_by_its_text() -> None:
    try:
        int("canary-of-a-defect")
    except ValueError as defect:
        failure = defect_of_ours(defect)

    assert failure.code == "ASKING_FAILED"
    assert "ValueError in test_what_servers_may_do.py, line" in failure.message
    assert "canary" not in failure.message
