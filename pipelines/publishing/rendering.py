"""HTML, PDF, XLSX and the index page of one edition, from its folder and nothing else.

Belongs here: turning documents into bytes, the same bytes for the same edition. Does not belong here: what a
report says (`sections/`, `pages.py`).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.publishing import fonts
from pipelines.publishing.annex import annex
from pipelines.publishing.document import Chart, Document, Tile
from pipelines.publishing.drawing import NARROW, Paint, draw, page_paint, spark
from pipelines.publishing.kpi_file import SHORT
from pipelines.publishing.language import Words, words
from pipelines.publishing.opened import opened
from pipelines.publishing.pages import district_document, known_day, licence, programme_document
from pipelines.publishing.provenance import provenance
from pipelines.publishing.provenance_data import provenance_jsonld
from pipelines.publishing.reading import Reading
from pipelines.publishing.typesetting import typeset_text
from pipelines.settings import checkout

LANGUAGES = ("it", "en")


def render(edition: Path) -> dict[str, bytes]:
    """Every report of an edition.

    Args:
        edition: The edition's folder with its manifest, `kpi_values` and `tables/`.

    Returns:
        Bytes by path within the edition: HTML and PDF per district and language, annexes, the programme, the index.
    """
    reports = checkout() / "reports"
    reading = Reading(edition)
    made: dict[str, bytes] = {}
    for district, about in reading.districts.items():
        for code in _languages(about.get("languages")):
            document = district_document(reading, district, words(code, reports / "text"))
            made |= _both(document, f"{district}/{code}", reading, reports)
        made |= _opened(reading, district, reports)
        said = [words(code, reports / "text") for code in LANGUAGES]
        made[f"{district}/annex.xlsx"] = annex(reading, district, said[0], said)
    for code in LANGUAGES:
        document = programme_document(reading, words(code, reports / "text"))
        made |= _both(document, f"programme/{code}", reading, reports)
    made["index.html"] = _index(reading, reports)
    return made


def notice(parts: Sequence[tuple[str, str, Sequence[str]]], reports: Path) -> bytes:
    """A page that stands in the place of a report: per language its code, a title and lines of text."""
    typeset = [
        (code, typeset_text(title, code), [typeset_text(line, code) for line in lines])
        for code, title, lines in parts
    ]
    template = _engine(reports).get_template("layout/notice.html.jinja")
    return _tidy(template.render(parts=typeset, **_look(reports)))


def _languages(declared: str | None) -> list[str]:
    named = [code.strip() for code in (declared or "it,en").split(",")]
    return [code for code in LANGUAGES if code in named]


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
    if document.kind == "district":
        links.append((document.labels["annex"], "../annex.xlsx"))
        links.append((document.labels["opened"], "provenance.html"))
    links.append((document.labels["index"], "../../index.html"))
    engine = _engine(reports)
    template = engine.get_template("layout/report.html.jinja")
    text = template.render(
        doc=dataclasses.replace(document, links=tuple(links)),
        **_look(reports),
        **_marks(engine, document.kind),
    )
    return _tidy(text)


def _opened(reading: Reading, district: str, reports: Path) -> dict[str, bytes]:
    """The provenance of a district's figures: a page per language, the same for machines."""
    of, about = opened(reading, district), reading.about
    row = reading.districts[district]
    own = (reports / "styles" / "provenance.css").read_text(encoding="utf-8")
    made = {f"{district}/provenance.jsonld": provenance_jsonld(of)}
    languages = _languages(row.get("languages"))
    for code in languages:
        said = words(code, reports / "text")
        others = [other for other in languages if other != code]
        known = said.day_in(known_day(about["known_at"], row["timezone"])).removeprefix("il ")
        text = (
            _engine(reports)
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
                **_look(reports),
            )
        )
        made[f"{district}/{code}/provenance.html"] = _tidy(text)
    return made


def _tidy(text: str) -> bytes:
    lines = (line.rstrip() for line in text.splitlines())
    return ("\n".join(line for line in lines if line.strip()) + "\n").encode("utf-8")


@cache
def _engine(reports: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(reports),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _marks(engine: Environment, kind: str) -> dict[str, Callable[..., Any]]:
    """What templates call: macros, drawings, the name of a block's template."""
    macros: Any = engine.get_template("sections/macros.html.jinja").module
    return {
        "runs": macros.runs,
        "table": lambda it: macros.table(it, kind == "district"),
        # Our own drawings, their texts escaped; the page shows the one that fits it.
        "draw": lambda chart: Markup(  # noqa: S704
            draw(chart, page_paint) + draw(chart, page_paint, width=NARROW)
        ),
        "spark": lambda values: Markup(spark(values, page_paint)),  # noqa: S704
        "kind": lambda block: type(block).__name__.lower(),
    }


@cache
def _tokens(reports: Path) -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads(
        (reports / "styles" / "tokens.json").read_text(encoding="utf-8")
    )
    return loaded


def _look(reports: Path) -> dict[str, Any]:
    css = (reports / "styles" / "report.css").read_text(encoding="utf-8")
    return {"tokens": _tokens(reports), "fonts": fonts.embedded(), "css": Markup(css)}  # noqa: S704 - our own file


def pdf(document: Document, reports: Path, known_at: str) -> bytes:
    """Tagged PDF/UA-1 of the same document; its date is the edition's cut-off."""
    import typst  # the PDF engine loads only when a report is made

    light = _tokens(reports)["light"]

    def paint(token: str) -> str:
        return light[token]

    said = {**_plain(document, paint), "tokens": light, "digits": SHORT}
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
    if isinstance(value, Chart):
        return {
            "kind": "chart",
            "id": value.id,
            "title": value.title,
            "subtitle": value.subtitle,
            "alt": value.alt,
            "svg": draw(value, paint, labelled=False),
            "note": value.note,
        }
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        plain = {
            field.name: _plain(getattr(value, field.name), paint)
            for field in dataclasses.fields(value)
        }
        if isinstance(value, Tile):
            known = [each for each in value.spark if each is not None]
            plain["spark"] = spark(value.spark, paint, sized=True) if len(known) > 1 else ""
        if not isinstance(value, Document):
            plain["kind"] = type(value).__name__.lower()
        return plain
    if isinstance(value, tuple | list):
        return [_plain(each, paint) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each, paint) for key, each in value.items()}
    return value


def _link_to_opened(folder: str, said: Words) -> list[tuple[str, str]]:
    """The provenance page of a district; the programme has no figures of its own."""
    if folder == "programme":
        return []
    return [(said.say("provenance.title"), f"{folder}/{said.code}/provenance.html")]


def _index(reading: Reading, reports: Path) -> bytes:
    """The door of an edition: every report, every data file."""
    said: Words = words("it", reports / "text")
    about = reading.about
    rows = []
    for folder, name, languages in (
        ("programme", said.say("programme.title"), list(LANGUAGES)),
        *(
            (d, str(row["name_it"]), _languages(row.get("languages")))
            for d, row in reading.districts.items()
        ),
    ):
        files = [
            (
                code,
                [
                    (
                        words(code, reports / "text").say("programme.html"),
                        f"{folder}/{code}/report.html",
                    ),
                    ("PDF", f"{folder}/{code}/report.pdf"),
                    *_link_to_opened(folder, words(code, reports / "text")),
                ]
                if code in languages
                else [],
            )
            for code in LANGUAGES
        ]
        rows.append(
            {
                "name": name,
                "files": files,
                "annex": None if folder == "programme" else f"{folder}/annex.xlsx",
            }
        )
    data = [
        (f"{said.say('programme.data_values')} (CSV)", "kpi_values.csv"),
        (f"{said.say('programme.data_values')} (Parquet)", "kpi_values.parquet"),
        (said.say("programme.data_package"), "datapackage.json"),
        (said.say("programme.data_catalogue"), "catalog.jsonld"),
        (said.say("programme.data_manifest"), "manifest.json"),
    ]
    demonstration = any(row["demonstration"] for row in reading.districts.values())
    known = said.day_in(known_day(about["known_at"], "Europe/Rome")).removeprefix("il ")
    text = (
        _engine(reports)
        .get_template("layout/index.html.jinja")
        .render(
            title=said.say("programme.index_title"),
            when=said.say("programme.index_when", id=f"{about['month']} r{about['revision']}"),
            lead=said.say("programme.index_lead", month=said.month(reading.month), day=known),
            demonstration=said.say("report.demonstration") if demonstration else None,
            licence=licence(about, said),
            rows=rows,
            notes=_notes(reading, said),
            data=data,
            say=said.say,
            **_look(reports),
        )
    )
    return _tidy(text)


def _notes(reading: Reading, said: Words) -> list[str]:
    """Who is not in this edition, and who is by a person's decision."""
    about = reading.about
    left_out = [one["name_it"] for one in about["left_out"]]
    waiting = [said.say("delayed.left_out", districts=said.both(left_out))] if left_out else []
    return waiting + [
        said.say(
            "delayed.overridden",
            district=reading.districts[one["district_id"]]["name_it"],
            by=one["by"],
            reason=one["reason"],
        )
        for one in about["overrides"]
    ]
