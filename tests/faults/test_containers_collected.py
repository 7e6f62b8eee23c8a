"""What was packed counts like what came open: once, with its place, whatever else is in the pack."""

from __future__ import annotations

import gzip
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.catalogue import load
from pipelines.collecting.current import read_current
from pipelines.collecting.status import status_of
from pipelines.landing.manifest import Attempt, Manifest
from pipelines.settings import checkout
from tests.faults.conftest import ARRIVED, AUGUST, Deployment, deployment_at, hours
from tests.faults.mail_fixture import PASSWORD, USER, Between, MailServer
from tests.packing import Signer, certified, mail, zipped

JULY = AUGUST - timedelta(days=31)
A_MONTH = Decimal("1.25") * 24 * 31
LATER = ARRIVED + timedelta(days=1)
Packed = Callable[..., Deployment]


@pytest.fixture
def packed(tmp_path: Path) -> Packed:
    """One district whose logger delivers whatever lies in its folder."""

    def made(files: dict[str, bytes], **more: str) -> Deployment:
        deployment = deployment_at(tmp_path, "${{NZD_INBOX}}/{id}/*")
        for name, body in files.items():
            path = deployment.settings.inbox / "alfa" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        return declared(deployment, **more)

    return made


def declared(deployment: Deployment, **more: str) -> Deployment:
    """The same deployment with these words added to its source, or changed in it."""
    folder = deployment.settings.districts
    (folder / "beta.yaml").unlink(missing_ok=True)
    lines = (folder / "alfa.yaml").read_text().splitlines()
    lines = [line for line in lines if line.split(":")[0].strip() not in more]
    lines += [f"    {name}: {value}" for name, value in more.items()]
    (folder / "alfa.yaml").write_text("\n".join(lines) + "\n")
    return Deployment(deployment.settings, load(folder))


def manifest(deployment: Deployment) -> list[Attempt]:
    return Manifest(deployment.settings.landing / "manifest.sqlite").attempts()


def told(deployment: Deployment, table: str) -> list[dict[str, Any]]:
    return pq.read_table(deployment.settings.view / f"collected/{table}.parquet").to_pylist()


def state(deployment: Deployment) -> str:
    (line,) = status_of(deployment.settings, deployment.catalogue, LATER)
    return line.state


def test_two_months_in_a_zip_count_like_two_files(packed: Packed) -> None:
    deployment = packed(
        {"lotto.zip": zipped({"07.csv": hours("alfa-p", JULY), "sotto/08.csv": hours("alfa-p")})}
    )

    deployment.collect()

    rows = read_current(deployment.settings.view, deployment.catalogue.datasets["meter_intervals"])
    assert deployment.total("alfa") == 2 * A_MONTH
    assert set(rows["_member"].to_pylist()) == {"07.csv", "sotto/08.csv"}
    assert {(row["file_name"], row["member"]) for row in told(deployment, "deliveries")} == {
        ("lotto.zip/07.csv", "07.csv"),
        ("lotto.zip/sotto/08.csv", "sotto/08.csv"),
    }
    assert state(deployment) == "ok"


def test_a_figure_is_traced_from_its_row_to_the_file_and_its_container(packed: Packed) -> None:
    archive = zipped({"08.csv": hours("alfa-p")})
    deployment = packed({"lotto.zip": archive})
    deployment.collect()
    rows = read_current(deployment.settings.view, deployment.catalogue.datasets["meter_intervals"])
    (sha256,) = set(rows["_sha256"].to_pylist())

    (line,) = [one for one in manifest(deployment) if one.sha256 == sha256]

    assert sha256 == hashlib.sha256(hours("alfa-p")).hexdigest()
    assert (line.parent_sha256, line.member) == (hashlib.sha256(archive).hexdigest(), "08.csv")
    assert line.remote_name == "lotto.zip/08.csv"


def test_a_gzip_without_its_suffix_and_a_signed_file_are_read(
    packed: Packed, signer: Signer
) -> None:
    deployment = packed(
        {
            "scarica": gzip.compress(hours("alfa-p", JULY)),
            "08.csv.p7m": signer.sign(hours("alfa-p"), "-nodetach", "-stream"),
        }
    )

    deployment.collect()

    assert deployment.total("alfa") == 2 * A_MONTH


def test_a_second_collection_opens_and_reads_nothing_again(packed: Packed) -> None:
    deployment = packed(
        {"lotto.zip": zipped({"07.csv": hours("alfa-p", JULY), "08.csv": hours("alfa-p")})}
    )
    deployment.collect()
    before = manifest(deployment)

    deployment.collect(LATER)

    assert [one.outcome for one in manifest(deployment)[len(before) :]] == ["listed"]
    assert deployment.total("alfa") == 2 * A_MONTH


def test_one_file_in_two_zips_is_one_delivery_and_the_duplicate_is_recorded(
    packed: Packed,
) -> None:
    deployment = packed(
        {
            "primo.zip": zipped({"08.csv": hours("alfa-p")}),
            "secondo.zip": zipped({"07.csv": hours("alfa-p", JULY), "copia.csv": hours("alfa-p")}),
        }
    )

    deployment.collect()

    assert deployment.total("alfa") == 2 * A_MONTH
    said = deployment.findings("alfa")["DUPLICATE_DELIVERY"]
    assert said == "secondo.zip/copia.csv = primo.zip/08.csv"


def test_a_bad_member_is_refused_with_its_reason_and_the_good_one_counts(packed: Packed) -> None:
    archive = bytearray(zipped({"07.csv": hours("alfa-p", JULY), "08.csv": hours("alfa-p")}))
    archive[6] |= 1  # the first member says that it is encrypted
    archive[archive.index(b"PK\x01\x02") + 8] |= 1
    deployment = packed({"lotto.zip": bytes(archive)})

    deployment.collect()

    assert deployment.total("alfa") == A_MONTH
    assert "07.csv" in deployment.findings("alfa")["ENCRYPTED"]
    assert state(deployment) == "refused"
    outcomes = {row["file_name"]: row["outcome"] for row in told(deployment, "deliveries")}
    assert outcomes == {"lotto.zip": "refused", "lotto.zip/08.csv": "accepted"}


def test_a_member_with_a_bad_row_says_where_it_stands(packed: Packed) -> None:
    wrong = hours("alfa-p").replace(b";1.25;", b";1,x;", 1)
    deployment = packed({"lotto.zip": zipped({"08.csv": wrong})})

    deployment.collect()

    (row,) = told(deployment, "quarantine")
    assert (row["_member"], row["code"]) == ("08.csv", "BAD_NUMBER")


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        (zipped({}), "NO_MEMBERS"),
        (zipped({"leggimi.pdf": b"%PDF-1.7"}), "NO_MEMBERS"),
        (zipped({"08.csv": hours("alfa-p")})[:-40], "TRUNCATED"),
        (zipped({f"{n}.csv": b"x" for n in range(201)}), "TOO_LARGE"),
        (gzip.compress(bytes(12 * 1024 * 1024)), "TOO_LARGE"),
    ],
)
def test_an_archive_that_gives_nothing_is_refused_and_never_silently_empty(
    packed: Packed, archive: bytes, code: str
) -> None:
    deployment = packed({"lotto": archive}, members='"*.csv"')

    deployment.collect()

    assert code in deployment.findings("alfa")
    assert state(deployment) == "refused"
    assert [row["outcome"] for row in told(deployment, "deliveries")] == ["refused"]


def test_another_choice_of_members_is_read_from_landing_alone(packed: Packed) -> None:
    deployment = packed(
        {"lotto.zip": zipped({"07.csv": hours("alfa-p", JULY), "08.csv": hours("alfa-p")})},
        members='"07.*"',
    )
    deployment.collect()
    assert deployment.total("alfa") == A_MONTH
    before = len(manifest(deployment))
    (deployment.settings.inbox / "alfa" / "lotto.zip").unlink()

    changed = declared(deployment, members='"0?.csv"')
    changed.refresh(LATER)

    assert changed.total("alfa") == 2 * A_MONTH
    assert len(manifest(changed)) == before


def test_a_file_lost_from_landing_is_taken_out_of_its_container_again(packed: Packed) -> None:
    deployment = packed({"lotto.zip": zipped({"07.csv": hours("alfa-p", JULY)})}, members='"07.*"')
    deployment.collect()
    (member,) = [one for one in manifest(deployment) if one.member]
    (deployment.settings.landing / "blobs").joinpath(
        str(member.sha256)[:2], str(member.sha256)[2:4], str(member.sha256)
    ).unlink()

    changed = declared(deployment, members='"*"')
    changed.refresh(LATER)

    assert changed.total("alfa") == A_MONTH


_KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.landing.manifest import Manifest
from pipelines.settings import settings

written = Manifest.append
def then_killed(self, attempts):
    if any(one.parent_sha256 for one in attempts):
        os.kill(os.getpid(), signal.SIGKILL)
    written(self, attempts)
Manifest.append = then_killed
deployment = settings()
collect_all(deployment, load(deployment.districts), datetime.fromisoformat(sys.argv[1]))
"""


def test_killed_between_a_container_and_its_members_the_next_collection_opens_it(
    packed: Packed,
) -> None:
    deployment = packed({"lotto.zip": zipped({"08.csv": hours("alfa-p")})})
    home = deployment.settings.home
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout()),
        "NZD_HOME": str(home),
        "NZD_INBOX": str(deployment.settings.inbox),
        "NZD_DISTRICTS": str(deployment.settings.districts),
    }
    died = subprocess.run(
        [sys.executable, "-c", _KILLED, ARRIVED.isoformat()], env=environment, check=False
    )
    assert died.returncode == -signal.SIGKILL
    assert [one.member for one in manifest(deployment)] == [None]

    deployment.collect(LATER)

    assert deployment.total("alfa") == A_MONTH
    assert [one.outcome for one in manifest(deployment)] == ["new", "listed", "new"]
    (row,) = told(deployment, "deliveries")
    assert row["received_at"] == ARRIVED  # it came with its container, not when that was opened


def test_mail_zips_and_certified_signed_files_count_once_and_are_asked_for_once(
    tmp_path: Path, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAROLA_PEC", PASSWORD)
    server = MailServer()
    wire = Between(server.port)
    try:
        june, may = JULY - timedelta(days=30), JULY - timedelta(days=61)
        months = zipped({"06.csv": hours("alfa-b", june, 30), "05.csv": hours("alfa-b", may)})
        signed = signer.sign(hours("alfa-c"), "-nodetach", "-stream")
        server.deliver(
            mail(("curva à.csv", hours("alfa-a"), "text/csv")),
            mail(("mesi.zip", months, "application/zip")),
            certified(mail(("08.csv.p7m", signed, "application/pkcs7-mime"))),
            mail(("ancora la stessa.csv", hours("alfa-a"), "text/csv")),
            mail(("logo.png", b"\x89PNG" + bytes(9), "image/png"), subject="Auguri"),
            mail(("altro.csv", hours("alfa-z"), "text/csv"), sender="x@spam.example"),
        )
        deployment = declared(
            deployment_at(tmp_path),
            **{"from": f"imap://127.0.0.1:{wire.port}/INBOX"},
            access=f"{{user: {USER}, password: {{env: PAROLA_PEC}}}}",
            mail='{senders: ["*@fornitore.example"]}',
        )
        deployment.collect()
        opened = wire.asked.count(b"BODY.PEEK[]")
        deployment.collect(LATER)
    finally:
        wire.close()
        server.stop()

    # 31 days of a, 30 + 31 of b, 31 of c: counted here by the calendar, once each.
    assert deployment.total("alfa") == Decimal("1.25") * 24 * (31 + 30 + 31 + 31)
    assert (opened, wire.asked.count(b"BODY.PEEK[]")) == (5, 5)
    assert {"DUPLICATE_DELIVERY", "NO_ATTACHMENT"} <= deployment.findings("alfa").keys()
    assert state(deployment) == "ok"  # a greeting is no broken delivery
    members = {
        row["member"] for row in told(deployment, "deliveries") if row["outcome"] == "accepted"
    }
    assert members == {
        "curva à.csv", "mesi.zip/06.csv", "mesi.zip/05.csv", "postacert.eml/08.csv.p7m/08.csv",
    }  # fmt: skip
    kept = [path for path in deployment.settings.home.parent.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if PASSWORD.encode() in path.read_bytes()]
