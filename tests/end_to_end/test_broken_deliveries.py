"""One bad delivery is named and set aside; everything else counts as before, and nothing is lost."""

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
import xlsxwriter

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.collect import collect_all
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
  points:
    dataset: metering_points
    declared:
      - {{point_id: {id}-1, carrier: electricity, role: supply, site_id: S, sector: municipal,
          holder_group: Comune, holder_kind: public}}
  logger: {{dataset: meter_intervals, format: intervals_csv, from: "${{NZD_INBOX}}/{id}/*.csv"}}
"""
HEADER = ["punto", "vettore", "flusso", "qualita", "inizio", "valore", "unita"]
JULY = datetime(2026, 6, 30, 22, tzinfo=UTC)
FIRST = datetime(2026, 7, 31, 22, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 10, 8, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 10, 8, tzinfo=UTC)


def month_of(point: str, start: datetime, value: str = "1.25", days: int = 30) -> str:
    """A month of quarter hours, all of one value."""
    said = io.StringIO()
    rows = csv.writer(said, delimiter=";", lineterminator="\n")
    rows.writerow(HEADER)
    for number in range(days * 96):
        at = (start + timedelta(minutes=15 * number)).isoformat()
        rows.writerow([point, "elettricità", "prelievo", "E", at, value, "kWh"])
    return said.getvalue()


@dataclass(frozen=True)
class Deployment:
    """Two districts whose July and August arrived well."""

    settings: Settings
    catalogue: Catalogue

    def drop(self, district: str, name: str, content: bytes | str) -> None:
        path = self.settings.inbox / district / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def collect(self, at: datetime) -> None:
        collect_all(self.settings, self.catalogue, at)

    def total(self, district: str, month: str) -> Decimal:
        rows = read_current(self.settings.view, self.catalogue.datasets["meter_intervals"])
        return sum(
            (
                row["quantity"]
                for row in rows.to_pylist()
                if (row["district_id"], row["month"]) == (district, month)
            ),
            Decimal(0),
        )

    def codes(self, district: str) -> set[str]:
        rows = pq.read_table(self.settings.view / "collected/findings.parquet").to_pylist()
        return {row["code"] for row in rows if row["district_id"] == district}

    def landed(self) -> set[bytes]:
        blobs = self.settings.landing / "blobs"
        return {path.read_bytes() for path in blobs.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def august(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    root = tmp_path_factory.mktemp("august")
    return _deployment(root, collected=True)


@pytest.fixture
def deployment(august: Deployment, tmp_path: Path) -> Iterator[Deployment]:
    """The same two districts, free to be spoilt."""
    shutil.copytree(august.settings.home.parent, tmp_path / "copy")
    return _deployment(tmp_path / "copy", collected=False)


def _deployment(root: Path, *, collected: bool) -> Deployment:
    districts, home = root / "districts", root / "home"
    districts.mkdir(parents=True, exist_ok=True)
    for name in ("alfa", "beta"):
        (districts / f"{name}.yaml").write_text(DISTRICT.format(id=name), encoding="utf-8")
    settings = Settings(checkout(), home, districts, home / "inbox", home)
    made = Deployment(settings, load(districts))
    if collected:
        for name in ("alfa", "beta"):
            made.drop(name, "2026-07.csv", month_of(f"{name}-1", JULY, days=31))
            made.drop(name, "2026-08.csv", month_of(f"{name}-1", FIRST, days=31))
        made.collect(SEPTEMBER)
    return made


AUGUST_KWH = Decimal("1.25") * 96 * 31
SEPTEMBER_START = FIRST + timedelta(days=31)
GOOD = month_of("alfa-1", SEPTEMBER_START)


def workbook() -> bytes:
    """The good month as a spreadsheet program keeps it."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(GOOD.splitlines()):
            sheet.write_row(at, 0, line.split(";"))
    return content.getvalue()


BROKEN = {
    "an empty file": (b"", "EMPTY_FILE"),
    "a log-in page named .csv": (b"<!DOCTYPE html><html><body>Login</body></html>", "NOT_A_TABLE"),
    "a renamed column": (GOOD.replace("valore", "consumo", 1), "MISSING_COLUMN"),
    "a file cut half way": (GOOD[: len(GOOD) // 2 - 7], "TRUNCATED"),
    "only a header": (";".join(HEADER) + "\n", "HEADER_ONLY"),
    "values a thousand times too large": (
        month_of("alfa-1", SEPTEMBER_START, "1250.0"),
        "UNIT_SLIP",
    ),
    "a workbook named .csv": (workbook(), "WRONG_FILE_KIND"),
    "an archive cut short": (b"PK\x03\x04" + b"\x00" * 200, "TRUNCATED"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_named_and_the_last_good_figures_stay(
    deployment: Deployment, kind: str
) -> None:
    content, code = BROKEN[kind]
    deployment.drop("alfa", "2026-09.csv", content)
    deployment.drop("beta", "2026-09.csv", month_of("beta-1", SEPTEMBER_START))

    deployment.collect(OCTOBER)

    assert code in deployment.codes("alfa")
    assert deployment.total("alfa", "2026-08") == AUGUST_KWH
    assert deployment.total("alfa", "2026-09") == 0
    assert deployment.total("beta", "2026-09") == Decimal("1.25") * 96 * 30
    assert not deployment.codes("beta") & {code for _, code in BROKEN.values()}
    sent = content.encode() if isinstance(content, str) else content
    assert sent in deployment.landed()


def test_the_same_bytes_under_another_name_count_once(deployment: Deployment) -> None:
    deployment.drop("alfa", "2026-09.csv", GOOD)
    deployment.drop("alfa", "Copia di 2026-09.csv", GOOD)

    deployment.collect(OCTOBER)

    assert deployment.total("alfa", "2026-09") == Decimal("1.25") * 96 * 30
    assert "DUPLICATE_DELIVERY" in deployment.codes("alfa")


def test_a_name_that_comes_with_new_content_restates_what_it_said(deployment: Deployment) -> None:
    deployment.drop("alfa", "2026-08.csv", month_of("alfa-1", FIRST, "1.5", days=31))

    deployment.collect(OCTOBER)

    assert deployment.total("alfa", "2026-08") == Decimal("1.5") * 96 * 31
    assert "RESTATED" in deployment.codes("alfa")


def test_of_two_files_of_one_collection_the_later_name_counts_and_it_is_said(
    deployment: Deployment,
) -> None:
    for name, value in (("2026-09.csv", "1.25"), ("2026-09_corretta.csv", "1.5")):
        deployment.drop("alfa", name, month_of("alfa-1", SEPTEMBER_START, value))
    for name, value in (("2026-09.csv", "1.5"), ("2026-09 (1).csv", "1.25")):
        deployment.drop("beta", name, month_of("beta-1", SEPTEMBER_START, value))

    deployment.collect(OCTOBER)

    assert deployment.total("alfa", "2026-09") == Decimal("1.5") * 96 * 30
    assert deployment.total("beta", "2026-09") == Decimal("1.25") * 96 * 30
    assert "RESTATED" in deployment.codes("alfa") & deployment.codes("beta")


def test_an_archive_that_comes_with_the_first_collection_is_not_late(
    deployment: Deployment,
) -> None:
    folder = deployment.settings.districts
    (folder / "gamma.yaml").write_text(DISTRICT.format(id="gamma"), encoding="utf-8")
    again = Deployment(deployment.settings, load(folder))
    again.drop("gamma", "2026-07.csv", month_of("gamma-1", JULY, days=31))
    again.drop("gamma", "2026-08.csv", month_of("gamma-1", FIRST, days=31))
    again.drop("alfa", "2026-09.csv", GOOD)

    again.collect(datetime(2026, 12, 1, tzinfo=UTC))

    assert "LATE_DELIVERY" not in again.codes("gamma")
    assert "LATE_DELIVERY" in again.codes("alfa")


def test_a_missing_folder_is_an_error_of_its_source_alone(deployment: Deployment) -> None:
    shutil.rmtree(deployment.settings.inbox / "alfa")
    deployment.drop("beta", "2026-09.csv", month_of("beta-1", SEPTEMBER_START))

    deployment.collect(OCTOBER)

    assert "SOURCE_MISSING" in deployment.codes("alfa")
    assert deployment.total("alfa", "2026-08") == AUGUST_KWH
    assert deployment.total("beta", "2026-09") == Decimal("1.25") * 96 * 30


def test_one_bad_row_is_set_aside_and_the_others_count(deployment: Deployment) -> None:
    deployment.drop("alfa", "2026-09.csv", GOOD.replace(";1.25;", ";-4.0;", 1))

    deployment.collect(OCTOBER)

    assert deployment.total("alfa", "2026-09") == Decimal("1.25") * (96 * 30 - 1)
    assert "NEGATIVE_QUANTITY" in deployment.codes("alfa")
    set_aside = pq.read_table(deployment.settings.view / "collected/quarantine.parquet").to_pylist()
    assert [(row["code"], row["_row"]) for row in set_aside] == [("NEGATIVE_QUANTITY", 2)]


def test_a_meter_of_two_districts_is_a_warning_that_names_both(deployment: Deployment) -> None:
    folder = deployment.settings.districts
    (folder / "gamma.yaml").write_text(
        DISTRICT.format(id="gamma").replace("gamma-1", "alfa-1"), encoding="utf-8"
    )
    again = Deployment(deployment.settings, load(folder))

    again.collect(OCTOBER)

    rows = pq.read_table(again.settings.view / "collected/findings.parquet").to_pylist()
    said = [row for row in rows if row["code"] == "POINT_CLAIMED_TWICE"]
    assert {row["district_id"] for row in said} == {"alfa", "gamma"}
    assert all("alfa" in row["detail_en"] and "gamma" in row["detail_en"] for row in said)


def test_collecting_again_without_news_changes_nothing(deployment: Deployment) -> None:
    def state() -> dict[str, bytes]:
        folders = ("received", "accepted", "quarantine", "current", "collected")
        return {
            str(path.relative_to(deployment.settings.home)): path.read_bytes()
            for folder in folders
            for path in (deployment.settings.home / folder).rglob("*")
            if path.is_file()
        }

    deployment.collect(SEPTEMBER)
    before = state()

    deployment.collect(SEPTEMBER)

    assert state() == before


def test_asking_a_dead_source_again_brings_no_news(deployment: Deployment) -> None:
    def collected() -> dict[str, bytes]:
        folder = deployment.settings.view / "collected"
        return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}

    shutil.rmtree(deployment.settings.inbox / "alfa")
    deployment.collect(OCTOBER)
    before = collected()

    deployment.collect(OCTOBER + timedelta(hours=6))

    assert collected() == before
