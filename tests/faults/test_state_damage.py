"""State that was damaged, lost or left half written: made again from the landed bytes, or named;
never a wrong figure.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.landing.alone import Busy, alone
from pipelines.landing.manifest import Manifest, ManifestDamaged

from .conftest import ARRIVED, AUGUST, Deployment, hours

ALFA = Decimal("1.25") * (24 * 31 - 1)
BETA = Decimal("1.25") * 24 * 31
LATER = ARRIVED + timedelta(days=1)


def flip(path: Path, at: float = 0.5) -> None:
    """Change one byte, as a bad disk does."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 0x41
    path.chmod(0o644)
    path.write_bytes(content)


KEPT = {
    "accepted rows": "accepted/meter_intervals/alfa/logger/*.parquet",
    "the verdict": "accepted/meter_intervals/alfa/logger/*.json",
    "quarantined rows": "quarantine/meter_intervals/alfa/logger/*.parquet",
    "the rows that count": "current/meter_intervals/2026-08.parquet",
    "how they were resolved": "current/meter_intervals/_parts.json",
    "the empty table": "current/meter_intervals/_empty.parquet",
}


@pytest.mark.parametrize("what", KEPT)
@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_what_is_made_from_landed_bytes_is_made_again(
    deployment: Deployment, what: str, how: str
) -> None:
    path = deployment.only(KEPT[what])
    whole = path.read_bytes()
    if how == "flipped":
        flip(path)
    elif how == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    else:
        path.unlink()

    deployment.refresh()

    assert (deployment.total("alfa"), deployment.total("beta")) == (ALFA, BETA)
    assert path.read_bytes() == whole


def test_accepted_rows_that_changed_never_count_when_months_are_resolved_again(
    deployment: Deployment,
) -> None:
    flip(deployment.only(KEPT["accepted rows"]))
    shutil.rmtree(deployment.settings.view / "current")

    deployment.refresh()

    assert deployment.total("alfa") == ALFA


def test_a_damaged_delivery_that_must_be_read_again_is_named_and_does_not_count(
    deployment: Deployment,
) -> None:
    sent = (deployment.settings.inbox / "alfa/2026-08.csv").read_bytes()
    blob = next(
        path
        for path in (deployment.settings.landing / "blobs").rglob("*")
        if path.is_file() and path.read_bytes() == sent
    )
    flip(blob)
    shutil.rmtree(deployment.settings.home / "accepted/meter_intervals/alfa")

    deployment.refresh()

    assert blob.name in deployment.findings("alfa")["READER_FAILED"]
    assert (deployment.total("alfa"), deployment.total("beta")) == (0, BETA)

    os.utime(deployment.settings.inbox / "alfa/2026-08.csv", (1, 1))  # the provider sends it again
    deployment.collect(LATER)

    assert blob.read_bytes() == sent
    assert "READER_FAILED" not in deployment.findings("alfa")
    assert deployment.total("alfa") == ALFA


@pytest.mark.parametrize("how", ["gone", "garbage"])
def test_without_its_manifest_nothing_is_taken_as_never_delivered(
    deployment: Deployment, how: str
) -> None:
    path = deployment.settings.landing / "manifest.sqlite"
    for part in path.parent.glob("manifest.sqlite*"):
        part.unlink()
    if how == "garbage":
        path.write_bytes(b"garbage" * 1000)

    for _ in range(2):
        with pytest.raises(ManifestDamaged, match="Restore landing/ from a backup"):
            deployment.refresh()

    assert deployment.total("beta") == BETA


def test_a_manifest_that_was_begun_and_not_finished_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "manifest.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode = wal")

    assert Manifest(path).attempts() == []

    with sqlite3.connect(path) as connection:
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'")
        assert len(triggers.fetchall()) == 2


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.settings import Settings, checkout

home, districts, last, at = sys.argv[1:]
settings = Settings(checkout(), Path(home), Path(districts), Path(home) / "inbox", Path(home))

def progress(dataset):
    if dataset == last:
        os.kill(os.getpid(), signal.SIGKILL)

collect_all(settings, load(Path(districts)), datetime.fromisoformat(at), progress=progress)
"""


def test_a_collection_that_was_killed_is_made_good_by_the_next(deployment: Deployment) -> None:
    settings = deployment.settings
    more = hours("beta-1", AUGUST + timedelta(days=31), days=2)
    (settings.inbox / "beta/2026-09.csv").write_bytes(more)
    after = next(
        later
        for dataset, later in zip(
            deployment.catalogue.datasets, [*deployment.catalogue.datasets][1:], strict=False
        )
        if dataset == "meter_intervals"
    )

    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            KILLED,
            str(settings.home),
            str(settings.districts),
            after,
            LATER.isoformat(),
        ],
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert deployment.total("beta") == BETA

    deployment.collect(LATER)

    assert deployment.total("beta") == BETA + Decimal("1.25") * 48


def test_a_second_writer_is_refused_until_the_first_ends_however_it_ends(tmp_path: Path) -> None:
    holding = (
        "import sys; from pathlib import Path; from pipelines.landing.alone import alone\n"
        f"with alone(Path({str(tmp_path)!r})):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with (
            pytest.raises(Busy, match=f"process {first.pid}.*Nothing was done"),
            alone(tmp_path),
        ):
            pass
        first.kill()
        first.wait()

        with alone(tmp_path):
            pass
