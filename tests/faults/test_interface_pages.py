"""Every record an interface announces arrives, or nothing does, whatever the server does to pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.connectors.transports import Nothing

from .interfaces import ask, failure, pages

OFFSET = {
    "style": "offset",
    "parameter": "offset",
    "size_parameter": "limit",
    "size": 100,
    "records": "/rows",
    "total": "/total",
}


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


def rows(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [{"id": number, "kwh": f"{number}.5"} for number in range(start, start + count)]


def serve(
    server: HTTPServer, answer: Callable[[Request, int], Any], path: str = "/data"
) -> list[Request]:
    """Answers the n-th request as told; a dict becomes JSON. Returns what was asked."""
    asked: list[Request] = []

    def handle(request: Request) -> Response:
        asked.append(request)
        said = answer(request, len(asked))
        if isinstance(said, Response):
            return said
        return Response(json.dumps(said), content_type="application/json")

    server.expect_request(path).respond_with_handler(handle)
    return asked


def offset_server(everything: list[dict[str, Any]], clamp: int) -> Callable[[Request, int], Any]:
    def answer(request: Request, _: int) -> Any:
        start, wanted = int(request.args.get("offset", 0)), int(request.args.get("limit", 10))
        part = everything[start : start + min(wanted, clamp)]
        return {"total": len(everything), "rows": part}

    return answer


def ids(got: Any) -> list[int]:
    return [row["id"] for page in pages(got) for row in json.loads(page)["rows"]]


def test_r1_a_server_that_clamps_the_page_size_loses_no_row(httpserver: HTTPServer) -> None:
    asked = serve(httpserver, offset_server(rows(95), clamp=30))

    got = ask(httpserver.url_for("/data"), {"paging": OFFSET})

    assert ids(got) == list(range(95))
    assert [request.args["offset"] for request in asked] == ["0", "30", "60", "90"]
    assert got.records == 95  # type: ignore[union-attr]


def test_one_page_is_landed_as_the_server_sent_it(httpserver: HTTPServer) -> None:
    body = b'{ "total": 1,  "rows": [{"id": 1}] }'
    serve(httpserver, lambda *_: Response(body, headers={"ETag": '"x"'}))

    got = ask(httpserver.url_for("/data"), {"paging": OFFSET})

    assert (got.body, got.etag) == (body, '"x"')  # type: ignore[union-attr]


def test_an_answer_that_announces_more_than_it_gives_is_not_landed(httpserver: HTTPServer) -> None:
    def answer(request: Request, _: int) -> Any:
        start = int(request.args["offset"])
        return {"total": 12, "rows": rows(10)[start : start + 5]}

    serve(httpserver, answer)

    failed = failure(httpserver.url_for("/data"), {"paging": OFFSET})

    assert failed.code == "PAGES_INCOMPLETE"
    assert "announced 12 records and delivered 10" in failed.message


def test_nothing_announced_and_nothing_given_is_an_empty_answer(httpserver: HTTPServer) -> None:
    serve(httpserver, lambda *_: {"total": 0, "rows": []})

    assert ask(httpserver.url_for("/data"), {"paging": OFFSET}) == Nothing(200)
