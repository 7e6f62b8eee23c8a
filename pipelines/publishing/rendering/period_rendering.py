"""HTML, PDF, XLSX and the index of an edition of a quarter or a year: views of the same documents as a month's.

Belongs here: which files such an edition has. Does not belong here: how a document is drawn (`rendering.py`), what it
says (`report/period_pages.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.publishing.language import words
from pipelines.publishing.periods.reading import DistrictPeriod, PeriodReading
from pipelines.publishing.rendering.page_engine import LANGUAGES, engine, languages_of, look, tidy
from pipelines.publishing.rendering.period_annex import period_annex
from pipelines.publishing.rendering.rendering import html, pdf
from pipelines.publishing.report.document import Document
from pipelines.publishing.report.pages import known_day, licence
from pipelines.publishing.report.period_pages import period_document, period_programme
from pipelines.publishing.report.sections.period_figures import name_of
from pipelines.settings import checkout


def rendered_period(whole: PeriodReading) -> Iterator[tuple[str, bytes]]:
    """Every report of a period, one after the other, by path within its edition."""
    reports = checkout() / "reports"
    texts = reports / "text"
    for district, row in whole.reading.districts.items():
        for code in languages_of(row.get("languages")):
            document = period_document(whole, district, words(code, texts))
            yield from _both(document, f"{district}/{code}", whole.about).items()
        said = [words(code, texts) for code in LANGUAGES]
        yield f"{district}/annex.xlsx", period_annex(DistrictPeriod(whole, district), said)
    for code in LANGUAGES:
        document = period_programme(whole, words(code, texts))
        yield from _both(document, f"programme/{code}", whole.about).items()
    yield "index.html", _index(whole)


def _both(document: Document, folder: str, about: Mapping[str, Any]) -> dict[str, bytes]:
    reports = checkout() / "reports"
    return {
        f"{folder}/report.html": html(document, reports),
        f"{folder}/report.pdf": pdf(document, reports, str(about["known_at"])),
    }


def _index(whole: PeriodReading) -> bytes:
    """The door of the edition, as that of a month."""
    reports = checkout() / "reports"
    said, about = words("it", reports / "text"), whole.about
    districts = whole.reading.districts
    folders = [
        ("programme", said.say("programme.title"), list(LANGUAGES)),
        *(
            (one, str(row["name_it"]), languages_of(row.get("languages")))
            for one, row in districts.items()
        ),
    ]
    rows = [
        {
            "name": name,
            "files": [
                (code, _files(folder, code) if code in languages else []) for code in LANGUAGES
            ],
            "annex": None if folder == "programme" else f"{folder}/annex.xlsx",
        }
        for folder, name, languages in folders
    ]
    data = [
        (f"{said.say('periods.values')} (CSV)", "period_values.csv"),
        (f"{said.say('periods.values')} (Parquet)", "period_values.parquet"),
        (said.say("programme.data_package"), "datapackage.json"),
        (said.say("programme.data_manifest"), "manifest.json"),
    ]
    demonstration = any(row["demonstration"] for row in districts.values())
    known = said.day_in(known_day(about["known_at"], "Europe/Rome")).removeprefix("il ")
    period = name_of(whole.period, said)
    text = (
        engine(reports)
        .get_template("layout/index.html.jinja")
        .render(
            title=said.say("periods.index_title", period=period),
            when=said.say("periods.index_when", id=f"{about['period']} r{about['revision']}"),
            lead=said.say(
                "periods.index_lead", period=period, id=about["view_of"]["id"], day=known
            ),
            demonstration=said.say("report.demonstration") if demonstration else None,
            licence=licence(about, said),
            rows=rows,
            notes=[],
            data=data,
            say=said.say,
            **look(reports),
        )
    )
    return tidy(text)


def _files(folder: str, code: str) -> list[tuple[str, str]]:
    said = words(code, checkout() / "reports" / "text")
    return [
        (said.say("programme.html"), f"{folder}/{code}/report.html"),
        ("PDF", f"{folder}/{code}/report.pdf"),
    ]
