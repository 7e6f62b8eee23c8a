"""A report as a Word document for a council's session: the same document as HTML and PDF, on request only.

Belongs here: the parts of a document as styles, tables and pictures of Word. Does not belong here: the file around
them (`office_package.py`), what a report says. What stands behind a page is named, as in the PDF; nothing of it is a
macro or a link.

Headings, lists and captions are Word's own styles, header rows are marked and repeated, pictures and tables have words
for who cannot see them, and the language is set, so that the document is as accessible as the one it is made of.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.publishing.charts.drawing import draw
from pipelines.publishing.language import Words
from pipelines.publishing.rendering.office_package import saved
from pipelines.publishing.rendering.page_engine import tokens
from pipelines.publishing.rendering.pictures import picture
from pipelines.publishing.report.document import (
    Beside,
    Box,
    Boxes,
    Cell,
    Chart,
    Document,
    Entries,
    Heading,
    Note,
    Section,
    Sentence,
    Sentences,
    Table,
    Tiles,
)

_LOCALE = {"it": "it-IT", "en": "en-GB"}
_WIDTH_MM = 170
_TYPEFACE = "Calibri"


def office(document: Document, words: Words, reports: Path, known_at: str) -> bytes:
    """The bytes of a .docx in the document's language; dated with the edition's cut-off."""
    import docx  # Word's format loads only when somebody asks for it
    from docx.shared import Mm

    book = docx.Document()
    page = book.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    page.top_margin = page.bottom_margin = Mm(18)
    about = book.core_properties
    about.title = f"{document.title}, {document.subtitle}"
    about.author = "Net Zero Districts"
    about.language = _LOCALE[document.language]
    about.comments = document.demonstration or ""
    moment = datetime.fromisoformat(known_at).astimezone(UTC).replace(tzinfo=None)
    about.created = about.modified = moment
    about.revision = 1
    about.last_modified_by = "Net Zero Districts"
    _Writer(book, document, words, reports).write()
    return saved(book)


class _Writer:
    """Writes one document; each kind of block has a way of its own."""

    def __init__(self, book: Any, document: Document, words: Words, reports: Path) -> None:
        self._book, self._document, self._words, self._reports = book, document, words, reports
        self._light = tokens(reports)["light"]
        self._drawn = 0

    def write(self) -> None:
        """Head, sections, foot."""
        self._styles()
        document = self._document
        self._paragraph(document.kicker, "Subtitle")
        self._book.add_heading(f"{document.title}, {document.subtitle}", 0)
        if document.demonstration:
            self._paragraph(document.demonstration, strong=True)
        for sentence in document.meta:
            self._sentence(sentence)
        for number, section in enumerate(document.sections, start=1):
            self._section(section, number)
        for sentence in document.footer:
            self._sentence(sentence, "Footer")
        self._foot()

    def _section(self, section: Section, number: int) -> None:
        self._book.add_heading(f"{number}. {section.title}" if number > 1 else section.title, 1)
        for block in section.blocks:
            self._block(block)
        if section.reference:
            named = "; ".join(
                f"{one.title} ({self._document.labels['sheet']} «{one.sheet}»)"
                if one.sheet
                else one.title
                for one in section.reference
            )
            self._paragraph(f"{self._document.labels['behind']} {named}.")

    def _block(self, block: Any) -> None:
        ways: dict[type, Callable[[Any], None]] = {
            Sentences: self._sentences,
            Tiles: self._tiles,
            Chart: self._chart,
            Beside: self._charts,
            Table: self._table,
            Boxes: self._boxes,
            Note: self._note,
            Heading: self._heading,
            Entries: self._entries,
        }
        ways[type(block)](block)

    def _paragraph(self, text: str, style: str | None = None, *, strong: bool = False) -> Any:
        paragraph = self._book.add_paragraph(style=style)
        paragraph.add_run(text).bold = strong or None
        return paragraph

    def _sentence(self, sentence: Sentence, style: str | None = None) -> None:
        paragraph = self._book.add_paragraph(style=style)
        for run in sentence.runs:
            paragraph.add_run(run.text).bold = run.strong or None

    def _note(self, block: Note) -> None:
        self._paragraph(block.text)

    def _heading(self, block: Heading) -> None:
        self._book.add_heading(block.title, 2)

    def _sentences(self, block: Sentences) -> None:
        for sentence in block.items:
            self._sentence(sentence, "List Number" if block.ordered else None)

    def _tiles(self, block: Tiles) -> None:
        """The headline strip, a row each: what it is, the figure, what it is compared with, how it stands."""
        lines = []
        for tile in block.items:
            told = "; ".join(
                " ".join(part for part in (one.label, one.value, one.aside) if part)
                for one in tile.comparisons
            )
            figure = " ".join(part for part in (tile.value, tile.unit) if part)
            lines.append(
                (
                    f"{tile.name} ({tile.code})",
                    figure,
                    tile.reason or told,
                    f"{tile.status.symbol} {tile.status.words}",
                    tile.grade or "–",
                )
            )
        names = ("value", "compared", "status", "grade")
        heads = [self._document.labels["headline_links"]]
        heads += [self._words.say(f"office.{name}") for name in names]
        self._grid(block.label, heads, lines, {1})

    def _table(self, block: Table) -> None:
        lines = [tuple(_cell(cell) for cell in row) for row in block.rows]
        numbers = {place for place, column in enumerate(block.columns) if column.number}
        self._grid(block.caption, [column.title for column in block.columns], lines, numbers)
        for lacking in block.without:
            self._paragraph(f"{lacking.reason}: {', '.join(one.text for one in lacking.items)}.")
        if block.note:
            self._paragraph(block.note)

    def _grid(
        self, caption: str, heads: list[str], lines: Sequence[tuple[str, ...]], numbers: set[int]
    ) -> None:
        """A table with its caption above, its header row marked and repeated, and its name for screen readers."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self._paragraph(caption, "Caption").paragraph_format.keep_with_next = True
        table = self._book.add_table(rows=1, cols=len(heads), style="Light List")
        said = OxmlElement("w:tblCaption")
        said.set(qn("w:val"), caption)
        table._tbl.tblPr.append(said)  # noqa: SLF001 - the library has no way of its own
        head = table.rows[0]
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        head._tr.get_or_add_trPr().append(mark)  # noqa: SLF001
        for row, line in ((head, heads), *((table.add_row(), line) for line in lines)):
            whole = OxmlElement("w:cantSplit")
            row._tr.get_or_add_trPr().append(whole)  # noqa: SLF001
            for place, text in enumerate(line):
                paragraph = row.cells[place].paragraphs[0]
                paragraph.add_run(text)
                if place in numbers:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _charts(self, block: Beside) -> None:
        for chart in block.items:
            self._chart(chart)

    def _chart(self, block: Chart) -> None:
        """A picture with the words of the drawing; the message stands above it as text."""
        from docx.shared import Mm

        self._book.add_heading(block.title, 3)
        self._paragraph(block.subtitle).paragraph_format.keep_with_next = True
        drawing = draw(block, self._light.__getitem__, labelled=False)
        self._book.add_picture(io.BytesIO(picture(drawing, self._reports)), width=Mm(_WIDTH_MM))
        self._drawn += 1
        shape = self._book.inline_shapes[-1]._inline.docPr  # noqa: SLF001 - as above
        shape.set("descr", block.alt)
        shape.set("name", f"{block.id} {self._drawn}")
        if block.note:
            self._paragraph(block.note)

    def _boxes(self, block: Boxes) -> None:
        for box in block.items:
            self._box(box)

    def _box(self, block: Box) -> None:
        self._book.add_heading(block.title, 2)
        if block.lead is not None:
            self._sentence(block.lead)
        for sentence in block.items:
            self._sentence(sentence, "List Bullet")

    def _entries(self, block: Entries) -> None:
        for entry in block.items:
            paragraph = self._paragraph(f"{entry.code} · {entry.name}. ", strong=True)
            paragraph.add_run(entry.method)

    def _styles(self) -> None:
        """Typeface, sizes, colours of the reports, and the language of every text."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        styles = self._book.styles
        for name, size in (("Normal", 10), ("Title", 22), ("Subtitle", 10), ("Heading 1", 15),
                           ("Heading 2", 12), ("Heading 3", 11), ("Caption", 9), ("Footer", 8)):  # fmt: skip
            style = styles[name]
            style.font.size, style.font.name = Pt(size), _TYPEFACE
            fonts_of = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts_of.attrib.pop(qn(f"w:{kind}"), None)
            colour = "brand" if name.startswith(("Heading", "Title")) else "ink"
            style.font.color.rgb = RGBColor.from_string(self._light[colour].lstrip("#").upper())
        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
        properties = defaults.find(qn("w:rPr"))
        language = properties.find(qn("w:lang"))
        if language is None:
            language = OxmlElement("w:lang")
            properties.append(language)
        language.set(qn("w:val"), _LOCALE[self._document.language])

    def _foot(self) -> None:
        """Title and page number at the foot of every page."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        document = self._document
        foot = self._book.sections[0].footer.paragraphs[0]
        flag = f" · {document.demonstration}" if document.demonstration else ""
        foot.add_run(f"{document.title} · {document.subtitle}{flag} · ")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        foot._p.append(field)  # noqa: SLF001


def _cell(cell: Cell) -> str:
    """A cell's text with its status in words and its aside."""
    status = f"{cell.status.symbol} {cell.status.words}" if cell.status else ""
    return " ".join(
        part for part in (cell.text, status, f"({cell.note})" if cell.note else "") if part
    )
