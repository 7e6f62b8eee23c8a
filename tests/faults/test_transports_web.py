"""Everything that can go wrong between an https source and us, with real servers on loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.connectors.transports import (
    Fetched,
    HttpSource,
    HttpTransport,
    Limits,
    NotModified,
    RemoteObject,
    SourceFailed,
    Validators,
)

BODY = b"punto;giorno;kWh\n" * 1000
QUICK = Limits(connect=1, read=1, total=4, retries=2, backoff=0.01)
ITEM = RemoteObject("curve.csv")
SECRET = "canary-4f1d7c"

Exchange = Callable[[socket.socket, int], None]


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """The address that needs no declaration is 127.0.0.1 as such, not a name that means it."""
    return "127.0.0.1", 0


def fetch(
    url: str,
    validators: Validators | None = None,
    limits: Limits = QUICK,
    headers: dict[str, str] | None = None,
    *,
    insecure: bool = False,
) -> Fetched | NotModified:
    spec = HttpSource(url, headers or {}, insecure=insecure, limits=limits)
    return HttpTransport().open(spec, ITEM, validators)


def failure(url: str, **more: object) -> SourceFailed:
    with pytest.raises(SourceFailed) as failed:
        fetch(url, **more)  # type: ignore[arg-type]
    return failed.value


def body_of(answer: Fetched | NotModified) -> bytes:
    assert isinstance(answer, Fetched)
    return answer.body


@contextlib.contextmanager
def raw_server(exchange: Exchange) -> Iterator[str]:
    """A socket that answers the n-th request as told, for answers no honest server gives."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        count = 0
        while not stop.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                count += 1
                with connection:
                    connection.recv(65536)
                    exchange(connection, count)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/curve.csv"
    finally:
        stop.set()
        with contextlib.suppress(OSError):
            socket.create_connection(listener.getsockname(), timeout=1).close()
        listener.close()
        thread.join(timeout=2)


def head(length: int, extra: str = "") -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n{extra}Connection: close\r\n\r\n".encode()
    )


def test_brings_the_whole_body_with_what_it_said_of_itself(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/c.csv").respond_with_data(
        BODY, headers={"ETag": '"a1"', "Last-Modified": "Sun, 01 Nov 2026 08:00:00 GMT"}
    )

    answer = fetch(httpserver.url_for("/c.csv"))

    assert answer == Fetched(BODY, '"a1"', "Sun, 01 Nov 2026 08:00:00 GMT", 200)


def test_an_unchanged_source_is_not_fetched_again(httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        same = request.headers.get("If-None-Match") == 'W/"a1"'
        return Response(status=304) if same else Response(BODY)

    httpserver.expect_request("/c.csv").respond_with_handler(answer)

    assert fetch(httpserver.url_for("/c.csv"), Validators(etag='W/"a1"')) == NotModified()
    assert body_of(fetch(httpserver.url_for("/c.csv"))) == BODY


def test_an_unasked_304_is_a_failure_not_an_empty_delivery(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/c.csv").respond_with_response(Response(status=304))

    assert failure(httpserver.url_for("/c.csv")).code == "HTTP_STATUS"


def test_waits_as_long_as_the_server_asks_and_tries_again(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/c.csv").respond_with_response(
        Response(status=429, headers={"Retry-After": "1"})
    )
    httpserver.expect_ordered_request("/c.csv").respond_with_data(BODY)
    began = time.monotonic()

    assert body_of(fetch(httpserver.url_for("/c.csv"))) == BODY
    assert time.monotonic() - began >= 1


def test_a_wait_longer_than_the_deadline_is_left_to_the_next_collection(
    httpserver: HTTPServer,
) -> None:
    httpserver.expect_request("/c.csv").respond_with_response(
        Response(status=429, headers={"Retry-After": "86400"})
    )
    began = time.monotonic()

    failed = failure(httpserver.url_for("/c.csv"))

    assert (failed.code, failed.status) == ("HTTP_STATUS", 429)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "SOURCE_MISSING"),
        (410, "SOURCE_MISSING"),
        (401, "HTTP_STATUS"),
        (503, "HTTP_STATUS"),
        (204, "HTTP_STATUS"),
    ],
)
def test_an_answer_that_is_no_delivery_is_a_failure_with_its_status(
    httpserver: HTTPServer, status: int, code: str
) -> None:
    httpserver.expect_request("/c.csv").respond_with_response(Response(status=status))

    failed = failure(httpserver.url_for("/c.csv"))

    assert (failed.code, failed.status) == (code, status)


def test_a_body_that_is_cut_every_time_is_never_half_delivered() -> None:
    def cut(connection: socket.socket, _: int) -> None:
        connection.sendall(head(len(BODY)) + BODY[:500])

    with raw_server(cut) as url:
        assert failure(url).code == "BODY_CUT"


def test_a_body_that_is_cut_once_is_fetched_again() -> None:
    def cut_once(connection: socket.socket, count: int) -> None:
        connection.sendall(head(len(BODY)) + (BODY[:500] if count == 1 else BODY))

    with raw_server(cut_once) as url:
        assert body_of(fetch(url)) == BODY


def test_a_cut_body_with_a_strong_tag_is_continued_where_it_broke() -> None:
    asked: list[bytes] = []

    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(65536))
                if len(asked) == 1:
                    connection.sendall(head(len(BODY), 'ETag: "s"\r\n') + BODY[:500])
                else:
                    rest = BODY[500:]
                    span = f"Content-Range: bytes 500-{len(BODY) - 1}/{len(BODY)}\r\n"
                    lines = f"HTTP/1.1 206 Partial Content\r\nContent-Length: {len(rest)}\r\n{span}"
                    connection.sendall(
                        lines.encode() + b'ETag: "s"\r\nConnection: close\r\n\r\n' + rest
                    )

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()

    answer = fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/c.csv")

    thread.join(timeout=2)
    listener.close()
    assert body_of(answer) == BODY
    assert b"Range: bytes=500-" in asked[1]
    assert b'If-Range: "s"' in asked[1]


def test_a_chunked_body_that_breaks_off_is_a_cut_body() -> None:
    def broken(connection: socket.socket, _: int) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"5\r\nhello\r\n400\r\nabc"
        )

    with raw_server(broken) as url:
        assert failure(url).code == "BODY_CUT"


def test_a_body_that_drips_is_given_up_at_the_deadline() -> None:
    def drip(connection: socket.socket, _: int) -> None:
        connection.sendall(head(len(BODY)))
        with contextlib.suppress(OSError):
            for at in range(100):
                connection.sendall(BODY[at : at + 1])
                time.sleep(0.1)

    began = time.monotonic()
    with raw_server(drip) as url:
        assert failure(url, limits=Limits(read=1, total=1, retries=0)).code == "DEADLINE"
    assert time.monotonic() - began < 3


def test_a_server_that_says_nothing_is_given_up() -> None:
    def silent(connection: socket.socket, _: int) -> None:
        time.sleep(0.6)

    with raw_server(silent) as url:
        failed = failure(url, limits=Limits(read=0.3, total=5, retries=0))

    assert failed.code == "SOURCE_UNREACHABLE"


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert failure(f"http://127.0.0.1:{port}/c.csv").code == "SOURCE_UNREACHABLE"


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_above_its_limit_is_not_kept(announced: bool) -> None:
    def large(connection: socket.socket, _: int) -> None:
        lines = head(len(BODY)) if announced else b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        with contextlib.suppress(OSError):
            connection.sendall(lines + BODY)

    with raw_server(large) as url:
        assert failure(url, limits=Limits(max_bytes=1000)).code == "TOO_LARGE"


def test_a_redirect_to_another_origin_loses_every_secret(httpserver: HTTPServer) -> None:
    seen: list[dict[str, str]] = []

    def note(request: Request) -> Response:
        seen.append(dict(request.headers))
        return Response(BODY)

    with HTTPServer(host="127.0.0.1") as other:
        other.expect_request("/c.csv").respond_with_handler(note)
        httpserver.expect_request("/c.csv").respond_with_response(
            Response(status=302, headers={"Location": other.url_for("/c.csv")})
        )
        headers = {
            "X-Api-Key": SECRET,
            "Authorization": f"Bearer {SECRET}",
            "Cookie": SECRET,
            "X-Portal": SECRET,
        }
        answer = fetch(httpserver.url_for("/c.csv"), headers=headers)

    assert body_of(answer) == BODY
    assert SECRET not in repr(seen)


def test_a_redirect_within_the_origin_keeps_them(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_response(
        Response(status=307, headers={"Location": "/b"})
    )
    httpserver.expect_request("/b", headers={"X-Api-Key": SECRET}).respond_with_data(BODY)

    assert body_of(fetch(httpserver.url_for("/a"), headers={"X-Api-Key": SECRET})) == BODY


def test_a_circle_of_redirects_ends(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_response(
        Response(status=302, headers={"Location": "/a"})
    )

    assert failure(httpserver.url_for("/a")).code == "HTTP_STATUS"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/meta", "https://10.0.0.1/x", "file:///etc/passwd"]
)
def test_a_redirect_into_a_private_network_is_not_followed(
    httpserver: HTTPServer, target: str
) -> None:
    httpserver.expect_request("/a").respond_with_response(
        Response(status=302, headers={"Location": target})
    )

    failed = failure(httpserver.url_for("/a"), insecure=True)

    assert failed.code == "SOURCE_UNREACHABLE"
    assert "private network" in failed.message or "neither https nor http" in failed.message


def test_plain_http_to_another_host_needs_a_declaration() -> None:
    assert "insecure: true" in failure("http://meters.example/c.csv").message


def test_a_secret_never_stands_in_a_failure(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/c.csv").respond_with_response(Response(status=500))
    url = httpserver.url_for("/c.csv") + f"?month=2026-10&securityToken={SECRET}"

    failed = failure(url, headers={"X-Api-Key": SECRET}, limits=Limits(retries=0))

    spec = HttpSource(httpserver.url_for("/c.csv"), {"X-Api-Key": SECRET})
    assert SECRET not in str(failed)
    assert "month=2026-10" in str(failed)
    assert SECRET not in repr(failed.__cause__)
    assert SECRET not in repr(spec)


def test_the_name_of_what_an_address_holds_is_the_end_of_its_path() -> None:
    listed = HttpTransport().list(HttpSource("https://meters.example/a/curva%20gennaio.csv?x=1"))

    assert [item.name for item in listed] == ["curva gennaio.csv"]
