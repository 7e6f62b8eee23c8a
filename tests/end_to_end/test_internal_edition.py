"""What a city sees under an agreement: more than is published, of those who signed, and in a place of its own."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from pipelines.publishing.internal.making import Internal, make
from pipelines.publishing.journal import entries
from pipelines.settings import Settings
from tests.end_to_end.attack_reading import rows
from tests.end_to_end.conftest import SamplePlayed

MONTH = "2026-10"
AT = datetime(2026, 11, 10, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(
    checkout: Path, sample_played: SamplePlayed, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """The sample's deployment with a place of its own for what is internal."""
    home = tmp_path_factory.mktemp("city")
    for name in ("editions", "memory", "seals"):
        (home / name).symlink_to(sample_played.home / name)
    districts = checkout / "sample" / "districts"
    return Settings(checkout, home, districts, home / "inbox", sample_played.home)


@pytest.fixture(scope="module")
def made(house: Settings) -> Internal:
    return make(house, "prato", MONTH, AT, "Anna Rossi")


def test_it_shows_what_the_agreement_opens_and_nothing_else(
    house: Settings, sample_played: SamplePlayed, made: Internal
) -> None:
    def hidden(folder: Path) -> Counter[str]:
        return Counter(
            row["kpi_code"] for row in rows(folder / "kpi_values.parquet")
            if row["district_id"] == "prato" and row["suppressed"]
        )  # fmt: skip

    opened = hidden(sample_played.edition(MONTH)) - hidden(made.path)
    assert (
        {"ENE07", "ENE18"}
        <= opened.keys()
        <= {"ENE07", "ENE18", "ENE19", "ENE14", "EMI01", "EMI02"}
    )
    assert not hidden(made.path) - hidden(sample_played.edition(MONTH))
    true = {
        (row["month"], row["kpi_code"]): row["value"]
        for row in rows(house.view / "marts" / "fct_kpi_values.parquet")
        if row["district_id"] == "prato"
    }
    assert all(
        row["value"] == true[row["month"], row["kpi_code"]]
        for row in rows(made.path / "kpi_values.parquet") if row["kpi_code"] in opened
    )  # fmt: skip


def test_no_row_of_another_district_is_in_it(made: Internal) -> None:
    found = {
        row.get("district_id", "prato")
        for path in (made.path / "kpi_values.parquet", *(made.path / "tables").glob("*.parquet"))
        for row in rows(path)
    }
    assert found <= {"prato", None}


def test_every_page_says_that_it_is_not_to_be_disclosed(made: Internal) -> None:
    pages = sorted(made.path.rglob("*.html"))
    assert {page.name for page in pages} == {"report.html", "opened.html", "protected.html"}
    for page in pages:
        text = page.read_text(encoding="utf-8").lower()
        assert "uso interno · non divulgare" in text
        assert "accordo dimostrativo 7/2026" in text
        assert "creativecommons" not in text
        assert "provenance.html" not in text
    for report in made.path.rglob("report.pdf"):
        sheets = subprocess.run(
            ["pdftotext", "-layout", str(report), "-"], capture_output=True, text=True, check=True
        ).stdout.split("\f")[:-1]
        assert all("non divulgare" in " ".join(sheet.lower().split()) for sheet in sheets)


def test_its_workbook_is_marked_on_every_sheet_and_shows_what_the_pages_show(
    made: Internal,
) -> None:
    book = openpyxl.load_workbook(made.path / "annex.xlsx")

    for page in book:
        top = " ".join(
            str(cell) for row in page.iter_rows(max_row=2, values_only=True) for cell in row
        )
        assert "USO INTERNO · NON DIVULGARE · Accordo dimostrativo 7/2026" in top, page.title
    assert "USO INTERNO · NON DIVULGARE" in book.properties.category
    assert "USO INTERNO · NON DIVULGARE" in book.properties.description
    assert "CC BY" not in " ".join(str(row) for row in book.worksheets[0].values)
    _, heads, *lines = book["serie"].values
    series = [dict(zip(heads, line, strict=True)) for line in lines]
    shown = {(one["month"], one["kpi_code"]): one["value"] for one in series}
    for row in rows(made.path / "kpi_values.parquet"):
        told = shown[row["month"], row["kpi_code"]]
        assert (told is None) == (row["value"] is None)
        assert told is None or told == float(row["value"])
    assert len(list(book["cifre aperte"].values)) == made.opened + 2
    for page in made.path.rglob("report.html"):
        assert 'href="../annex.xlsx"' in page.read_text(encoding="utf-8")


def test_it_lies_apart_and_the_journal_says_who_made_it(house: Settings, made: Internal) -> None:
    assert made.path == house.home / "internal" / "prato" / MONTH / "n1"
    assert not list(house.editions.resolve().rglob("opened.html"))
    [entry] = entries(house.internal)
    assert (entry["by"], entry["made"]) == ("Anna Rossi", f"prato/{MONTH}/n1")
    assert entry["opened"] == made.opened


def test_a_later_public_edition_takes_nothing_of_it_for_known(
    house: Settings, made: Internal
) -> None:
    """What is published is held against memory alone, and an internal edition leaves none."""
    assert made.opened
    assert not any("internal" in path.name for path in house.memory.resolve().iterdir())
    readers = [
        path
        for path in (house.checkout / "pipelines").rglob("*.py")
        if re.search(r"settings(\(\))?\.internal", path.read_text(encoding="utf-8"))
    ]
    assert {path.parent.name for path in readers} == {"internal"}
