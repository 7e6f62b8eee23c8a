"""`nzd collect`, `build`, `publish`, `refresh` and `up`: what changes the state of a deployment.

Belongs here: commands that run a job. Does not belong here: what the jobs do (`defs`).
"""

from __future__ import annotations

import os
import sys
from datetime import datetime

import click

from pipelines.cli.asked import Moment, check_asked, district_option, month_of
from pipelines.cli.delays import delays_said
from pipelines.cli.internal import end_of_agreements
from pipelines.cli.jobs import run_job
from pipelines.cli.printing import print_edition, print_failures, print_findings
from pipelines.landing.alone import alone
from pipelines.settings import as_of, now, settings


@click.command()
@district_option
def collect(districts: tuple[str, ...]) -> None:
    """Ask every source for what is new, and judge it."""
    run_job("collect", districts=districts)
    print_failures(districts)
    print_findings()


@click.command()
@click.option(
    "--as-of",
    "moment",
    type=Moment(),
    help="Build what was known at this moment, or at the end of this day, beside today's view.",
)
def build(moment: datetime | None) -> None:
    """Build and test the warehouse from the rows that count."""
    if moment is None:
        run_job("build")
        click.echo(f"Marts: {settings().view / 'marts'}")
        return
    from pipelines.catalogue.catalogue import load
    from pipelines.catalogue.thresholds import thresholds
    from pipelines.collecting.collect import refresh_current
    from pipelines.collecting.unasked import NeverAsked, refuse_what_was_never_asked
    from pipelines.warehouse.build import BuildFailed
    from pipelines.warehouse.build import build as build_view
    from pipelines.warehouse.views import keep_the_newest_views

    cut_off = min(moment, now())
    view = as_of(settings(), cut_off)
    catalogue = load(view.districts)
    with alone(view.home):
        try:
            refuse_what_was_never_asked(view, catalogue)
            refresh_current(view, catalogue, cut_off)
            build_view(view, catalogue, cut_off)
            keep_the_newest_views(view, thresholds(view.districts).keeping.earlier_views)
        except (BuildFailed, NeverAsked) as failure:
            raise click.ClickException(str(failure)) from failure
    click.echo(f"Marts as of {cut_off:%Y-%m-%d %H:%M} UTC: {view.view / 'marts'}")


@click.command()
@click.option("--month", help="Month to publish, like 2026-10.")
@click.option(
    "--quarter", help="Quarter to publish from the edition of its last month, like 2026-Q3."
)
@click.option("--year", help="Year to publish from the edition of its last month, like 2025.")
@click.option(
    "--despite",
    "despite",
    multiple=True,
    metavar="DISTRICT",
    help="Publish it although a headline figure is below the line; may be repeated.",
)
@click.option("--by", help="With --despite: the person who decides.")
@click.option("--reason", help="With --despite: why, for everybody to read.")
def publish(
    month: str | None,
    quarter: str | None,
    year: str | None,
    despite: tuple[str, ...],
    by: str | None,
    reason: str | None,
) -> None:
    """Build the warehouse, then freeze and render the edition of one month, or that of a quarter or a year.

    A month that ends a quarter or a year publishes those too. Ends with 3 where a district has to wait; a note beside
    the editions says why.
    """
    asked = [one for one in (month, quarter, year) if one is not None]
    if len(asked) != 1:
        raise click.ClickException("Say which: --month 2026-10, --quarter 2026-Q3 or --year 2025.")
    if month is None:
        _publish_period(asked[0], "quarter" if quarter else "year")
        return
    check_asked(month_of(month), despite)
    if despite and not (by and reason):
        raise click.ClickException("--despite needs --by and --reason: the edition names both.")
    decided = {"districts": list(despite), "by": by or "", "reason": reason or ""}
    with delays_said(month):
        run_job("publish", month, steps={"edition": decided})
        end_of_agreements()
        print_edition()


def _publish_period(name: str, kind: str) -> None:
    """The edition of a quarter or a year, which is a view of a month's and needs no build."""
    from pipelines.publishing.editions.period_editions import publish_period
    from pipelines.publishing.periods.period import Period
    from pipelines.publishing.portal.site import renew_portal
    from pipelines.publishing.protecting.refused import PublicationRefused
    from pipelines.version import code_version

    try:
        period = Period.named(name)
        if period.kind != kind:
            raise click.ClickException(f"{name} is no {kind}.")
        edition = publish_period(settings(), period, code_version())
        renew_portal(settings())
    except (ValueError, PublicationRefused) as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"Edition {edition.id}: {edition.path / 'index.html'}")
    for report in edition.reports:
        click.echo(f"  {report}")


@click.command()
@click.option("--month", help="Month to publish; the last complete one where none is named.")
@district_option
def refresh(month: str | None, districts: tuple[str, ...]) -> None:
    """Collect, build and publish: the main job. Ends with 3 where a district has to wait."""
    from pipelines.collecting.due import month_before

    wanted = month_of(month or month_before(now()))
    with delays_said(wanted):
        run_job("refresh", partition=wanted, districts=districts)
        end_of_agreements()
        print_failures(districts)
        print_findings()
        print_edition()


@click.command()
@click.option("--port", default=3000, show_default=True)
def up(port: int) -> None:
    """The Dagster UI and daemon, on 127.0.0.1 only."""
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        "pipelines.definitions",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter
