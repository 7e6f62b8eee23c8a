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


def moving(
    before: list[dict[str, Any]], after: list[dict[str, Any]], calm: int
) -> Callable[[Request, int], Any]:
    """Records that change after the first request, and then not until request `calm`."""

    def answer(request: Request, count: int) -> Any:
        now = before if count == 1 or (calm and count == calm) else after
        start = int(request.args["offset"])
        return {"total": len(now), "rows": now[start : start + 5]}

    return answer


def test_r3_a_record_inserted_while_paging_starts_the_walk_again_once(
    httpserver: HTTPServer,
) -> None:
    grown = [{"id": -1, "kwh": "0"}, *rows(12)]
    asked = serve(httpserver, moving(rows(12), grown, calm=0))

    got = ask(httpserver.url_for("/data"), {"paging": OFFSET})

    assert ids(got) == [-1, *range(12)]
    assert [request.args["offset"] for request in asked] == ["0", "5", "0", "5", "10"]


def test_r3_records_that_never_stop_moving_are_given_up(httpserver: HTTPServer) -> None:
    def answer(request: Request, count: int) -> Any:
        start = int(request.args["offset"])
        return {"total": 20 + count, "rows": rows(5, start)}

    serve(httpserver, answer)

    failed = failure(httpserver.url_for("/data"), {"paging": OFFSET})

    assert failed.code == "PAGES_INCOMPLETE"
    assert "announced 23 records and then 24" in failed.message


@pytest.mark.parametrize("key", [None, "/id"])
def test_r3_one_record_inserted_and_one_deleted_shows_as_one_that_comes_twice(
    httpserver: HTTPServer, key: str | None
) -> None:
    """The total stays the same, so one record would come twice and another never."""
    shifted = [{"id": -1, "kwh": "0"}, *rows(11)]
    serve(httpserver, moving(rows(12), shifted, calm=0))

    got = ask(httpserver.url_for("/data"), {"paging": {**OFFSET, "key": key}})

    assert ids(got) == [-1, *range(11)]


def test_records_that_are_equal_in_the_data_itself_are_all_kept(httpserver: HTTPServer) -> None:
    equal = [{"hour": hour, "kwh": "0"} for hour in (1, 2, 1, 3, 1)]
    serve(httpserver, offset_server(equal, clamp=2), "/equal")

    kept = ask(httpserver.url_for("/equal"), {"paging": OFFSET})

    assert sum(len(json.loads(page)["rows"]) for page in pages(kept)) == 5


def test_r4_a_server_that_ignores_the_offset_is_noticed(httpserver: HTTPServer) -> None:
    asked = serve(httpserver, lambda *_: {"total": 50, "rows": rows(10)})

    failed = failure(httpserver.url_for("/data"), {"paging": OFFSET})

    assert failed.code == "PAGES_INCOMPLETE"
    assert "the same page again" in failed.message
    assert len(asked) == 2


NEXT = {"style": "next", "next": "/next", "records": "/rows", "total": "/total"}


def next_server(links: list[str | None], total: int | None = None) -> Callable[[Request, int], Any]:
    def answer(_: Request, count: int) -> Any:
        part = rows(2, start=2 * (count - 1))
        said = {"rows": part, "next": links[count - 1]}
        return {**said, "total": total} if total is not None else {**said, "total": 2 * len(links)}

    return answer


def test_follows_next_until_there_is_none_also_past_an_empty_page(httpserver: HTTPServer) -> None:
    answers = [
        {"rows": rows(2), "next": "/data?c=2"},
        {"rows": [], "next": "/data?c=3"},
        {"rows": rows(1, 2), "next": None},
    ]
    serve(httpserver, lambda _, count: answers[count - 1])

    got = ask(httpserver.url_for("/data"), {"paging": {**NEXT, "total": None}})

    assert ids(got) == [0, 1, 2]


def test_r4_a_relative_next_keeps_its_encoding(httpserver: HTTPServer) -> None:
    asked = serve(httpserver, next_server(["?where=a%20%3E%201&c=%2Fx", None]))

    got = ask(
        httpserver.url_for("/data"), {"paging": NEXT, "request": {"params": {"where": "a > 1"}}}
    )

    assert ids(got) == [0, 1, 2, 3]
    assert asked[1].query_string == b"where=a%20%3E%201&c=%2Fx"
    assert asked[0].query_string == b"where=a%20%3E%201"


@pytest.mark.parametrize(
    "link",
    [
        "https://169.254.169.254/x",
        "http://other.example/data?c=2",
        "http://127.0.0.1:1/data",
        "ftp://x/y",
    ],
)
def test_r4_a_next_at_another_origin_is_not_followed(httpserver: HTTPServer, link: str) -> None:
    asked = serve(httpserver, next_server([link, None]))

    failed = failure(httpserver.url_for("/data"), {"paging": NEXT})

    assert failed.code == "PAGES_INCOMPLETE"
    assert "another host" in failed.message
    assert len(asked) == 1


def test_r4_a_next_that_leads_to_the_page_it_stands_on_is_a_circle(httpserver: HTTPServer) -> None:
    asked = serve(httpserver, next_server(["?c=2", "?c=2", None]))

    failed = failure(httpserver.url_for("/data"), {"paging": NEXT})

    assert "in a circle" in failed.message
    assert len(asked) == 2


def test_an_answer_without_end_is_given_up_after_the_declared_pages(httpserver: HTTPServer) -> None:
    def answer(_: Request, count: int) -> Any:
        return {"rows": rows(1, count), "next": f"?c={count}", "total": 1000}

    asked = serve(httpserver, answer)

    failed = failure(httpserver.url_for("/data"), {"paging": {**NEXT, "max_pages": 4}})

    assert "more than 4 pages" in failed.message
    assert len(asked) == 4


def test_a_next_keeps_the_secret_that_the_server_leaves_out_of_it(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_KEY", "canary-91")
    asked = serve(httpserver, next_server(["?c=2", None]))
    request = {"params": {"apikey": "${PORTAL_KEY}", "size": "2"}}

    ask(httpserver.url_for("/data"), {"paging": NEXT, "request": request})

    assert [one.args.get("apikey") for one in asked] == ["canary-91", "canary-91"]
    assert "size" not in asked[1].args


@pytest.mark.parametrize(
    "where", [{"next": "/links/rel=next/href"}, {"next": "/links", "next_rel": "next"}]
)
def test_links_are_found_by_what_they_are_not_by_where_they_stand(
    httpserver: HTTPServer, where: dict[str, str]
) -> None:
    def answer(request: Request, count: int) -> Any:
        links = [{"rel": "self", "href": request.url}, {"rel": "next", "href": "/data?c=2"}]
        return {"rows": rows(2, count * 2 - 2), "links": links if count == 1 else links[:1]}

    serve(httpserver, answer)
    paging = {"style": "next", **where, "records": "/rows"}

    assert ids(ask(httpserver.url_for("/data"), {"paging": paging})) == [0, 1, 2, 3]


def test_a_link_in_the_header_is_followed(httpserver: HTTPServer) -> None:
    def answer(_: Request, count: int) -> Any:
        links = {"Link": '</data?c=2>; rel="next"'} if count == 1 else {}
        said = json.dumps({"rows": rows(1, count)})
        return Response(said, headers=links, content_type="application/json")

    serve(httpserver, answer)
    paging = {"style": "next", "next_rel": "next", "records": "/rows"}

    assert ids(ask(httpserver.url_for("/data"), {"paging": paging})) == [1, 2]


def test_pages_by_number_go_on_until_one_is_empty_or_not_there(httpserver: HTTPServer) -> None:
    def answer(request: Request, _: int) -> Any:
        number = int(request.args["page"])
        return {"rows": rows(3, 3 * number)} if number < 4 else Response(status=404)

    asked = serve(httpserver, answer)
    paging = {"style": "page", "parameter": "page", "first": 1, "records": "/rows", "ends": "empty"}
    classify = [{"status": [404], "means": "empty"}]

    got = ask(httpserver.url_for("/data"), {"paging": paging, "classify": classify})

    assert ids(got) == list(range(3, 12))
    assert [request.args["page"] for request in asked] == ["1", "2", "3", "4"]


def test_a_cursor_in_the_body_of_a_question_that_may_be_repeated(httpserver: HTTPServer) -> None:
    def answer(request: Request, count: int) -> Any:
        cursor = request.get_json()["after"]
        if count == 2:
            return Response(status=503)
        return {"rows": rows(2, 0 if cursor is None else 2), "cursor": None if cursor else "c-2"}

    asked = serve(httpserver, answer)
    paging = {"style": "token", "parameter": "/after", "next": "/cursor", "records": "/rows"}
    request = {"method": "POST", "json": {"after": None, "flow": "load"}, "idempotent": True}

    got = ask(httpserver.url_for("/data"), {"paging": paging, "request": request})

    assert ids(got) == [0, 1, 2, 3]
    assert [one.get_json()["after"] for one in asked] == [None, "c-2", "c-2"]


def test_a_post_that_is_not_declared_harmless_is_asked_once(httpserver: HTTPServer) -> None:
    asked = serve(httpserver, lambda *_: Response(status=503))

    failed = failure(httpserver.url_for("/data"), {"request": {"method": "POST", "json": {}}})

    assert (failed.code, failed.status, len(asked)) == ("HTTP_STATUS", 503, 1)


def test_pages_by_key_lose_nothing_while_records_are_inserted(httpserver: HTTPServer) -> None:
    """Keyset paging is what offset drift asks for: what is new lies behind the key or before it."""
    store = rows(7)

    def answer(request: Request, count: int) -> Any:
        if count == 2:
            store.insert(0, {"id": -5, "kwh": "0"})
        after = int(request.args.get("where", "id > -100").removeprefix("id > "))
        return {"rows": [row for row in store if row["id"] > after][:3]}

    asked = serve(httpserver, answer)
    paging = {
        "style": "keyset", "parameter": "where", "sends": "id > {cursor}", "key": "/id",
        "records": "/rows",
    }  # fmt: skip

    assert ids(ask(httpserver.url_for("/data"), {"paging": paging})) == list(range(7))
    assert [one.args.get("where") for one in asked] == [None, "id > 2", "id > 5", "id > 6"]


def test_a_total_in_a_header_counts_like_one_in_the_answer(httpserver: HTTPServer) -> None:
    def answer(request: Request, _: int) -> Any:
        start = int(request.args["offset"])
        said = json.dumps({"rows": rows(5)[start : start + 2]})
        return Response(said, headers={"X-Count": "6"}, content_type="application/json")

    serve(httpserver, answer)
    paging = {**OFFSET, "total": None, "total_header": "X-Count"}

    failed = failure(httpserver.url_for("/data"), {"paging": paging})

    assert "announced 6 records and delivered 5" in failed.message
