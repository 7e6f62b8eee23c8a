"""One edition made of real files, by the commands a person types and by YAML alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

DISTRICTS = Path(__file__).parent / "districts"
MONTH = "2025-07"
NOW = "2025-08-20T08:00:00+00:00"

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Edition:
    """A published edition and the state it was made from."""

    home: Path
    folder: Path

    def kpi(self, district: str, month: str, code: str) -> dict[str, Any]:
        """One row of `kpi_values`."""
        table = pq.read_table(self.folder / "kpi_values.parquet")
        wanted = pc.and_(
            pc.and_(
                pc.equal(table["district_id"], district),
                pc.equal(table["month"], month),
            ),
            pc.equal(table["kpi_code"], code),
        )
        rows = table.filter(wanted).to_pylist()
        assert len(rows) == 1, f"{district} {month} {code}: {len(rows)} rows"
        return dict(rows[0])

    def value(self, district: str, month: str, code: str) -> Decimal:
        """The value of one KPI, which must be there."""
        row = self.kpi(district, month, code)
        assert row["value"] is not None, f"{district} {month} {code}: {row['reason']}"
        return Decimal(row["value"])

    def mart(self, table: str, district: str, month: str) -> dict[str, Any]:
        """One row of a monthly mart."""
        read = pq.read_table(self.home / "marts" / f"{table}.parquet")
        wanted = pc.and_(pc.equal(read["district_id"], district), pc.equal(read["month"], month))
        return dict(read.filter(wanted).to_pylist()[0])


def nzd(home: Path, inbox: Path, districts: Path = DISTRICTS) -> Command:
    """The command `nzd` in a deployment of its own."""

    def run(*words: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(Path(sys.executable).parent / "nzd"), *words],
            env={
                **os.environ,
                "NZD_HOME": str(home),
                "NZD_INBOX": str(inbox),
                "NZD_DISTRICTS": str(districts),
                "NZD_NOW": NOW,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if ok:
            assert done.returncode == 0, f"nzd {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture(scope="session")
def edition(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The edition of July 2025 of five districts bound to real files."""
    home = tmp_path_factory.mktemp("real") / "var"
    run = nzd(home, real_data)
    run("collect")
    run("publish", "--month", MONTH)
    return Edition(home, home / "editions" / MONTH / "r1")
