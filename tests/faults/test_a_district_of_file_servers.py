"""A district whose curves lie in a folder and behind every kind of file server, and a dead one."""

from __future__ import annotations

import socket
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import load
from pipelines.landing.manifest import Manifest
from pipelines.settings import Settings, checkout
from tests.faults import test_transports_ftps as ftps
from tests.faults import test_transports_s3 as s3
from tests.faults import test_transports_sftp as sftp
from tests.faults import test_transports_webdav as webdav
from tests.faults.conftest import ARRIVED, Deployment, hours
from tests.faults.files_fixture import threads

sftp_server = sftp.server
served, settings, ftps_server = ftps.served, ftps.settings, ftps.server
share = webdav.share
running, store = s3.running, s3.store

MONTH = Decimal("1.25") * 24 * 31
DISTRICT = """\
id: alfa
name: Distretto alfa
city: Prova
boundary:
  - version: "1"
    valid_from: 2024-01-01
    municipalities: ["100005"]
    description: {it: prova, en: test}
sources:
"""
SOURCE = """\
  {name}:
    dataset: meter_intervals
    format: intervals_csv
    from: "{place}"
    with: {{interval: PT1H}}
    access: {access}
"""


def district(root: Path, sources: str) -> Deployment:
    """A deployment of one district with these sources."""
    districts, home = root / "districts", root / "home"
    districts.mkdir()
    (districts / "alfa.yaml").write_text(DISTRICT + sources, encoding="utf-8")
    settings = Settings(checkout(), home, districts, home / "inbox", home)
    return Deployment(settings, load(districts))


def test_every_server_is_read_once_and_a_dead_one_stops_no_other(
    tmp_path: Path,
    sftp_server: sftp.Home,
    ftps_server: ftps.Served,
    share: webdav.Share,
    store: s3.Store,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    inbox = tmp_path / "home/inbox"
    inbox.mkdir(parents=True)
    (inbox / "curve.csv").write_bytes(hours("p-folder"))
    (sftp_server.folder / "out/curve_sftp.csv").write_bytes(hours("p-sftp"))
    (ftps_server.folder / "out/curve_ftps.csv").write_bytes(hours("p-ftps"))
    (share.folder / "20260901/curve_webdav.csv").write_bytes(hours("p-webdav"))
    store.put("out/2026/curve_s3.csv", hours("p-s3"))
    key = sftp_server.host_key
    text = "".join(
        SOURCE.format(name=name, place=place, access=access)
        for name, place, access in (
            (
                "dead",
                f"sftp://127.0.0.1:{nobody}/out/*.csv",
                f"{{user: prato, password: {{env: SFTP_PASSWORD}}, host_key: {key}}}",
            ),
            ("folder", "${NZD_INBOX}/*.csv", "{}"),
            (
                "ftps",
                f"ftps://127.0.0.1:{ftps_server.port}/**/curve_*.csv",
                f"{{user: prato, password: {{env: FTPS_PASSWORD}}, ca: {ftps_server.ca}}}",
            ),
            (
                "s3",
                "s3://consegne/out/**/curve_*.csv",
                f"{{user: AKIDPRATO, password: {{env: S3_SECRET}}, endpoint: '{store.endpoint}'}}",
            ),
            (
                "sftp",
                f"sftp://127.0.0.1:{sftp_server.port}/out/curve_*.csv",
                f"{{user: prato, password: {{env: SFTP_PASSWORD}}, host_key: {key}}}",
            ),
            (
                "webdav",
                f"webdavs://127.0.0.1:{share.port}{webdav.SHARE}/2026*/*.csv",
                f"{{user: sii, password: {{env: WEBDAV_PASSWORD}}, ca: {share.ca}}}",
            ),
        )
    )
    made = district(tmp_path, text)
    home = made.settings.home
    before = {name for name in threads() if "process_request" not in name}

    made.collect()

    assert made.total("alfa") == MONTH * 5
    manifest = Manifest(made.settings.landing / "manifest.sqlite")
    assert Counter(attempt.outcome for attempt in manifest.attempts("alfa")) == {
        "new": 5,
        "error": 1,
    }
    (dead,) = manifest.attempts("alfa", "dead")
    assert dead.error_code == "SOURCE_UNREACHABLE"

    downloads = {
        "sftp": lambda: len(sftp_server.opened),
        "ftps": lambda: sum(command.startswith("RETR") for command in ftps_server.commands),
        "webdav": lambda: sum(request.startswith("GET") for request in share.requests),
        "s3": lambda: sum("curve" in request for request in store.requests),
    }
    first = {name: count() for name, count in downloads.items()}
    assert min(first.values()) >= 1

    made.collect(ARRIVED + timedelta(days=1))

    assert {name: count() for name, count in downloads.items()} == first
    assert made.total("alfa") == MONTH * 5
    outcomes = [(a.source_id, a.outcome) for a in manifest.attempts("alfa")][6:]
    assert sorted(outcomes) == [
        ("dead", "error"),
        *((name, "listed") for name in ("folder", "ftps", "s3", "sftp", "webdav")),
    ]
    left = {name for name in threads() if "process_request" not in name} - before
    assert not {name for name in left if "sftp" in name or "s3" in name or "fsspec" in name}
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"canary-" in path.read_bytes()]
    assert "canary-" not in caplog.text + "".join(capfd.readouterr())


def test_a_file_that_may_never_be_read_does_not_keep_later_ones_waiting(
    tmp_path: Path, sftp_server: sftp.Home
) -> None:
    (sftp_server.folder / "out/curve_denied.csv").write_bytes(b"x")
    access = f"{{user: prato, password: {{env: SFTP_PASSWORD}}, host_key: {sftp_server.host_key}}}"
    made = district(
        tmp_path,
        SOURCE.format(
            name="sftp", place=f"sftp://127.0.0.1:{sftp_server.port}/out/curve_*.csv", access=access
        ),
    )
    for day in range(4):
        made.collect(ARRIVED + timedelta(minutes=day))
    (sftp_server.folder / "out/curve_new.csv").write_bytes(hours("p-sftp"))

    made.collect(ARRIVED + timedelta(minutes=9))

    assert made.total("alfa") == MONTH
    outcomes = Manifest(made.settings.landing / "manifest.sqlite").attempts("alfa")
    assert [a.error_code for a in outcomes].count("SOURCE_UNREACHABLE") == 5
