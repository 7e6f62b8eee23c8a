"""`nzd office`: a published report as a Word document, for a council's session.

Belongs here: the command. Does not belong here: how the document is written (`publishing/rendering/office.py`).
"""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.cli.asked import standing
from pipelines.publishing.language import Words
from pipelines.publishing.report.document import Document
from pipelines.publishing.shelf import Edition
from pipelines.settings import checkout

_PROGRAMME = "programme"


@click.command()
@click.argument("edition")
@click.argument("district")
@click.option("--language", type=click.Choice(["it", "en"]), default="it", show_default=True)
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; beside you, named after the report, unless said.",
)
def office(edition: str, district: str, language: str, target: Path | None) -> None:
    """The report of an edition, like 2026-10/r1, 2026-Q3/r1 or 2025/r1, as a Word document (.docx).

    DISTRICT is a district of the edition, or 'programme'. Nothing in the edition is changed.
    """
    from pipelines.publishing.language import words
    from pipelines.publishing.rendering.office import office as written

    found = standing(edition)
    reports = checkout() / "reports"
    said = words(language, reports / "text")
    document = _document(found, district, said)
    place = target or Path(f"{found.id}-{district}-{language}.docx")
    place.write_bytes(written(document, said, reports, str(found.manifest["known_at"])))
    click.echo(place)


def _document(found: Edition, district: str, said: Words) -> Document:
    """The document that the edition's pages show."""
    from pipelines.publishing.periods.period import Period
    from pipelines.publishing.periods.reading import PeriodReading
    from pipelines.publishing.reading import Reading
    from pipelines.publishing.report.pages import district_document, programme_document
    from pipelines.publishing.report.period_pages import period_document, period_programme
    from pipelines.publishing.shelf import numbered
    from pipelines.settings import settings

    about = found.manifest
    place = found.path
    if found.is_period:
        of = about["view_of"]["id"]
        base = next((one for one in numbered(settings().editions) if one.id == of), None)
        if base is None or base.tombstone is not None:
            raise click.ClickException(
                f"{of}, which {found.id} is a view of, was withdrawn: there is nothing to write it from. "
                f"Its pages are in {found.path}."
            )
        place = base.path
    reading = Reading(place)
    if district not in (*reading.districts, _PROGRAMME):
        raise click.ClickException(
            f"{found.id} has no report of '{district}'. It has: {', '.join(reading.districts)}, {_PROGRAMME}."
        )
    if found.is_period:
        whole = PeriodReading(reading, Period.named(found.month), about)
        if district == _PROGRAMME:
            return period_programme(whole, said)
        return period_document(whole, district, said)
    if district == _PROGRAMME:
        return programme_document(reading, said)
    return district_document(reading, district, said)
