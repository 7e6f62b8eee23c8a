"""Files behind WebDAV: a real share over TLS, and answers that only some servers give."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
import trustme
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server as WsgiServer
from wsgidav.wsgidav_app import WsgiDAVApp

from pipelines.connectors.transports import Place, asked
from tests.faults.files_fixture import bodies, failure, names, place, threads

USER, PASSWORD = "sii", "canary-webdav-9S"
SHARE = "/remote.php/dav/files/sii"


@dataclass
class Share:
    """A running share and the requests that it was sent."""

    folder: Path
    ca: Path
    port: int = 0
    requests: list[str] = field(default_factory=list)

    def place(self, pattern: str = "*/*.zip", **declared: Any) -> Place:
        access = {
            "user": USER,
            "password": {"env": "WEBDAV_PASSWORD"},
            "ca": str(self.ca),
            **declared.pop("access", {}),
        }
        return place(f"webdavs://127.0.0.1:{self.port}{SHARE}/{pattern}", access=access, **declared)


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Share]:
    monkeypatch.setenv("WEBDAV_PASSWORD", PASSWORD)
    root = tmp_path / "webdav"
    root.mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(root / "ca.pem"))
    pem = root / "server.pem"
    authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        str(pem)
    )
    served = Share(root / "served", root / "ca.pem")
    for day in ("20260901", "20260902"):
        (served.folder / day).mkdir(parents=True)
        (served.folder / day / f"01_02_202608_TGL_{day}_1_M.zip").write_bytes(day.encode())
    app = WsgiDAVApp(
        {
            "provider_mapping": {SHARE: str(served.folder)},
            "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
            "http_authenticator": {"accept_basic": True, "accept_digest": False},
            "verbose": 0,
            "logging": {"enable": False},
        }
    )

    def noted(environ: dict[str, Any], start: Any) -> Any:
        served.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return app(environ, start)

    server = WsgiServer(("127.0.0.1", 0), noted, numthreads=2)
    server.ssl_adapter = BuiltinSSLAdapter(str(pem), str(pem))
    server.prepare()
    served.port = server.bind_addr[1]
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield served
    server.stop()
    thread.join()


def test_reads_daily_folders_over_tls(share: Share) -> None:
    assert bodies(share.place()) == {
        "20260901/01_02_202608_TGL_20260901_1_M.zip": b"20260901",
        "20260902/01_02_202608_TGL_20260902_1_M.zip": b"20260902",
    }
    assert names(share.place("2026*/**/*_TGL_*.zip")) == names(share.place())


def test_folders_that_cannot_match_are_not_asked(share: Share) -> None:
    names(share.place("20260902/*.zip"))

    assert [request for request in share.requests if "20260901" in request] == []


def test_names_with_blanks_accents_percents_and_marks_are_read(share: Share) -> None:
    odd = {"curva prato.zip", "città.zip", "100%.zip", "50%20.zip", "a+b&c#1?.zip"}
    for name in odd:
        (share.folder / "20260901" / name).write_text(name)
    (share.folder / "20260901/01_02_202608_TGL_20260901_1_M.zip").unlink()

    found = bodies(share.place("20260901/*.zip"))

    assert found == {name: name.encode() for name in odd}


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    share: Share, tmp_path: Path
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))

    for access in ({"ca": None}, {"ca": str(tmp_path / "other.pem")}):
        failed = failure(share.place(access=access))
        assert failed.code == "SOURCE_UNREACHABLE"
        assert "certificate" in failed.message
    assert share.requests == []


def test_the_certificate_is_held_against_the_name_that_was_declared(share: Share) -> None:
    access = {"user": USER, "password": {"env": "WEBDAV_PASSWORD"}, "ca": str(share.ca)}
    address = f"webdavs://localhost:{share.port}{SHARE}/20260901/*.zip"

    assert len(names(place(address, access=access, allow_private=True))) == 1
    assert "allow_private" in failure(place(address, access=access)).message


def test_a_refused_login_says_so_without_the_password(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBDAV_PASSWORD", "wrong-canary")

    failed = failure(share.place())

    assert (failed.code, failed.status) == ("LOGIN_FAILED", 401)
    assert "canary" not in str(failed)


def test_missing_and_unmounted_folders_are_errors(share: Share) -> None:
    failed = failure(share.place("away/*.zip"))
    assert failed.code == "SOURCE_MISSING", failed.message
    assert failure(share.place(sentinel="mounted")).code == "NOT_MOUNTED"
    assert names(share.place("*/*.xlsx")) == []


def test_a_file_that_changed_since_it_was_listed_waits_for_the_next_time(share: Share) -> None:
    with asked(share.place()) as (listed, opened):
        (share.folder / listed[0].name).write_text("longer than it was")
        with pytest.raises(Exception, match="BODY_CUT"):
            opened(listed[0], None)
        assert opened(listed[1], None).body == b"20260902"  # type: ignore[union-attr]


def test_nothing_is_left_when_a_collection_ends(share: Share) -> None:
    before = threads()

    bodies(share.place())

    assert threads() == before


def test_webdav_without_tls_is_asked_on_loopback_only() -> None:
    failed = failure(place("webdav://sii.example/share/*.zip"))

    assert "not encrypted" in failed.message


class _Told(BaseHTTPRequestHandler):
    """A server that says what a test wants it to say."""

    answers: dict[tuple[str, str], tuple[int, dict[str, str], bytes]]
    seen: list[str]

    def _answer(self) -> None:
        self.seen.append(f"{self.command} {self.path}")
        status, headers, body = self.answers.get((self.command, self.path), (404, {}, b""))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PROPFIND = _answer  # noqa: N815

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def told() -> Iterator[type[_Told]]:
    handler = type("Told", (_Told,), {"answers": {}, "seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    handler.address = f"webdav://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


def multistatus(*responses: str) -> tuple[int, dict[str, str], bytes]:
    said = (
        f'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">{"".join(responses)}</d:multistatus>'
    )
    return 207, {"Content-Type": "application/xml"}, said.encode()


def folder(href: str) -> str:
    return (
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop><d:resourcetype><d:collection/>"
        "</d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
        "<d:propstat><d:prop><d:getcontentlength/></d:prop><d:status>HTTP/1.1 404 Not Found"
        "</d:status></d:propstat></d:response>"
    )


def file(href: str, size: int, status: int = 200) -> str:
    return (
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop><d:resourcetype/>"
        f"<d:getcontentlength>{size}</d:getcontentlength><d:getetag>e{size}</d:getetag>"
        "<d:getlastmodified>Tue, 01 Sep 2026 06:00:00 GMT</d:getlastmodified></d:prop>"
        f"<d:status>HTTP/1.1 {status} X</d:status></d:propstat></d:response>"
    )


def gone(href: str) -> str:
    return f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"


def test_hrefs_that_are_quoted_twice_are_understood(told: Any) -> None:
    twice = quote(quote("/dav/cartella uno"))
    name = quote(quote("curva prato.csv"))
    told.answers = {
        ("PROPFIND", "/dav"): multistatus(folder("/dav/"), folder(f"{twice}/")),
        ("PROPFIND", quote("/dav/cartella uno")): multistatus(
            folder(f"{twice}/"), file(f"{twice}/{name}", 2)
        ),
        ("PROPFIND", quote("/dav/cartella uno/curva prato.csv")): multistatus(
            file(f"{twice}/{name}", 2)
        ),
        ("GET", quote("/dav/cartella uno/curva prato.csv")): (200, {}, b"ok"),
    }

    found = bodies(place(f"{told.address}/dav/**/*.csv"))

    assert {unquote(name): body for name, body in found.items()} == {
        "cartella uno/curva prato.csv": b"ok"
    }


def test_what_a_listing_says_is_gone_is_not_listed_and_what_lies_elsewhere_neither(
    told: Any,
) -> None:
    told.answers = {
        ("PROPFIND", "/dav"): multistatus(
            folder("/dav/"),
            file("/dav/a.csv", 1),
            gone("/dav/b.csv"),
            file("/other/c.csv", 1),
            file("/dav/../../etc/passwd.csv", 1),
        )
    }

    assert names(place(f"{told.address}/dav/*.csv")) == ["a.csv"]
    told.answers[("PROPFIND", "/dav")] = multistatus(gone("/dav/"))
    assert failure(place(f"{told.address}/dav/*.csv")).code == "SOURCE_MISSING"


def test_a_listing_of_another_folder_is_no_empty_one(told: Any) -> None:
    told.answers = {("PROPFIND", "/dav"): multistatus(folder("/inner/dav/"))}

    assert "another folder" in failure(place(f"{told.address}/dav/*.csv")).message


def test_maintenance_is_said_and_is_no_empty_listing(told: Any) -> None:
    told.answers = {("PROPFIND", "/dav"): (503, {"X-Nextcloud-Maintenance-Mode": "1"}, b"<x/>")}

    failed = failure(place(f"{told.address}/dav/*.csv"))

    assert (failed.code, failed.status) == ("HTTP_STATUS", 503)
    assert "maintenance" in failed.message


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "text/html"}, b"<html>login</html>"),
        (207, {}, b"<d:multistatus"),
        (207, {}, b'<!DOCTYPE x [<!ENTITY a "b">]><d:multistatus xmlns:d="DAV:"/>'),
    ],
)
def test_what_is_no_listing_is_said_so(told: Any, answer: Any) -> None:
    told.answers = {("PROPFIND", "/dav"): answer}

    assert failure(place(f"{told.address}/dav/*.csv")).code == "HTTP_STATUS"


def test_a_redirect_to_another_server_is_not_followed(told: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("WEBDAV_PASSWORD", PASSWORD)
    told.answers = {("PROPFIND", "/dav"): (302, {"Location": "http://169.254.169.254/dav/"}, b"")}
    access = {"user": USER, "password": {"env": "WEBDAV_PASSWORD"}}

    failed = failure(place(f"{told.address}/dav/*.csv", access=access))

    assert failed.code == "SOURCE_UNREACHABLE"
    assert "169.254.169.254" in failed.message


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_slash_that_a_server_insists_on_is_given(told: Any, host: str) -> None:
    told.answers = {
        ("PROPFIND", "/dav"): (301, {"Location": "/dav/"}, b""),
        ("PROPFIND", "/dav/"): multistatus(folder("/dav/"), file("/dav/a.csv", 1)),
    }

    address = told.address.replace("127.0.0.1", host)
    where = place(f"{address}/dav/*.csv", insecure=True, allow_private=True)
    assert names(where) == ["a.csv"]


def test_a_body_that_is_cut_and_one_that_is_too_large_are_not_kept(told: Any) -> None:
    told.answers = {
        ("PROPFIND", "/dav"): multistatus(folder("/dav/"), file("/dav/a.csv", 9)),
        ("PROPFIND", "/dav/a.csv"): multistatus(file("/dav/a.csv", 9)),
        ("GET", "/dav/a.csv"): (200, {"Content-Length": "9"}, b"123"),
    }
    where = f"{told.address}/dav/*.csv"

    assert bodies(place(where))["a.csv"] in {"SOURCE_UNREACHABLE", "BODY_CUT"}
    told.seen.clear()
    assert bodies(place(where, limits={"max_bytes": 8})) == {"a.csv": "TOO_LARGE"}
    assert not any(said.startswith("GET") for said in told.seen)


def test_the_login_goes_to_the_declared_server(told: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("WEBDAV_TOKEN", "canary-token")
    told.answers = {("PROPFIND", "/dav"): multistatus(folder("/dav/"))}

    assert names(place(f"{told.address}/dav/*", access={"token": {"env": "WEBDAV_TOKEN"}})) == []
