"""A page shows what is declared for it; what stands behind it is in the web report and in the annex."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.rendering.annex import annex
from pipelines.publishing.rendering.rendering import html, pdf
from pipelines.publishing.report.document import Document, Sentences, Table
from pipelines.publishing.report.pages import district_document, programme_document
from pipelines.publishing.report.sections.kpi_tables import kpi_table, of_themes, on_page
from pipelines.settings import checkout

REPORTS = checkout() / "reports"
IT = words("it", REPORTS / "text")


@pytest.fixture(scope="module")
def prato(reading: Reading) -> Document:
    return district_document(reading, "prato", IT)


def codes(table: Table) -> set[str]:
    told = {row[0].code for row in table.rows} | {c.code for w in table.without for c in w.items}
    return {code for code in told if code}


def test_every_kpi_of_a_district_stands_on_a_page_or_behind_it(
    reading: Reading, prato: Document
) -> None:
    shown = [
        table
        for section in prato.sections
        for table in (*section.blocks, *(b for part in section.reference for b in part.blocks))
        if isinstance(table, Table) and "-kpis" in table.id
    ]
    declared = {code for code, kpi in reading.kpis.items() if kpi["computed"]}

    assert set().union(*map(codes, shown)) == declared


def test_a_page_shows_what_is_declared_core_and_whatever_is_off_its_target(
    reading: Reading,
) -> None:
    read = DistrictReading(reading, "prato")
    every = of_themes(read, "energy", "water", "investment", "participation")
    core = {code for code in every if reading.kpis[code]["maturity"] == "core"}
    off = {
        code
        for code in every
        if (row := read.kpi(code)) is not None and row["signal"] in ("amber", "red")
    }

    assert set(on_page(every, read)) == core | off


def test_why_a_figure_is_missing_is_told_once_and_not_on_every_row(reading: Reading) -> None:
    read = DistrictReading(reading, "roma")
    table = kpi_table("t", of_themes(read, "energy"), read, IT)

    reasons = [group.reason for group in table.without]
    assert reasons
    assert len(reasons) == len(set(reasons))
    assert all(row[1].strong for row in table.rows)


@pytest.mark.parametrize("district", ["prato", "bergamo"])
def test_each_sheet_that_a_page_names_is_in_the_annex(reading: Reading, district: str) -> None:
    document = district_document(reading, district, IT)
    named = {part.sheet for section in document.sections for part in section.reference}
    book = CalamineWorkbook.from_filelike(io.BytesIO(annex(reading, district, IT, [IT])))

    assert named - {None} <= set(book.sheet_names)


def test_what_is_behind_a_page_is_closed_on_the_web_and_named_in_print(
    reading: Reading, prato: Document
) -> None:
    page = html(prato, REPORTS).decode()
    printed = PdfReader(io.BytesIO(pdf(prato, REPORTS, reading.about["known_at"]))).pages
    text = re.sub(r"\s+", " ", " ".join(each.extract_text() for each in printed))

    parts = [part for section in prato.sections for part in section.reference]
    assert page.count('<details class="reference"') == len(parts) > 10
    assert all(f"<summary>{part.title}" in page for part in parts)
    assert all(part.title.replace("\u00a0", " ") in text for part in parts)
    assert len(printed) <= 10


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_programme_says_who_waits_for_what_within_eight_pages(
    reading: Reading, language: str
) -> None:
    said = words(language, REPORTS / "text")
    document = programme_document(reading, said)
    printed = PdfReader(io.BytesIO(pdf(document, REPORTS, reading.about["known_at"]))).pages

    assert [section.id for section in document.sections] == [
        "summary", "comparable", "course", "practices", "levers", "waiting", "reading",
    ]  # fmt: skip
    assert len(printed) <= 8
    assert any(said.say("waiting.owed") in each.extract_text() for each in printed)


def test_page_one_and_the_end_say_when_the_next_edition_comes_and_whom_to_ask(
    reading: Reading, prato: Document
) -> None:
    contact = str(reading.districts["prato"]["contact_email"])

    for lines in (prato.meta, prato.footer):
        links = [run.link for line in lines for run in line.runs if run.link]
        assert f"mailto:{contact}" in links
        assert any("dicembre 2026" in line.text for line in lines)


def test_the_programme_says_what_was_committed_in_both_languages(reading: Reading) -> None:
    begun = {"it": r"de(i|gli|ll’) ?[\d.,]+ milioni", "en": r"of €[\d.,]+ million committed"}
    for code, pattern in begun.items():
        document = programme_document(reading, words(code, REPORTS / "text"))
        page_one = [one for one in document.sections[0].blocks if isinstance(one, Sentences)]
        said = [each.text for block in page_one for each in block.items]

        assert [one for one in said if re.search(pattern, one.replace("\u00a0", " "))], said
