"""HTML, PDF, XLSX and the index page of one edition, from its folder and nothing else.

Belongs here: turning documents into bytes, the same bytes for the same edition. Does not belong here: what a
report says (`sections/`, `pages.py`).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from pipelines.publishing.charts.drawing import NARROW, WIDE, Paint, draw, page_paint, spark
from pipelines.publishing.kpi_file import SHORT
from pipelines.publishing.language import words
from pipelines.publishing.opening.opened import opened
from pipelines.publishing.opening.provenance import provenance
from pipelines.publishing.opening.provenance_data import provenance_jsonld
from pipelines.publishing.reading import Reading
from pipelines.publishing.rendering import fonts
from pipelines.publishing.rendering.annex import annex
from pipelines.publishing.rendering.index_page import index
from pipelines.publishing.rendering.page_engine import (
    LANGUAGES,
    engine,
    languages_of,
    look,
    tidy,
    tokens,
)
from pipelines.publishing.report.document import Beside, Chart, Document, Reference, Tile
from pipelines.publishing.report.pages import (
    district_document,
    known_day,
    licence,
    programme_document,
)
from pipelines.settings import checkout


def render(edition: Path) -> dict[str, bytes]:
    """Every report of an edition by its path, all at once: see `rendered`."""
    return dict(rendered(edition))


def rendered(edition: Path) -> Iterator[tuple[str, bytes]]:
    """Every report of an edition, one after the other: of a hundred districts none is kept in memory.

    Args:
        edition: The edition's folder with its manifest, `kpi_values` and `tables/`.

    Yields:
        Path within the edition and bytes: HTML and PDF per district and language, annexes, the programme, the index.
    """
    reports = checkout() / "reports"
    reading = Reading(edition)
    for district, about in reading.districts.items():
        for code in languages_of(about.get("languages")):
            document = district_document(reading, district, words(code, reports / "text"))
            yield from _both(document, f"{district}/{code}", reading, reports).items()
        yield from _opened(reading, district, reports).items()
        said = [words(code, reports / "text") for code in LANGUAGES]
        yield f"{district}/annex.xlsx", annex(reading, district, said[0], said)
    for code in LANGUAGES:
        document = programme_document(reading, words(code, reports / "text"))
        yield from _both(document, f"programme/{code}", reading, reports).items()
    yield "index.html", index(reading, reports)


def _both(document: Document, folder: str, reading: Reading, reports: Path) -> dict[str, bytes]:
    return {
        f"{folder}/report.html": html(document, reports),
        f"{folder}/report.pdf": pdf(document, reports, str(reading.about["known_at"])),
    }


def html(document: Document, reports: Path) -> bytes:
    """One page that needs nothing else: styles, typeface and drawings are inside."""
    other = "en" if document.language == "it" else "it"
    links = [
        (document.labels["language"], f"../{other}/report.html"),
        (document.labels["pdf"], "report.pdf"),
    ]
    if document.kind in ("district", "quarter", "year"):
        links.append((document.labels["annex"], "../annex.xlsx"))
    if document.kind == "district":
        links.append((document.labels["opened"], "provenance.html"))
    links.append((document.labels["index"], "../../index.html"))
    templates = engine(reports)
    template = templates.get_template("layout/report.html.jinja")
    text = template.render(
        doc=dataclasses.replace(document, links=tuple(links)),
        **look(reports),
        **_marks(templates, document),
    )
    return tidy(text)


def _opened(reading: Reading, district: str, reports: Path) -> dict[str, bytes]:
    """The provenance of a district's figures: a page per language, the same for machines."""
    of, about = opened(reading, district), reading.about
    row = reading.districts[district]
    own = (reports / "styles" / "provenance.css").read_text(encoding="utf-8")
    made = {f"{district}/provenance.jsonld": provenance_jsonld(of)}
    languages = languages_of(row.get("languages"))
    for code in languages:
        said = words(code, reports / "text")
        others = [other for other in languages if other != code]
        known = said.day_in(known_day(about["known_at"], row["timezone"])).removeprefix("il ")
        text = (
            engine(reports)
            .get_template("layout/provenance.html.jinja")
            .render(
                language=code,
                page=provenance(of, said),
                title=row[f"name_{code}"],
                subtitle=said.month(reading.month),
                edition=f"{about['id']} · {said.say('report.known', day=known)}",
                demonstration=said.say("report.demonstration") if row["demonstration"] else None,
                links=[
                    *(
                        (said.say("report.language"), f"../{other}/provenance.html", other)
                        for other in others
                    ),
                    (said.say("provenance.report"), "report.html", None),
                    ("JSON-LD", "../provenance.jsonld", None),
                    (said.say("report.index"), "../../index.html", None),
                ],
                licence=licence(about, said),
                say=said.say,
                own=Markup(own),  # noqa: S704 - our own file
                **look(reports),
            )
        )
        made[f"{district}/{code}/provenance.html"] = tidy(text)
    return made


def _marks(templates: Environment, document: Document) -> dict[str, Callable[..., Any]]:
    """What templates call: macros, drawings, the name of a block's template."""
    macros: Any = templates.get_template("sections/macros.html.jinja").module
    linked, twin = document.kind == "district", document.labels["table_of"]
    return {
        "runs": macros.runs,
        "sources": lambda said: macros.sources(said, linked, document.labels["opened"]),
        "table": lambda it: macros.table(it, linked),
        "figure": lambda chart, drawing: macros.figure(chart, drawing, twin, linked),
        "draw_half": lambda chart: Markup(draw(chart, page_paint, width=NARROW)),  # noqa: S704
        # Our own drawings, their texts escaped; the page shows the one that fits it.
        "draw": lambda chart: Markup(  # noqa: S704
            draw(chart, page_paint) + draw(chart, page_paint, width=NARROW)
        ),
        "spark": lambda values: Markup(spark(values, page_paint)),  # noqa: S704
        "kind": lambda block: type(block).__name__.lower(),
    }


def pdf(document: Document, reports: Path, known_at: str) -> bytes:
    """Tagged PDF/UA-1 of the same document; its date is the edition's cut-off."""
    import typst  # the PDF engine loads only when a report is made

    light: dict[str, str] = tokens(reports)["light"]

    def paint(token: str) -> str:
        return light[token]

    said = {
        **_plain(document, paint),
        "tokens": light,
        "print": tokens(reports)["print"],
        "digits": SHORT,
    }
    made: bytes = typst.compile(
        str(reports / "layout" / "report.typ"),
        root=str(reports),
        font_paths=[str(fonts.folder())],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"document": json.dumps(said, ensure_ascii=False)},
        timestamp=int(datetime.fromisoformat(known_at).astimezone(UTC).timestamp()),
    )
    return made


def _plain(value: Any, paint: Paint) -> Any:
    """The document as JSON for the PDF engine, drawings made, each part naming its kind."""
    if isinstance(value, tuple | list):
        return [_plain(each, paint) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each, paint) for key, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _part(value, paint)
    return value


def _part(value: Any, paint: Paint) -> dict[str, Any]:
    """One part of the document; of what stands behind a page, its name alone."""
    if isinstance(value, Beside):
        return {"kind": "beside", "items": [_chart(each, paint, NARROW) for each in value.items]}
    if isinstance(value, Chart):
        return _chart(value, paint, WIDE)
    if isinstance(value, Reference):
        return {"title": value.title, "sheet": value.sheet}
    plain = {
        field.name: _plain(getattr(value, field.name), paint) for field in dataclasses.fields(value)
    }
    if isinstance(value, Tile):
        known = [each for each in value.spark if each is not None]
        plain["spark"] = spark(value.spark, paint, sized=True) if len(known) > 1 else ""
    if not isinstance(value, Document):
        plain["kind"] = type(value).__name__.lower()
    return plain


def _chart(chart: Chart, paint: Paint, width: int) -> dict[str, Any]:
    """A chart drawn for a page's width or for half of it."""
    return {
        "kind": "chart",
        "id": chart.id,
        "title": chart.title,
        "subtitle": chart.subtitle,
        "alt": chart.alt,
        "svg": draw(chart, paint, labelled=False, width=width),
        "note": chart.note,
    }
