"""The same promises before a real web server: nginx, with its own tags, ranges, limits and TLS."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

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

from .interfaces import ask

CURVE = b"punto;giorno;kWh\n" + b"IT001E00000001;2026-10-01;0,25\n" * 2000
ITEM = RemoteObject("curve.csv")
QUICK = Limits(connect=1, read=2, total=6, retries=3, backoff=0.3)

CONFIG = """
daemon off;
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log {root}/access.log;
    client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3;
    uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;
    types {{ text/csv csv; application/json json; }}
    limit_req_zone $binary_remote_addr zone=few:1m rate=2r/s;
    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{tls_port} ssl;
        ssl_certificate {root}/server.pem;
        ssl_certificate_key {root}/server.key;
        root {root}/files;
        location /gz/ {{ alias {root}/files/; gzip on; gzip_types text/csv application/json; gzip_min_length 1; }}
        location /few/ {{ alias {root}/files/; limit_req zone=few; limit_req_status 429; }}
        location /slow/ {{ alias {root}/files/; limit_rate 8k; }}
        location /metadata {{ return 302 http://169.254.169.254/latest/meta-data/; }}
        location /moved/ {{ rewrite ^/moved/(.*)$ /$1 redirect; }}
        location /page {{ default_type application/json; return 200 '{{"rows": [{{"id": 1}}], "total": 1}}'; }}
    }}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """Where it listens, and the bundle that vouches for it."""

    url: str
    tls_url: str
    ca: str
    log: Path


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        pytest.skip("nginx is not installed; apt-get install nginx-light runs these tests")
    root = tmp_path_factory.mktemp("nginx")
    (root / "files").mkdir()
    (root / "files" / "curve.csv").write_bytes(CURVE)
    for path in (root, *root.parents):  # workers run as another user
        if path.owner() == root.owner() and path.stat().st_mode & 0o077 == 0:
            path.chmod(0o755)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(root / "ca.pem")
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(root / "server.key")
    with (root / "server.pem").open("wb") as chain:
        for part in issued.cert_chain_pems:
            chain.write(part.bytes())
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as free:
            ports.append(free.getsockname()[1])
    config = root / "nginx.conf"
    config.write_text(CONFIG.format(root=root, port=ports[0], tls_port=ports[1]))
    server = subprocess.Popen(
        [program, "-p", str(root), "-c", str(config), "-e", str(root / "error.log")],
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", ports[0]), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, (root / "error.log").read_text()
                time.sleep(0.05)
        yield Nginx(
            f"http://127.0.0.1:{ports[0]}",
            f"https://127.0.0.1:{ports[1]}",
            str(root / "ca.pem"),
            root / "access.log",
        )
    finally:
        server.terminate()
        server.wait(timeout=5)


def fetch(url: str, validators: Validators | None = None, **more: object) -> Fetched | NotModified:
    spec = HttpSource(url, **{"limits": QUICK, **more})  # type: ignore[arg-type]
    got = HttpTransport().open(spec, ITEM, validators)
    assert isinstance(got, Fetched | NotModified)
    return got


def test_what_nginx_has_is_brought_whole_and_only_once(nginx: Nginx) -> None:
    first = fetch(f"{nginx.url}/curve.csv")

    assert isinstance(first, Fetched)
    assert first.body == CURVE
    again = fetch(f"{nginx.url}/curve.csv", Validators(first.etag, first.last_modified))
    assert again == NotModified()


def test_r7_a_tag_that_compression_made_weak_still_says_that_nothing_changed(nginx: Nginx) -> None:
    first = fetch(f"{nginx.url}/gz/curve.csv")

    assert isinstance(first, Fetched)
    assert first.body == CURVE
    assert (first.etag or "").startswith('W/"')
    assert fetch(f"{nginx.url}/gz/curve.csv", Validators(first.etag)) == NotModified()


def test_too_many_questions_are_asked_again_more_slowly(nginx: Nginx) -> None:
    patient = Limits(connect=1, read=2, total=20, retries=6, backoff=0.4)
    for _ in range(3):
        got = fetch(f"{nginx.url}/few/curve.csv", limits=patient)
        assert isinstance(got, Fetched)
        assert got.body == CURVE

    time.sleep(0.1)
    assert '" 429 ' in nginx.log.read_text()


def test_a_body_that_comes_too_slowly_is_given_up_at_the_deadline(nginx: Nginx) -> None:
    hasty = Limits(connect=1, read=2, total=1, retries=0)
    began = time.monotonic()

    with pytest.raises(SourceFailed) as failed:
        fetch(f"{nginx.url}/slow/curve.csv", limits=hasty)

    assert failed.value.code == "DEADLINE"
    assert time.monotonic() - began < 3


def test_redirects_are_followed_to_where_they_may_lead(nginx: Nginx) -> None:
    got = fetch(f"{nginx.url}/moved/curve.csv")
    assert isinstance(got, Fetched)
    assert got.body == CURVE

    with pytest.raises(SourceFailed) as failed:
        fetch(f"{nginx.url}/metadata", insecure=True, allow_private=True)

    assert failed.value.code == "SOURCE_UNREACHABLE"


def test_tls_needs_an_authority_that_is_declared_or_public(nginx: Nginx) -> None:
    got = fetch(f"{nginx.tls_url}/curve.csv", ca=nginx.ca)
    assert isinstance(got, Fetched)
    assert got.body == CURVE

    with pytest.raises(SourceFailed) as failed:
        fetch(f"{nginx.tls_url}/curve.csv", limits=Limits(retries=0))
    assert failed.value.code == "SOURCE_UNREACHABLE"


def test_an_interface_behind_nginx_is_asked_like_any_other(nginx: Nginx) -> None:
    got = ask(f"{nginx.url}/page", {"paging": {"records": "/rows"}})

    assert isinstance(got, Fetched)
    assert got.records == 1


def test_a_broken_download_goes_on_where_nginx_left_it(nginx: Nginx) -> None:
    """A relay cuts the first answer in half; nginx then gives the rest of the very same file."""
    port = int(nginx.url.rpartition(":")[2])
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def relay() -> None:
        for cut in (True, False):
            near, _ = listener.accept()
            with near, socket.create_connection(("127.0.0.1", port)) as far:
                asked.append(near.recv(65536))
                far.sendall(asked[-1].replace(b"keep-alive", b"close"))
                sent = 0
                while chunk := far.recv(4096):
                    near.sendall(chunk)
                    sent += len(chunk)
                    if cut and sent > len(CURVE) // 2:
                        break

    import threading

    thread = threading.Thread(target=relay, daemon=True)
    thread.start()
    got = fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/curve.csv")
    thread.join(timeout=3)
    listener.close()

    assert isinstance(got, Fetched)
    assert got.body == CURVE
    assert b"Range: bytes=" in asked[1]
    assert b"If-Range: " in asked[1]
