"""Two small districts whose hourly curves arrived well, free to be damaged."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.collect import collect_all, refresh_current
from pipelines.collecting.current import read_current
from pipelines.settings import Settings, checkout

DISTRICT = """\
id: {id}
name: Distretto {id}
city: Prova
boundary:
  - version: "1"
    valid_from: 2024-01-01
    municipalities: ["100005"]
    description: {{it: prova, en: test}}
sources:
  logger:
    dataset: meter_intervals
    format: intervals_csv
    from: "{place}"
    with: {{interval: PT1H}}
"""
HEADER = ["punto", "vettore", "flusso", "qualita", "inizio", "valore", "unita"]
AUGUST = datetime(2026, 7, 31, 22, tzinfo=UTC)
ARRIVED = datetime(2026, 9, 10, 8, tzinfo=UTC)


def hours(point: str, start: datetime = AUGUST, days: int = 31, value: str = "1.25") -> bytes:
    """Hourly readings of one value, as a logger writes them."""
    said = io.StringIO()
    rows = csv.writer(said, delimiter=";", lineterminator="\n")
    rows.writerow(HEADER)
    for number in range(days * 24):
        at = (start + timedelta(hours=number)).isoformat()
        rows.writerow([point, "elettricità", "prelievo", "E", at, value, "kWh"])
    return said.getvalue().encode()


@dataclass(frozen=True)
class Deployment:
    """A deployment of two districts on disk, and how to look at it."""

    settings: Settings
    catalogue: Catalogue

    def collect(self, at: datetime = ARRIVED) -> None:
        collect_all(self.settings, self.catalogue, at)

    def refresh(self, at: datetime = ARRIVED) -> None:
        refresh_current(self.settings, self.catalogue, at)

    def total(self, district: str) -> Decimal:
        rows = read_current(self.settings.view, self.catalogue.datasets["meter_intervals"])
        mine = [row for row in rows.to_pylist() if row["district_id"] == district]
        return sum((row["quantity"] for row in mine), Decimal(0))

    def findings(self, district: str) -> dict[str, str]:
        rows = pq.read_table(self.settings.view / "collected/findings.parquet").to_pylist()
        return {row["code"]: row["detail_en"] for row in rows if row["district_id"] == district}

    def only(self, pattern: str) -> Path:
        (found,) = self.settings.home.glob(pattern)
        return found


def deployment_at(root: Path, place: str = "${{NZD_INBOX}}/{id}/*.csv") -> Deployment:
    """Declared and not collected yet; `place` is where each district's curves come from."""
    districts, home = root / "districts", root / "home"
    districts.mkdir(parents=True, exist_ok=True)
    for name in ("alfa", "beta"):
        text = DISTRICT.format(id=name, place=place.format(id=name))
        (districts / f"{name}.yaml").write_text(text, encoding="utf-8")
    settings = Settings(checkout(), home, districts, home / "inbox", home)
    return Deployment(settings, load(districts))


@pytest.fixture(scope="module")
def collected_once(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    made = deployment_at(tmp_path_factory.mktemp("two_districts"))
    for name in ("alfa", "beta"):
        folder = made.settings.inbox / name
        folder.mkdir(parents=True)
        (folder / "2026-08.csv").write_bytes(hours(f"{name}-1"))
    # One row that the contract sets aside, so that there is a quarantine to damage as well.
    path = made.settings.inbox / "alfa" / "2026-08.csv"
    path.write_bytes(path.read_bytes().replace(b";1.25;", b";-4.0;", 1))
    made.collect()
    return made


@pytest.fixture
def deployment(collected_once: Deployment, tmp_path: Path) -> Iterator[Deployment]:
    shutil.copytree(collected_once.settings.home.parent, tmp_path / "copy")
    return deployment_at(tmp_path / "copy")
