"""The door of an edition, and the notices that stand in the place of one.

Belongs here: `index.html` and pages of plain lines. Does not belong here: reports (`rendering.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.publishing.language import Words, words
from pipelines.publishing.reading import Reading
from pipelines.publishing.rendering.page_engine import LANGUAGES, engine, languages_of, look, tidy
from pipelines.publishing.report.pages import known_day, licence
from pipelines.publishing.report.typesetting import typeset_text


def index(reading: Reading, reports: Path) -> bytes:
    """The door of an edition: every report, every data file."""
    said: Words = words("it", reports / "text")
    about = reading.about
    rows = []
    for folder, name, languages in (
        ("programme", said.say("programme.title"), list(LANGUAGES)),
        *(
            (d, str(row["name_it"]), languages_of(row.get("languages")))
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
        *(
            (f"{row['name_it']}: {text}", f"{district}/{path}")
            for district, row in reading.districts.items()
            for text, path in (
                (f"{said.say('programme.data_values')} (CSV)", "data/kpi_values.csv"),
                (said.say("programme.data_catalogue"), "catalog.jsonld"),
            )
        ),
    ]
    demonstration = any(row["demonstration"] for row in reading.districts.values())
    known = said.day_in(known_day(about["known_at"], "Europe/Rome")).removeprefix("il ")
    text = (
        engine(reports)
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
            **look(reports),
        )
    )
    return tidy(text)


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


def notice(parts: Sequence[tuple[str, str, Sequence[str]]], reports: Path) -> bytes:
    """A page that stands in the place of a report: per language its code, a title and lines of text."""
    typeset = [
        (code, typeset_text(title, code), [typeset_text(line, code) for line in lines])
        for code, title, lines in parts
    ]
    template = engine(reports).get_template("layout/notice.html.jinja")
    return tidy(template.render(parts=typeset, **look(reports)))


def _link_to_opened(folder: str, said: Words) -> list[tuple[str, str]]:
    """The provenance page of a district; the programme has no figures of its own."""
    if folder == "programme":
        return []
    return [(said.say("provenance.title"), f"{folder}/{said.code}/provenance.html")]
