"""`nzd explain`, `diff`, `verify`, `withdraw` and `protected`: what was published, and why it says so.

Belongs here: commands over frozen editions. Does not belong here: what they find (`publishing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.asked import Withdrawn, month_of, standing
from pipelines.cli.printing import latest_edition
from pipelines.settings import now, settings

if TYPE_CHECKING:
    from pipelines.publishing.editions.repeating import Repeated
    from pipelines.publishing.editions.verify import Verification
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
        try:
            found = named([each.path for each in editions(settings().editions)], figure[0])
        except LookupError:
            _say_if_withdrawn(figure[0])
            raise
        return found.edition, found.district, found.month, found.kpi
    if len(figure) != 3:
        raise click.UsageError(
            "Give the number that stands under a figure, or a district, a month and a KPI: "
            "nzd explain prato 2026-10 ENE01."
        )
    district, month, kpi = figure
    folder = standing(edition).path if edition else latest_edition()
    return folder, district, month_of(month), kpi.upper()


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
@click.option(
    "--files", is_flag=True, help="Only compare its files with the hashes it was published under."
)
def verify(edition: str, *, files: bool) -> None:
    """Make an edition, like 2026-10/r1, again from landing and compare every file, byte by byte."""
    from pipelines.publishing.editions.verify import verify as verified

    found = standing(edition)
    try:
        checked = verified(found.path)
        for line in _of_files(checked):
            click.echo(line)
        if files or not checked.ok:
            _conclude(edition, checked.ok, "every file is as published.")
            return
        if found.is_period:
            _verify_period(edition, found)
            return
        from pipelines.publishing.editions.repeating import NotRepeatable, repeat
        from pipelines.version import code_version

        try:
            again = repeat(settings(), found, code_version())
        except NotRepeatable as older:
            raise click.ClickException(str(older)) from older
    except (ValueError, LookupError) as error:
        raise click.ClickException(
            f"{edition}: its manifest.json is not as it was published; nothing can be compared "
            f"with it ({error}). Restore the edition from a backup."
        ) from error
    for line in _of_inputs(again):
        click.echo(line)
    if again.damaged:
        raise click.ClickException(
            f"{edition}: its files are as published, and what it was made of is not: it could not be made again."
        )
    said = "made again from landing, every file is the same to the byte."
    if again.taken_away:
        said = "every file is as published; it can no longer be made again, because of what was taken away since."
    elif again.differing:
        said = "every file is as published; other code makes other files, which is no damage."
    _conclude(edition, again.ok, said)


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

    found = standing(edition)
    views = views_of(settings().editions, found)
    later = bury(settings(), found, reason, kind, by, now())
    make_portal(settings())
    click.echo(f"{found.id} is withdrawn; its number is not used again.")
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


def _verify_period(edition: str, found: Edition) -> None:
    """Make the edition of a quarter or a year again from the month's edition it is a view of."""
    from pipelines.publishing.editions.period_editions import repeat_period
    from pipelines.version import code_version

    again = repeat_period(settings(), found, code_version())
    if again.damaged:
        click.echo(f"damaged: {again.damaged}")
        raise click.ClickException(
            f"{edition}: its files are as published, and what it was made of is not: it could not be made again."
        )
    if again.withdrawn:
        click.echo(f"taken away: {again.withdrawn}")
    if not again.same_code:
        click.echo(
            f"the code is another version: {again.code[0]} then, {again.code[1]} now; "
            f"{len(again.differing) or 'none'} of its files differ"
        )
    for name in again.differing:
        click.echo(f"differs: {name}")
    said = "made again from the edition it is a view of, every file is the same to the byte."
    if again.withdrawn:
        said = "every file is as published; it can no longer be made again, because of what was taken away since."
    elif again.differing:
        said = "every file is as published; other code makes other files, which is no damage."
    _conclude(edition, again.ok, said)


def _periods_compared(old: Edition, new: Edition) -> Iterator[str]:
    from pipelines.publishing.periods.compared import compared

    if not (old.is_period and new.is_period):
        raise click.ClickException(
            "A month and a quarter or year cannot be compared: name two months, or two periods."
        )
    for change in compared(old.path, new.path):
        yield str(change)


def _of_files(checked: Verification) -> Iterator[str]:
    for word, names in (
        ("changed", checked.changed),
        ("missing", checked.missing),
        ("added", checked.unexpected),
    ):
        yield from (f"{word}: {name}" for name in names)
    yield from (f"changed: manifest.json; {one} names another hash" for one in checked.disowned_by)


def _of_inputs(again: Repeated) -> Iterator[str]:
    yield from (f"damaged: {line}" for line in again.damaged)
    yield from (f"taken away: {line}" for line in again.taken_away)
    yield from (
        f"declared otherwise today: {line}; made again with what it said then"
        for line in again.changed
    )
    if not again.same_code:
        differing = (
            ""
            if again.differing is None
            else f"; {len(again.differing) or 'none'} of its files differ"
        )
        yield f"the code is another version: {again.code[0]} then, {again.code[1]} now{differing}"
    yield from (f"differs: {name}" for name in again.differing or ())


def _conclude(edition: str, ok: bool, said: str) -> None:
    if not ok:
        raise click.ClickException(f"{edition} is not as it was published.")
    click.echo(f"{edition}: {said}")
