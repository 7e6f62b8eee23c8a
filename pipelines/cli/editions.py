"""`nzd explain`, `diff`, `withdraw` and `protected`: what was published, and why it says so.

Belongs here: commands over frozen editions. Does not belong here: what they find (`publishing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.asked import Withdrawn, asked_edition, month_of, refuse_withdrawn, standing
from pipelines.cli.printing import latest_edition, warn_of_changes
from pipelines.settings import now, settings

if TYPE_CHECKING:
    from pipelines.publishing.shelf import Edition

_BECAUSE = ("erasure", "disclosure", "error")


@click.command()
@click.argument("figure", nargs=-1, required=True, metavar="NUMBER | DISTRICT MONTH KPI")
@click.option(
    "--rows", is_flag=True, help="Also list the rows of files behind it, and add them up."
)
@click.option(
    "--edition", help="Edition of DISTRICT MONTH KPI, like 2026-10/r1, in place of the latest."
)
def explain(figure: tuple[str, ...], rows: bool, edition: str | None) -> None:
    """Where a published figure comes from: formula, factors, deliveries, what was left out.

    NUMBER is what stands under a figure in the report, or its whole id; DISTRICT MONTH KPI is a
    figure of the latest edition, like prato 2026-10 ENE01. Of a withdrawn edition it says when and
    why it was withdrawn, and what replaces it.
    """
    from pipelines.publishing.opening.explain import explain as explained
    from pipelines.publishing.opening.explain import explain_text
    from pipelines.tracing.avoided_rows import avoided_rows, avoided_rows_text
    from pipelines.tracing.emission_rows import emission_rows, emission_rows_text

    try:
        found = explained(*_place(figure, edition))
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from error
    click.echo(explain_text(found, "en"))
    if rows:
        _list_rows(found.value)
        return
    lines = emission_rows(settings().view / "marts", found.value)
    if lines is not None:
        click.echo(emission_rows_text(lines, found.value, "en"))
    measures = avoided_rows(settings().view / "marts", found.value)
    if measures is not None:
        click.echo(avoided_rows_text(measures, "en"))


def _list_rows(value: dict[str, Any]) -> None:
    """The rows of files behind a value, with what stood in them; for this machine only."""
    from pipelines.tracing.open_figure import rows_of_figure

    try:
        for line in rows_of_figure(settings(), value, "en"):
            click.echo(line)
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from error


def _place(figure: tuple[str, ...], edition: str | None) -> tuple[Path, str, str, str]:
    """Edition, district, month and KPI of what was asked for."""
    from pipelines.publishing.editions.edition import editions
    from pipelines.publishing.opening.named import is_number, named

    if len(figure) == 1 and is_number(figure[0]):
        there = editions(settings().editions)
        try:
            found = named([each.path for each in there], figure[0])
        except LookupError:
            _say_if_withdrawn(figure[0])
            raise
        warn_of_changes(next(each for each in there if each.path == found.edition))
        return found.edition, found.district, found.month, found.kpi
    if len(figure) != 3:
        raise click.UsageError(
            "Give the number that stands under a figure, or a district, a month and a KPI: "
            "nzd explain prato 2026-10 ENE01."
        )
    district, month, kpi = figure
    asked = standing(edition) if edition else latest_edition()
    warn_of_changes(asked)
    return asked.path, district, month_of(month), kpi.upper()


def _say_if_withdrawn(number: str) -> None:
    """What became of the figure that a withdrawn edition printed this number under."""
    from pipelines.catalogue.catalogue import load
    from pipelines.catalogue.kpi import kpis
    from pipelines.publishing.editions.withdrawal import replacement, why_withdrawn
    from pipelines.publishing.opening.named import gone
    from pipelines.publishing.shelf import numbered

    folder = settings().editions
    withdrawn = [one for one in numbered(folder) if one.tombstone is not None]
    districts = load(settings().districts).districts if withdrawn else ()
    for one in gone(withdrawn, districts, kpis(settings().districts), number):
        by = replacement(folder, one.edition)
        lines = [
            f"{number} was {one.kpi} of {one.district}, {one.month}, in edition {one.edition.id}.",
            why_withdrawn(one.edition, by) or "",
        ]
        if by is not None:
            lines.append(
                f"The figure stands there as {one.number_in(by)}: nzd explain {one.number_in(by)}"
            )
        raise Withdrawn("\n".join(lines))


@click.command()
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """What changed between two editions, like 2026-09/r1 and 2026-10/r1."""
    from pipelines.publishing.comparing.diff import diff as compared
    from pipelines.publishing.comparing.diff import diff_text

    old, new = standing(before), standing(after)
    warn_of_changes(old, new)
    if old.is_period or new.is_period:
        click.echo("\n".join(_periods_compared(old, new)) or "No figure differs.")
        return
    click.echo(diff_text(compared(old.path, new.path, settings().memory), "en"))


@click.command()
@click.argument("edition")
def protected(edition: str) -> None:
    """What an edition, like 2026-10/r1, hides to protect firms and people, and by which rule; no values."""
    from pipelines.publishing.protecting.audit import audit_lines
    from pipelines.publishing.protecting.memory import protected_in

    asked = standing(edition)
    if asked.is_period:
        of = asked.manifest["view_of"]["id"]
        raise click.ClickException(f"{edition} is a view of {of} and hides what that hides.")
    found = protected_in(settings().memory, asked.id)
    if found is None:
        raise click.ClickException(
            f"{edition} left no list of what it protects: it was published by an older version. Publish again."
        )
    click.echo("\n".join(audit_lines(found)) or "Nothing is hidden.")


@click.command()
@click.argument("edition")
@click.option("--reason", required=True, help="Why, for everybody to read; not what was withdrawn.")
@click.option("--kind", type=click.Choice(_BECAUSE), required=True)
@click.option("--by", required=True, help="The person or authority that decided.")
@click.confirmation_option(prompt="Its figures cannot be brought back. Withdraw it?")
def withdraw(edition: str, reason: str, kind: str, by: str) -> None:
    """Take an edition, like 2026-10/r1, away for good; why stays in its place."""
    from pipelines.delivering.deliver import take_back
    from pipelines.publishing.editions.withdrawal import views_of
    from pipelines.publishing.editions.withdrawal import withdraw as bury
    from pipelines.publishing.portal.site import make_portal

    found = asked_edition(edition)
    refuse_withdrawn(found)
    views = views_of(settings().editions, found)
    later = bury(settings(), found, reason, kind, by, now())
    make_portal(settings())
    click.echo(f"{found.id} is withdrawn; its number is not used again.")
    warn_of_changes(found)
    if gone := take_back(settings(), found):
        click.echo(f"Letters with its figures that were taken out of the outbox: {gone}.")
    for one in views:
        if one.tombstone is not None:
            click.echo(f"{one.id}, which was a view of it, is withdrawn with it.")
    for one in later:
        if one in views:
            click.echo(f"{one.id} is a view of it and stays.")
            continue
        click.echo(
            f"{one.id} tells changes against it and repeats figures of it: withdraw it too where they must go."
        )


def _periods_compared(old: Edition, new: Edition) -> Iterator[str]:
    from pipelines.publishing.periods.compared import compared

    if not (old.is_period and new.is_period):
        raise click.ClickException(
            "A month and a quarter or year cannot be compared: name two months, or two periods."
        )
    for change in compared(old.path, new.path):
        yield str(change)
