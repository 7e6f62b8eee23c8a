"""`nzd preview` and `nzd comment`: a city looks at its report a day before, and says something beside it.

Belongs here: arguments and printing. Does not belong here: drafts and comments (`publishing/editions`).
"""

from __future__ import annotations

import click

from pipelines.cli.asked import check_asked, month_of
from pipelines.cli.jobs import run_job
from pipelines.settings import now, settings


@click.command()
@click.option("--month", help="Month to look at; the last complete one where none is named.")
def preview(month: str | None) -> None:
    """Collect, build, make the draft of a month and send each city its own for a comment; publish nothing."""
    from pipelines.collecting.due import month_before
    from pipelines.publishing.editions.previews import newest_preview

    wanted = month_of(month or month_before(now()))
    run_job("look_before", partition=wanted)
    draft = newest_preview(settings(), wanted)
    if draft is not None:
        click.echo(f"Draft of {wanted}: {draft.path / 'index.html'}")
    click.echo(f'A city\'s answer: nzd comment DISTRICT {wanted} "…" --by NAME')


@click.command()
@click.argument("district")
@click.argument("month")
@click.argument("text", required=False, default="")
@click.option(
    "--by", required=True, help="The person or office that says it, for everybody to read."
)
@click.option("--take-back", is_flag=True, help="Say nothing any more.")
def comment(district: str, month: str, text: str, by: str, take_back: bool) -> None:
    """Keep what a city says beside its report of a MONTH that is not published yet.

    The last comment counts. It stands on page one as it was written, with name and day.
    """
    from pipelines.publishing.editions.comments import comment as keep

    check_asked(month_of(month), (district,))
    if bool(text.strip()) == take_back:
        raise click.UsageError("Give a text, or --take-back.")
    said = keep(settings(), district, month, "" if take_back else text, by, now())
    shown = f"{said.by}: {said.text}" if said.text else "no comment"
    click.echo(f"{district} {month}, with the next edition: {shown}")
