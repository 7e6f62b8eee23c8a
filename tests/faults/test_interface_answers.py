"""What an answer of an interface means, and that nothing of a bad one is landed."""

from __future__ import annotations

import base64
import gzip
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.connectors.transports import (
    InterfaceTransport,
    Limits,
    Nothing,
    NotModified,
    RemoteObject,
    Validators,
)

from .interfaces import QUICK, ask, failure, landed, source
from .test_interface_pages import OFFSET, ids, offset_server, rows, serve

SECRET = "canary-5c11e0"


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


ROWS = {"paging": {"records": "/rows"}}


@pytest.mark.parametrize(
    ("body", "expect", "said"),
    [
        (rows(5000), {"max_rows": 400}, "more than 400: perhaps it ignores a filter"),
        (rows(3), {"min_rows": 10}, "fewer than 10"),
    ],
)
def test_r2_an_answer_of_another_size_than_agreed_is_not_landed(
    httpserver: HTTPServer, body: list[Any], expect: dict[str, Any], said: str
) -> None:
    serve(httpserver, lambda *_: {"rows": body})

    failed = failure(httpserver.url_for("/data"), {**ROWS, "expect": expect})

    assert failed.code == "ANSWER_UNEXPECTED"
    assert said in failed.message


def test_r2_an_answer_must_say_that_it_is_for_what_was_asked(httpserver: HTTPServer) -> None:
    serve(httpserver, lambda *_: {"rows": rows(2), "query": {"area": "IT", "day": "2026-11-15"}})
    right = {"/query/day": "{today:%Y-%m-%d}"}
    wrong = {"/query/area": "ITI15"}

    assert ask(httpserver.url_for("/data"), {**ROWS, "expect": {"echo": right}})
    failed = failure(httpserver.url_for("/data"), {**ROWS, "expect": {"echo": wrong}})

    assert "answered for 'IT'; 'ITI15' was asked" in failed.message


@pytest.mark.parametrize("asked_for", ["number", "date"])
def test_r5_waits_as_long_as_the_server_asks(httpserver: HTTPServer, asked_for: str) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    wait = "1" if asked_for == "number" else moment
    later = Response(status=429, headers={"Retry-After": wait})
    asked = serve(httpserver, lambda _, n: later if n == 1 else {"rows": rows(1)})
    began = time.monotonic()

    ask(httpserver.url_for("/data"), ROWS)

    assert len(asked) == 2
    assert time.monotonic() - began >= 0.9


def test_r5_a_day_of_waiting_is_left_to_a_later_collection_and_kept_to(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    wait = Response(status=429, headers={"Retry-After": "86400"})
    asked = serve(httpserver, lambda *_: wait)
    moment = datetime.now(UTC) + timedelta(days=1)

    failed = failure(httpserver.url_for("/data"), ROWS, state=tmp_path)
    again = failure(httpserver.url_for("/data"), ROWS, state=tmp_path)

    assert (failed.code, failed.status, failed.whole) == ("HTTP_STATUS", 429, True)
    assert f"{moment:%Y-%m-%d}" in failed.message
    assert (again.code, len(asked)) == ("RATE_LIMIT_OWN", 1)
    assert f"{moment:%Y-%m-%d}" in again.message


def test_r5_a_refusal_in_an_odd_status_is_what_it_is_declared_to_be(httpserver: HTTPServer) -> None:
    qps = Response("<h1>Developer Over Qps</h1>", status=403, headers={"Retry-After": "0"})
    asked = serve(httpserver, lambda _, n: qps if n == 1 else {"rows": rows(1)})
    classify = [{"status": [403], "matches": "(?i)over qps", "means": "retry"}]

    ask(httpserver.url_for("/data"), {**ROWS, "classify": classify})

    assert len(asked) == 2
    assert failure(httpserver.url_for("/nowhere"), ROWS).code == "HTTP_STATUS"


def test_r5_an_answer_that_is_not_ready_is_asked_again_and_not_landed(
    httpserver: HTTPServer,
) -> None:
    asked = serve(httpserver, lambda _, n: Response(status=202) if n < 3 else {"rows": rows(1)})
    never = serve(httpserver, lambda *_: Response("{}", status=202), "/never")

    assert ask(httpserver.url_for("/data"), ROWS)
    failed = failure(httpserver.url_for("/never"), ROWS)

    assert (len(asked), failed.code, len(never)) == (3, "ASK_LATER", QUICK.retries + 1)


@pytest.mark.parametrize("status", [206, 203, 302, 400])
def test_r5_part_of_an_answer_is_no_answer(httpserver: HTTPServer, status: int) -> None:
    said = json.dumps({"rows": rows(1)})
    serve(httpserver, lambda *_: Response(said, status=status, content_type="application/json"))

    assert failure(httpserver.url_for("/data"), ROWS).code == "HTTP_STATUS"


def test_r5_an_error_page_that_passes_is_asked_again(httpserver: HTTPServer) -> None:
    page = Response("<html>503</html>", status=503, content_type="text/html")
    serve(httpserver, lambda _, n: page if n == 1 else {"rows": rows(1)})

    assert ask(httpserver.url_for("/data"), ROWS)


def test_r6_an_error_under_status_200_is_a_failure_in_its_own_words(httpserver: HTTPServer) -> None:
    serve(httpserver, lambda *_: {"result": {"status": "Invalid  session key"}})
    classify = [{"at": "/result/status", "means": "failed", "says": "no session"}]

    failed = failure(httpserver.url_for("/data"), {"classify": classify})

    assert failed.code == "ANSWER_FAILED"
    assert "(no session): Invalid session key" in failed.message


def test_an_acknowledgement_without_data_is_an_answer_that_there_is_nothing(
    httpserver: HTTPServer,
) -> None:
    said = (
        b"<Acknowledgement_MarketDocument>No matching data found</Acknowledgement_MarketDocument>"
    )
    serve(httpserver, lambda *_: Response(said, content_type="text/xml"))
    classify = [{"matches": "No matching data found", "means": "empty"}]

    assert ask(httpserver.url_for("/data"), {"classify": classify}) == Nothing(None)


def test_a_null_where_errors_stand_is_no_error(httpserver: HTTPServer) -> None:
    serve(httpserver, lambda *_: {"error": None, "rows": rows(1)})

    assert ask(
        httpserver.url_for("/data"), {**ROWS, "classify": [{"at": "/error", "means": "failed"}]}
    )


def test_a_complaint_at_the_end_of_a_long_answer_is_heard(httpserver: HTTPServer) -> None:
    body = b"id;kwh\n" + b"1;2\n" * 50_000 + b"Streaming interrupted due to the following error: x"
    serve(httpserver, lambda *_: Response(body, content_type="text/csv"))
    classify = [{"matches": "Streaming interrupted.*", "means": "failed"}]

    failed = failure(httpserver.url_for("/data"), {"classify": classify})

    assert "Streaming interrupted due to" in failed.message


@pytest.mark.parametrize(("min_rows", "share", "count"), [(None, None, 0), (None, 0.5, 4000)])
def test_r6_an_empty_or_shrunken_answer_after_a_full_one_is_an_outage(
    httpserver: HTTPServer, min_rows: int | None, share: float | None, count: int
) -> None:
    serve(httpserver, lambda *_: {"rows": rows(count)})
    history = [landed("data", records=10_000)]
    expect = {"min_rows": min_rows, "share_of_last": share}

    failed = failure(httpserver.url_for("/data"), {**ROWS, "expect": expect}, history=history)

    assert failed.code == "ANSWER_UNEXPECTED"
    assert "the last good answer had 10000" in failed.message


def test_no_record_where_that_is_declared_to_happen_is_nothing(httpserver: HTTPServer) -> None:
    serve(httpserver, lambda *_: {"rows": []})
    history = [landed("data", records=10)]

    got = ask(httpserver.url_for("/data"), {**ROWS, "expect": {"min_rows": 0}}, history=history)

    assert got == Nothing(200)


def test_lines_are_counted_where_an_answer_is_text(httpserver: HTTPServer) -> None:
    serve(httpserver, lambda *_: Response(b"id;kwh\r\n1;2\r\n\r\n", content_type="text/csv"))
    expect = {"count": "lines", "min_rows": 3, "content_type": ["text/csv"]}

    failed = failure(httpserver.url_for("/data"), {"expect": expect})

    assert "gave 2 records, fewer than 3" in failed.message


def test_another_kind_of_answer_than_agreed_is_not_landed(httpserver: HTTPServer) -> None:
    serve(httpserver, lambda *_: Response(b"a;b\n1;2", content_type="text/plain; charset=utf-8"))
    expect = {"content_type": ["text/csv"]}

    assert "'text/plain'" in failure(httpserver.url_for("/data"), {"expect": expect}).message


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><body>Accedi</body></html>",
        b"\xef\xbb\xbf\n<html lang='it'><head>",
        b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'><html>",
    ],
)
def test_r12_a_redirect_to_a_log_in_page_is_no_delivery(
    httpserver: HTTPServer, page: bytes
) -> None:
    serve(httpserver, lambda *_: Response(page, content_type="text/csv"), "/login")
    moved = Response(status=302, headers={"Location": "/login"})
    httpserver.expect_request("/data").respond_with_response(moved)

    failed = failure(httpserver.url_for("/data"), {"expect": {"count": "lines", "min_rows": 1}})

    assert failed.code == "ANSWER_UNEXPECTED"
    assert "log-in page" in failed.message


def test_a_web_page_may_be_what_is_wanted(httpserver: HTTPServer) -> None:
    body = b"<html><table><tr><td>1</td></tr></table></html>"
    serve(httpserver, lambda *_: Response(body, content_type="text/html"))

    assert ask(httpserver.url_for("/data"), {"expect": {"content_type": ["text/html"]}})


def test_r15_a_secret_in_question_answer_or_address_stands_in_no_message(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = SECRET + " /ü"
    monkeypatch.setenv("PORTAL_TOKEN", odd)

    def answer(request: Request, _: int) -> Any:
        return {"error": f"bad {request.url} {request.args['securityToken']} {request.get_json()}"}

    serve(httpserver, answer)
    request = {
        "method": "POST",
        "params": {"securityToken": {"env": "PORTAL_TOKEN"}, "flow": "load"},
        "json": {"password": "${PORTAL_TOKEN}"},
    }
    classify = [{"at": "/error", "means": "failed"}]
    url = httpserver.url_for("/data")

    failed = failure(url, {"request": request, "classify": classify}, headers={"X-Api-Key": SECRET})

    assert "bad " in failed.message
    assert SECRET not in failed.message
    assert SECRET not in repr(failed.__cause__)


# --- R8: bodies -------------------------------------------------------------------------------------------------------


def gzipped(body: bytes) -> Response:
    return Response(body, content_type="application/json", headers={"Content-Encoding": "gzip"})


def test_r8_a_compressed_answer_is_landed_as_it_was_before_the_way(httpserver: HTTPServer) -> None:
    body = json.dumps({"rows": rows(3)}).encode()
    asked = serve(httpserver, lambda *_: gzipped(gzip.compress(body[:9]) + gzip.compress(body[9:])))

    got = ask(httpserver.url_for("/data"), ROWS)

    assert got.body == body  # type: ignore[union-attr]
    assert asked[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda whole: whole[:-6], "breaks off"),
        (lambda whole: whole[:-8] + bytes(8), "damaged"),
        (lambda _: b"not gzip at all", "damaged"),
    ],
)
def test_r8_a_damaged_compressed_answer_is_asked_again_and_never_landed(
    httpserver: HTTPServer, damage: Callable[[bytes], bytes], said: str
) -> None:
    whole = gzip.compress(json.dumps({"rows": rows(3)}).encode())
    asked = serve(httpserver, lambda *_: gzipped(damage(whole)))

    failed = failure(httpserver.url_for("/data"), ROWS)

    assert failed.code == "BODY_CUT"
    assert said in failed.message
    assert len(asked) == QUICK.bodies


def test_r8_a_gzip_bomb_is_not_inflated(httpserver: HTTPServer) -> None:
    serve(httpserver, lambda *_: gzipped(gzip.compress(bytes(30_000_000))))
    limits = Limits(max_bytes=1_000_000, retries=0, backoff=0.01)

    failed = failure(httpserver.url_for("/data"), ROWS, limits=limits)

    assert failed.code == "TOO_LARGE"


def test_r8_pages_together_may_not_be_larger_than_one_answer(httpserver: HTTPServer) -> None:
    serve(httpserver, offset_server(rows(1000), clamp=100))
    limits = Limits(max_bytes=10_000, retries=0, backoff=0.01)

    assert (
        failure(httpserver.url_for("/data"), {"paging": OFFSET}, limits=limits).code == "TOO_LARGE"
    )


def test_more_records_than_a_source_may_cost_are_refused(httpserver: HTTPServer) -> None:
    serve(httpserver, offset_server(rows(50), clamp=10))

    failed = failure(httpserver.url_for("/data"), {"paging": OFFSET}, max_rows=49)

    assert failed.code == "TOO_LARGE"
    assert "50 records; 49 are allowed" in failed.message


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + json.dumps({"total": 2, "rows": rows(2)}).encode(),
        '{"total": 2, "rows": [{"id": 0, "name": "perché"}, {"id": 1}]}'.encode("cp1252"),
        b'{"total": 2, "rows": [{"id": 0, "kwh": NaN}, {"id": 1, "kwh": 1e400}]}',
    ],
)
def test_r8_odd_json_is_counted_and_landed_byte_for_byte(
    httpserver: HTTPServer, body: bytes
) -> None:
    serve(httpserver, lambda *_: Response(body, content_type="application/json; charset=utf-8"))

    got = ask(httpserver.url_for("/data"), {"paging": OFFSET})

    assert (got.body, got.records) == (body, 2)  # type: ignore[union-attr]


def test_r8_ids_beyond_what_a_float_can_hold_stay_exact_as_cursors(httpserver: HTTPServer) -> None:
    big = 9_007_199_254_740_993

    def answer(request: Request, _: int) -> Any:
        return {"rows": [{"id": big}] if "after" not in request.args else []}

    asked = serve(httpserver, answer)
    paging = {"style": "keyset", "parameter": "after", "key": "/id", "records": "/rows"}

    ask(httpserver.url_for("/data"), {"paging": paging})

    assert asked[1].args["after"] == str(big)


def test_an_answer_that_is_no_json_where_records_are_counted_is_refused(
    httpserver: HTTPServer,
) -> None:
    serve(httpserver, lambda *_: Response(b'{"rows": [', content_type="application/json"))

    assert failure(httpserver.url_for("/data"), ROWS).code == "ANSWER_UNEXPECTED"


# --- R7: what has not changed -----------------------------------------------------------------------------------------


def test_r7_one_page_that_has_not_changed_is_not_sent_again(httpserver: HTTPServer) -> None:
    def answer(request: Request, _: int) -> Any:
        same = request.headers.get("If-None-Match") == 'W/"7"'
        future = {"ETag": 'W/"7"', "Last-Modified": "Fri, 01 Jan 2100 00:00:00 GMT"}
        return Response(status=304) if same else Response(b'{"rows": [{"id": 1}]}', headers=future)

    asked = serve(httpserver, answer)
    spec = source(httpserver.url_for("/data"), ROWS)
    first = ask(httpserver.url_for("/data"), ROWS)

    said = Validators(first.etag, first.last_modified)  # type: ignore[union-attr]
    again = InterfaceTransport().open(spec, RemoteObject("data"), said)

    assert again == NotModified()
    assert asked[1].headers["If-Modified-Since"] == "Fri, 01 Jan 2100 00:00:00 GMT"


# --- R9: sessions -----------------------------------------------------------------------------------------------------


def oauth(server: HTTPServer, tokens: list[str]) -> dict[str, Any]:
    """A server that gives these tokens one after another, and how to log in at it."""

    def give(request: Request) -> Response:
        good = request.form.to_dict() == {
            "grant_type": "client_credentials",
            "client_secret": SECRET,
        }
        if not good or not tokens:
            return Response(f'{{"error": "bad client {SECRET}"}}', status=401)
        return Response(json.dumps({"access_token": tokens.pop(0), "expires_in": 300}))

    server.expect_request("/token", method="POST").respond_with_handler(give)
    form = {"grant_type": "client_credentials", "client_secret": {"env": "CLIENT_SECRET"}}
    return {"address": server.url_for("/token"), "form": form, "token": "/access_token"}


def test_r9_a_token_that_expires_on_page_seven_is_renewed_once(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENT_SECRET", SECRET)
    served: list[str] = []
    give = offset_server(rows(40), clamp=4)

    def answer(request: Request, count: int) -> Any:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        served.append(token)
        return (
            Response(status=401) if token == "tok-1" and len(served) > 6 else give(request, count)
        )

    serve(httpserver, answer)
    login = oauth(httpserver, ["tok-1", "tok-2"])

    got = ask(httpserver.url_for("/data"), {"paging": OFFSET, "login": login})

    assert ids(got) == list(range(40))
    assert served == ["tok-1"] * 7 + ["tok-2"] * 4


def test_r9_a_server_that_refuses_a_fresh_token_is_not_asked_for_ever(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENT_SECRET", SECRET)
    asked = serve(httpserver, lambda *_: Response("scope missing", status=401))
    login = oauth(httpserver, ["tok-1", "tok-2", "tok-3"])

    failed = failure(httpserver.url_for("/data"), {"paging": OFFSET, "login": login})

    assert (failed.code, failed.whole, len(asked)) == ("LOGIN_FAILED", True, 2)
    assert "scope missing" in failed.message


def test_r9_a_refused_login_says_so_without_the_secret(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENT_SECRET", SECRET)
    asked = serve(httpserver, lambda *_: {"rows": []})
    login = oauth(httpserver, [])

    failed = failure(httpserver.url_for("/data"), {"paging": OFFSET, "login": login})

    assert (failed.code, failed.status, len(asked)) == ("LOGIN_FAILED", 401, 0)
    assert "bad client" in failed.message
    assert SECRET not in failed.message


RPC = {
    "json": {"method": "get_session_key", "params": ["nzd", "${SURVEY_PASSWORD}"], "id": 1},
    "token": "/result",
    "header": None,
    "release": {"method": "release_session_key", "params": ["{token}"], "id": 2},
}


@pytest.mark.parametrize("good", [True, False])
def test_a_session_key_is_released_whatever_happens(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, good: bool
) -> None:
    monkeypatch.setenv("SURVEY_PASSWORD", SECRET)
    export = base64.b64encode(b'{"responses": []}').decode()

    def answer(request: Request, _: int) -> Any:
        said = request.get_json()
        if said["method"] == "get_session_key":
            return {"result": "key-1", "error": None}
        if said["method"] == "release_session_key":
            return {"result": "OK"}
        assert said["params"][0] == "key-1"
        return {"result": export} if good else {"result": {"status": "No permission"}}

    asked = serve(httpserver, answer)
    url = httpserver.url_for("/data")
    declared = {
        "login": {**RPC, "address": url},
        "request": {"method": "POST", "json": {"method": "export", "params": ["{token}", "7"]}},
        "classify": [{"at": "/result/status", "means": "failed"}],
    }

    if good:
        assert export.encode() in ask(url, declared).body  # type: ignore[union-attr]
    else:
        assert "No permission" in failure(url, declared).message
    methods = [one.get_json()["method"] for one in asked]
    assert methods == ["get_session_key", "export", "release_session_key"]
    assert asked[2].get_json()["params"] == ["key-1"]


def test_a_login_that_answers_200_and_means_no_is_refused(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_PASSWORD", SECRET)
    asked = serve(httpserver, lambda *_: {"result": {"status": "Invalid user name or password"}})
    url = httpserver.url_for("/data")

    failed = failure(url, {"login": {**RPC, "address": url}})

    assert (failed.code, len(asked)) == ("LOGIN_FAILED", 1)
    assert "Invalid user name or password" in failed.message
