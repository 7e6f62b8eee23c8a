"""Files in buckets: a store that speaks like Amazon's, on loopback."""

from __future__ import annotations

import gc
import socket
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug import Request, Response
from werkzeug.serving import make_server

from pipelines.connectors.transports import Place, asked
from tests.faults.files_fixture import bodies, failure, names, place, threads

KEY, SECRET = "AKIDPRATO", "canary-s3-1T"


@dataclass
class Store:
    """A running store, and its own client to put things there."""

    endpoint: str
    client: Any
    requests: list[str]

    def put(self, key: str, body: bytes) -> None:
        self.client.put_object(Bucket="consegne", Key=key, Body=body)

    def place(self, pattern: str = "consegne/out/*.csv", **declared: Any) -> Place:
        access = {
            "user": KEY,
            "password": {"env": "S3_SECRET"},
            "endpoint": self.endpoint,
            **declared.pop("access", {}),
        }
        return place(f"s3://{pattern}", access=access, **declared)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[str, list[str]]]:
    app = DomainDispatcherApplication(create_backend_app)
    requests: list[str] = []

    def noted(environ: dict[str, Any], start: Any) -> Any:
        requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return app(environ, start)

    server = make_server("127.0.0.1", 0, noted, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(running: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("S3_SECRET", SECRET)
    endpoint, requests = running
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="consegne")
    store = Store(endpoint, client, requests)
    store.put("out/a.csv", b"a")
    store.put("out/b.csv", b"b")
    yield store
    for item in client.list_objects_v2(Bucket="consegne").get("Contents", []):
        client.delete_object(Bucket="consegne", Key=item["Key"])
    client.close()


def test_reads_objects_under_a_prefix(store: Store) -> None:
    large = bytes(range(256)) * 12_000  # more than one part
    store.put("out/2026/09/x_PDO_1.zip", large)
    store.put("out/vuoto.csv", b"")
    store.put("out/", b"")  # what a console leaves behind as a folder

    assert bodies(store.place()) == {"a.csv": b"a", "b.csv": b"b", "vuoto.csv": b""}
    assert bodies(store.place("consegne/out/**/*_PDO_*.zip")) == {"2026/09/x_PDO_1.zip": large}
    assert names(store.place("consegne/**/*.zip")) == ["out/2026/09/x_PDO_1.zip"]


def test_a_prefix_without_objects_is_empty_and_a_missing_bucket_is_not(store: Store) -> None:
    assert names(store.place("consegne/away/*.csv")) == []
    assert failure(store.place("other/out/*.csv")).code == "SOURCE_MISSING"
    assert failure(store.place("other/*.csv")).code == "SOURCE_MISSING"
    assert failure(store.place(sentinel="mounted")).code == "NOT_MOUNTED"


def test_an_object_that_changed_since_it_was_listed_waits_for_the_next_time(store: Store) -> None:
    with asked(store.place()) as (listed, opened):
        store.put("out/a.csv", b"x")  # as long as before
        with pytest.raises(Exception, match="BODY_CUT"):
            opened(listed[0], None)
        assert opened(listed[1], None).body == b"b"  # type: ignore[union-attr]


def test_too_large_an_object_is_not_fetched(store: Store) -> None:
    store.put("out/big.csv", b"x" * 100)

    assert bodies(store.place(limits={"max_bytes": 99}))["big.csv"] == "TOO_LARGE"


def test_a_store_without_encryption_is_asked_on_loopback_only(store: Store) -> None:
    failed = failure(store.place(access={"endpoint": "http://s3.example"}))

    assert "not encrypted" in failed.message


def test_a_store_that_is_not_there_is_unreachable(store: Store) -> None:
    failed = failure(store.place(access={"endpoint": "http://127.0.0.1:9"}))

    assert failed.code == "SOURCE_UNREACHABLE"
    assert SECRET not in str(failed)


def test_nothing_is_left_when_a_collection_ends(store: Store) -> None:
    def served() -> set[str]:  # the store itself answers each connection on a thread
        return {name for name in threads() if "process_request" not in name}

    before = served()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bodies(store.place())
        failure(store.place("other/out/*.csv"))
        gc.collect()

    assert served() == before


@pytest.mark.parametrize("said", ["InvalidAccessKeyId", "SignatureDoesNotMatch"])
def test_a_refused_key_says_so_without_the_secret(store: Store, said: str) -> None:
    @Request.application
    def refuse(_request: Request) -> Response:
        return Response(f"<Error><Code>{said}</Code><Message>no</Message></Error>", 403)

    server = make_server("127.0.0.1", 0, refuse)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        endpoint = f"http://127.0.0.1:{server.server_port}"
        failed = failure(store.place(access={"endpoint": endpoint}))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

    assert failed.code == "LOGIN_FAILED"
    assert SECRET not in str(failed)


def test_a_store_is_asked_where_its_name_led_when_it_was_looked_at(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("out/a.csv", b"a")
    real, asked_again = socket.getaddrinfo, []

    def elsewhere(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        if host != "localhost":
            return real(host, port, *more, **named)
        asked_again.append(host)  # by now the name leads to where nobody serves
        return real("127.0.0.9", port, *more, **named)

    # The address was checked by the function as it was when the module was loaded.
    monkeypatch.setattr(socket, "getaddrinfo", elsewhere)
    endpoint = store.endpoint.replace("127.0.0.1", "localhost")

    found = bodies(store.place(access={"endpoint": endpoint}, allow_private=True, insecure=True))

    assert found["a.csv"] == b"a"
    assert asked_again == []
