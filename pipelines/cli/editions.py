"""`nzd explain`, `diff` and `verify`: what was published, and why it says what it says.

Belongs here: commands over frozen editions. Does not belong here: what they find (`publishing`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipelines.cli.asked import month_of
from pipelines.cli.printing import latest_edition
from pipelines.settings import settings


@click.command()
@click.argument("figure", nargs=-1, required=True, metavar="NUMBER | DISTRICT MONTH KPI")
@click.option(
    "--rows", is_flag=True, help="Also list the rows of files behind it, and add them up."
)
def explain(figure: tuple[str, ...], rows: bool) -> None:
    """Where a published figure comes from: formula, factors, deliveries, what was left out.

    NUMBER is what stands under a figure in the report, or its whole id; DISTRICT MONTH KPI is a
    figure of the latest edition, like prato 2026-10 ENE01.
    """
    from pipelines.publishing.explain import explain as explained
    from pipelines.publishing.explain import explain_text
    from pipelines.tracing.emission_rows import emission_rows, emission_rows_text

    try:
        found = explained(*_place(figure))
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from error
    click.echo(explain_text(found, "en"))
    if rows:
        _list_rows(found.value)
        return
    lines = emission_rows(settings().view / "marts", found.value)
    if lines is not None:
        click.echo(emission_rows_text(lines, found.value, "en"))


def _list_rows(value: dict[str, Any]) -> None:
    """The rows of files behind a value, with what stood in them; for this machine only."""
    from pipelines.tracing.open_figure import rows_of_figure

    try:
        for line in rows_of_figure(settings(), value, "en"):
            click.echo(line)
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from error


def _place(figure: tuple[str, ...]) -> tuple[Path, str, str, str]:
    """Edition, district, month and KPI of what was asked for."""
    from pipelines.publishing.edition import editions
    from pipelines.publishing.named import is_number, named

    if len(figure) == 1 and is_number(figure[0]):
        found = named([each.path for each in editions(settings().editions)], figure[0])
        return found.edition, found.district, found.month, found.kpi
    if len(figure) != 3:
        raise click.UsageError(
            "Give the number that stands under a figure, or a district, a month and a KPI: "
            "nzd explain prato 2026-10 ENE01."
        )
    district, month, kpi = figure
    return latest_edition(), district, month_of(month), kpi.upper()


@click.command()
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """What changed between two editions, like 2026-09/r1 and 2026-10/r1."""
    from pipelines.publishing.diff import diff as compared
    from pipelines.publishing.diff import diff_text

    click.echo(diff_text(compared(_edition(before), _edition(after)), "en"))


@click.command()
@click.argument("edition")
def verify(edition: str) -> None:
    """Compare every file of an edition, like 2026-10/r1, with the hashes it was published under."""
    from pipelines.publishing.verify import verify as verified

    try:
        found = verified(_edition(edition))
    except (ValueError, LookupError) as error:
        raise click.ClickException(
            f"{edition}: its manifest.json is not as it was published; nothing can be compared "
            f"with it ({error}). Restore the edition from a backup."
        ) from error
    for word, names in (
        ("changed", found.changed),
        ("missing", found.missing),
        ("added", found.unexpected),
    ):
        for name in names:
            click.echo(f"{word}: {name}")
    if not found.ok:
        raise click.ClickException(f"{edition} is not as it was published.")
    click.echo(f"{edition}: every file is as published.")


def _edition(said: str) -> Path:
    folder = settings().editions / said.replace("-r", "/r")
    if not (folder / "manifest.json").exists():
        raise click.ClickException(f"There is no edition '{said}'. Write it like 2026-10/r1.")
    return folder
