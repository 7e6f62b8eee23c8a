"""A report as a Word document says what the pages say, and says it to a screen reader too."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from pipelines.publishing.language import words
from pipelines.publishing.periods.period import Period
from pipelines.publishing.periods.reading import PeriodReading
from pipelines.publishing.reading import Reading
from pipelines.publishing.rendering.office import office
from pipelines.publishing.report.document import Beside, Chart, Document, Sentences, Table, Tiles
from pipelines.publishing.report.pages import district_document
from pipelines.publishing.report.period_pages import period_document
from pipelines.settings import checkout

REPORTS = checkout() / "reports"
KNOWN = "2026-11-10T07:00:00Z"
ABOUT = {
    "id": "2025-r1",
    "period": "2025",
    "month": "2025-12",
    "revision": 1,
    "known_at": KNOWN,
    "code_version": "test",
    "factor_set": "f",
    "gwp_set": "AR5",
    "content": "c" * 64,
    "values_sha256": "d" * 64,
    "view_of": {"id": "2026-10-r1", "sha256": "e" * 64},
}


@pytest.fixture(scope="module", params=["month it", "month en", "year it"])
def made(request: pytest.FixtureRequest, reading: Reading) -> tuple[Document, bytes]:
    """A report and its Word document."""
    kind, language = request.param.split()
    said = words(language, REPORTS / "text")
    document = (
        district_document(reading, "prato", said)
        if kind == "month"
        else period_document(PeriodReading(reading, Period.named("2025"), ABOUT), "prato", said)
    )
    return document, office(document, said, REPORTS, KNOWN)


def blocks(document: Document) -> list[object]:
    """Every block of a page, charts that stand side by side each on its own."""
    found: list[object] = []
    for section in document.sections:
        for block in section.blocks:
            found += block.items if isinstance(block, Beside) else [block]
    return found


def test_sections_are_headings_and_sentences_are_there(made: tuple[Document, bytes]) -> None:
    document, data = made
    book = docx.Document(io.BytesIO(data))
    text = [paragraph.text for paragraph in book.paragraphs]
    heads = [one.text for one in book.paragraphs if one.style.name == "Heading 1"]

    assert [head.split(". ", 1)[-1] for head in heads] == [s.title for s in document.sections]
    said = [one.text for block in blocks(document) if isinstance(block, Sentences) for one in block.items]  # fmt: skip
    assert said
    assert set(said) <= set(text)


def test_tables_have_their_cells_a_header_row_and_a_name(made: tuple[Document, bytes]) -> None:
    document, data = made
    book = docx.Document(io.BytesIO(data))
    told = [block for block in blocks(document) if isinstance(block, Table | Tiles)]

    for block, table in zip(told, book.tables, strict=True):
        caption = table._tbl.tblPr.find(qn("w:tblCaption"))
        head = table.rows[0]._tr.trPr.find(qn("w:tblHeader"))
        assert caption is not None
        assert head is not None
        if isinstance(block, Tiles):
            assert len(table.rows) == len(block.items) + 1
            continue
        assert caption.get(qn("w:val")) == block.caption
        assert [cell.text for cell in table.rows[0].cells] == [one.title for one in block.columns]
        assert len(table.rows) == len(block.rows) + 1
        first = [cell.text for cell in table.rows[1].cells]
        assert all(cell.text in shown for cell, shown in zip(block.rows[0], first, strict=False))


def test_every_picture_has_words_and_the_language_is_set(made: tuple[Document, bytes]) -> None:
    document, data = made
    book = docx.Document(io.BytesIO(data))
    charts = [block for block in blocks(document) if isinstance(block, Chart)]

    described = [shape._inline.docPr.get("descr") for shape in book.inline_shapes]
    assert described == [chart.alt for chart in charts]
    styles = zipfile.ZipFile(io.BytesIO(data)).read("word/styles.xml").decode()
    assert f'w:lang w:val="{"it-IT" if document.language == "it" else "en-GB"}"' in styles
    assert book.core_properties.title == f"{document.title}, {document.subtitle}"


def test_the_same_report_has_the_same_bytes_and_nothing_that_runs(
    made: tuple[Document, bytes],
) -> None:
    document, data = made
    again = office(document, words(document.language, REPORTS / "text"), REPORTS, KNOWN)

    assert again == data
    package = zipfile.ZipFile(io.BytesIO(data))
    assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert not [
        name for name in package.namelist() if "vba" in name.lower() or "embeddings" in name
    ]
    assert not [name for name in package.namelist() if not name.startswith(("word/", "_rels/", "[C"))
                and name != "docProps/core.xml"], "what the library's template leaves"  # fmt: skip
    assert b'TargetMode="External"' not in b"".join(
        package.read(name) for name in package.namelist() if name.endswith(".rels")
    )
