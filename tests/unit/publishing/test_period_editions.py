"""Editions of quarters and years on disk: frozen, numbered, made again, withdrawn with the month they are a view of."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pypdf
import pytest
import python_calamine

from pipelines.publishing.editions.period_editions import (
    publish_ended,
    publish_period,
    repeat_period,
)
from pipelines.publishing.editions.verify import against_manifest, verify
from pipelines.publishing.editions.withdrawal import withdraw
from pipelines.publishing.periods.compared import compared
from pipelines.publishing.periods.period import Period
from pipelines.publishing.protecting.refused import PublicationRefused
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import json_bytes, sha256, to_table
from pipelines.publishing.shelf import Edition, editions, numbered, of_periods, standing
from pipelines.settings import Settings, checkout

Q3, YEAR = Period.named("2026-Q3"), Period.named("2025")
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def manifest(folder: Path) -> None:
    """Name every file of an edition with its hash."""
    about = json.loads((folder / "manifest.json").read_text())
    files = [
        {
            "path": path.relative_to(folder).as_posix(),
            "sha256": sha256(path.read_bytes()),
            "bytes": 0,
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    ]
    said = {**about, "content": "c", "left_out": [], "overrides": [], "files": files}
    (folder / "manifest.json").write_bytes(json_bytes(said))


@pytest.fixture(scope="module")
def made(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A deployment with one monthly edition of two districts, the quarter and the year made of it."""
    home = tmp_path_factory.mktemp("periods")
    folder = home / "editions" / "2026-10" / "r1"
    shutil.copytree(reading.folder, folder)
    districts = folder / "tables" / "districts.parquet"
    table = pq.read_table(districts)
    rows = [
        {**row, "languages": "it"} if row["district_id"] == "bergamo" else row
        for row in table.to_pylist()
        if row["district_id"] in ("prato", "bergamo")
    ]
    pq.write_table(to_table(rows, table.schema), districts)
    manifest(folder)
    settings = Settings(checkout(), home, home / "districts", home / "inbox", home)
    publish_period(settings, Q3, "test")
    publish_period(settings, YEAR, "test")
    return settings


@pytest.fixture
def settings(made: Settings, tmp_path: Path) -> Settings:
    """The same for a test that changes it."""
    for name in ("editions", "seals"):
        shutil.copytree(made.home / name, tmp_path / name)
    return Settings(checkout(), tmp_path, tmp_path / "districts", tmp_path / "inbox", tmp_path)


def edition(settings: Settings, name: str) -> Edition:
    """One edition of a period."""
    return next(one for one in of_periods(settings.editions) if one.month == name)


def test_a_manifest_that_was_edited_is_not_the_one_that_others_name(settings: Settings) -> None:
    month = settings.editions / "2026-10" / "r1"
    assert against_manifest(month).ok
    about = json.loads((month / "manifest.json").read_text())

    (month / "manifest.json").write_bytes(json_bytes({**about, "code_version": "another"}))

    found = against_manifest(month)
    assert not found.ok
    assert found.disowned_by == ("2025-r1", "2026-Q3-r1")
    assert not found.changed


def test_a_period_is_frozen_with_the_hash_of_the_month_it_is_a_view_of(made: Settings) -> None:
    quarter = edition(made, "2026-Q3")
    about = quarter.manifest
    base = (made.editions / "2026-10" / "r1" / "manifest.json").read_bytes()

    assert quarter.id == "2026-Q3-r1"
    assert about["view_of"] == {"id": "2026-10-r1", "sha256": sha256(base)}
    assert about["values_sha256"] == sha256((quarter.path / "period_values.csv").read_bytes())
    assert verify(made, quarter).ok
    names = {file["path"] for file in about["files"]}
    for district in ("prato", "bergamo"):
        assert f"{district}/annex.xlsx" in names
        assert f"{district}/data/period_values.csv" in names
    for folder in ("prato", "programme"):
        for name in ("it/report.html", "it/report.pdf", "en/report.html", "en/report.pdf"):
            assert f"{folder}/{name}" in names


def test_months_do_not_see_quarters_and_years(made: Settings) -> None:
    assert [one.id for one in numbered(made.editions)] == ["2026-10-r1"]
    assert [one.id for one in editions(made.editions)] == ["2026-10-r1"]
    assert [one.id for one in of_periods(made.editions)] == ["2025-r1", "2026-Q3-r1"]
    quarter = json.loads((made.editions / "latest-quarter.json").read_text())
    year = json.loads((made.editions / "latest-year.json").read_text())
    assert quarter["path"] == "editions/2026-Q3/r1"
    assert year == {"month": "2025", "revision": 1, "path": "editions/2025/r1"}


def test_the_same_month_and_code_are_published_once(settings: Settings) -> None:
    again = publish_period(settings, Q3, "test")
    assert (again.id, again.created) == ("2026-Q3-r1", False)


def test_a_period_is_made_again_to_the_byte(made: Settings) -> None:
    found = repeat_period(made, edition(made, "2026-Q3"), "test")
    assert found.ok
    assert found.differing == ()
    other = repeat_period(made, edition(made, "2026-Q3"), "another version")
    assert other.ok
    assert not other.same_code


def test_a_month_that_was_changed_is_no_ground_for_a_period(settings: Settings) -> None:
    (settings.editions / "2026-10" / "r1" / "kpi_values.parquet").write_bytes(b"changed")

    assert "files of 2026-10-r1" in (repeat_period(settings, edition(settings, "2025"), "t").damaged or "")  # fmt: skip
    with pytest.raises(PublicationRefused, match=r"2026-10-r1: changed: kpi_values\.parquet"):
        publish_period(settings, Period.named("2025-Q4"), "test")


@pytest.mark.parametrize("kind", ["error", "disclosure", "erasure"])
def test_a_withdrawn_month_takes_its_quarter_and_year_with_it(
    settings: Settings, kind: str
) -> None:
    base = editions(settings.editions)[0]

    withdraw(settings, base, "A figure was wrong.", kind, "Anna Rossi", AT)

    assert standing(of_periods(settings.editions)) == []
    for name in ("2026-Q3", "2025"):
        one = edition(settings, name)
        said = one.tombstone
        assert said is not None
        assert said["kind"] == kind
        assert "2026-10-r1" in said["reason"]
        assert not (one.path / "period_values.csv").exists()
        assert "2026-10-r1" in (one.path / "index.html").read_text()
    assert not (settings.editions / "latest-year.json").exists()
    with pytest.raises(PublicationRefused, match="no edition of that month or a later one stands"):
        publish_period(settings, Q3, "test")


def test_what_a_council_adopted_outlives_the_months_it_was_made_of(settings: Settings) -> None:
    base = editions(settings.editions)[0]

    kept = withdraw(settings, base, "Editions are kept for two months.", "retention", "NZD", AT)

    assert [one.id for one in kept] == ["2025-r1", "2026-Q3-r1"]
    assert len(standing(of_periods(settings.editions))) == 2
    found = repeat_period(settings, edition(settings, "2025"), "test")
    assert found.ok
    assert "was withdrawn" in (found.withdrawn or "")


def test_a_period_alone_is_withdrawn_and_its_number_not_given_again(settings: Settings) -> None:
    withdraw(settings, edition(settings, "2026-Q3"), "Wrong.", "error", "Anna Rossi", AT)

    assert [one.id for one in editions(settings.editions)] == ["2026-10-r1"]
    assert publish_period(settings, Q3, "test").id == "2026-Q3-r2"


def test_periods_that_no_edition_tells_of_are_refused(settings: Settings) -> None:
    with pytest.raises(PublicationRefused, match="Publish 2026-12 first"):
        publish_period(settings, Period.named("2026"), "test")
    with pytest.raises(PublicationRefused, match="tells nothing of"):
        publish_period(settings, Period.named("2019"), "test")
    assert publish_ended(settings, "2026-10", "test") == []


def test_a_deployment_that_began_within_a_period_publishes_its_months_all_the_same(
    settings: Settings,
) -> None:
    """The invented edition begins in May 2024: its second quarter has no edition, and that is no failure."""
    assert publish_ended(settings, "2024-06", "test") == []


def test_two_periods_are_compared_without_what_is_hidden(made: Settings) -> None:
    lines = [
        str(one) for one in compared(edition(made, "2025").path, edition(made, "2026-Q3").path)
    ]

    assert any(line.startswith("prato ENE01: 2025 ") for line in lines)
    assert not any(line.startswith("bergamo ENE01") for line in lines), "it is hidden"


def test_the_annual_report_is_one_that_a_council_can_adopt(made: Settings) -> None:
    year = edition(made, "2025")
    about = year.manifest
    page = (year.path / "prato" / "it" / "report.html").read_text(encoding="utf-8")
    printed = pypdf.PdfReader(year.path / "prato" / "it" / "report.pdf")

    front = printed.pages[0].extract_text()
    for said in (about["content"], about["values_sha256"], about["view_of"]["sha256"]):
        assert said in page
        assert said in re.sub(r"\s", "", front)
    assert page.index('id="s-adoption"') < page.index('id="s-summary"')
    for table in ("adoption", "nzc-a11", "nzc-a14", "nzc-a23", "measures-finished"):
        if table == "measures-finished" and "misure concluse." in page:
            continue
        assert f'id="{table}"' in page, table
    assert "2025" in printed.metadata.title


def test_the_workbook_has_the_figures_to_the_digit(made: Settings) -> None:
    year = edition(made, "2025")
    book = python_calamine.CalamineWorkbook.from_path(year.path / "prato" / "annex.xlsx")
    heads, *rows = book.get_sheet_by_name("KPI").to_python()
    read = {row[heads.index("kpi_code")]: row[heads.index("value")] for row in rows}

    told = pq.read_table(year.path / "period_values.parquet").to_pylist()
    own = [row for row in told if row["district_id"] == "prato"]
    assert {
        row["kpi_code"]: "" if row["value"] is None else float(row["value"]) for row in own
    } == read
    for name in ("NZC A-1.1", "NZC A-1.4", "NZC A-2.3 it", "NZC A-2.3 en"):
        assert name in book.sheet_names
