"""Play the sample deployment: thirty months, delivered and collected one after the other through
the one clock.

Each round sets the clock to the tenth of the month after, lets the sources deliver, and collects;
the last rounds also publish, so that restatements, earlier editions and what was known when are
real. What was played is remembered, so that a second run only runs the main job again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.cli.jobs import run_job
from pipelines.cli.letters import print_outbox
from pipelines.cli.printing import print_edition, print_findings
from pipelines.collecting.collect import Outcome, collect_all
from pipelines.collecting.due import month_after
from pipelines.landing.files import whole
from pipelines.settings import Settings, now, settings
from sample.deliver import MONTHS, deliver
from sample.ledger import write_ledger

_COMMENT = (
    "A ottobre gli impianti del macrolotto sono rimasti fermi per due giorni di manutenzione programmata: "
    "una parte del calo non è efficienza."
)
PUBLISHED = MONTHS[-3:]
"""The months whose editions are published while playing; the last one by the main job."""


YEAR = "2025"
"""The whole year of the sample, of which an annual edition is published as well."""


def clock_of(month: str) -> str:
    """The moment of the delivery round after a month: the tenth of the next one, in the morning."""
    return f"{month_after(month)}-10T08:00:00+00:00"


@click.command()
def demo() -> None:
    """Play the sample deployment and run the main job on it."""
    deployment = settings()
    timings: list[tuple[str, float]] = []
    catalogue = load(deployment.districts)
    with _timed(timings, "deliver and collect, round by round"):
        _play(deployment, catalogue)
    os.environ["NZD_NOW"] = clock_of(MONTHS[-1])
    _say_something(deployment)
    with _timed(timings, f"main job: collect, build, publish {MONTHS[-1]}"):
        run_job("refresh", partition=MONTHS[-1])
    with _timed(timings, f"the annual edition of {YEAR}"):
        _publish_year(deployment)
    write_ledger(deployment.home / "sample" / "ledger.json")
    print_findings()
    print_edition()
    print_outbox()
    for step, seconds in timings:
        click.echo(f"{seconds:6.1f} s  {step}")


def _say_something(deployment: Settings) -> None:
    """Prato's office has looked at its draft the day before."""
    from pipelines.publishing.editions.comments import CommentRefused, comment

    at, by = now() - timedelta(hours=16), "Ufficio di transizione (dimostrativo)"
    with suppress(CommentRefused):  # the month was published before
        comment(deployment, "prato", MONTHS[-1], _COMMENT, by, at)


def _publish_year(deployment: Settings) -> None:
    from pipelines.publishing.editions.period_editions import publish_period
    from pipelines.publishing.periods.period import Period
    from pipelines.publishing.portal.site import renew_portal
    from pipelines.version import code_version

    edition = publish_period(deployment, Period.named(YEAR), code_version())
    renew_portal(deployment)
    click.echo(f"Edition {edition.id}: {edition.path / 'index.html'}")


def _play(deployment: Settings, catalogue: Catalogue) -> None:
    state = deployment.home / "sample" / "played.json"
    played: list[str] = json.loads(state.read_text()) if state.exists() else []
    rounds = [month for month in MONTHS if month not in played]
    if not rounds:
        click.echo("All rounds were played before; only the main job runs.")
        return
    with _progress() as progress:
        bar = progress.add_task("rounds", total=len(rounds))
        for month in rounds:
            progress.update(bar, description=f"round of {month}")
            play_round(deployment, catalogue, month)
            played.append(month)
            with whole(state) as temporary:
                temporary.write_text(json.dumps(played))
            progress.advance(bar)


def play_round(deployment: Settings, catalogue: Catalogue, month: str) -> list[Outcome]:
    """One round: the sources deliver, the deployment collects, and an edition is published where
    one is due.

    Returns:
        What came of asking each source; nothing of the last month, which the main job collects,
        builds and publishes.
    """
    os.environ["NZD_NOW"] = clock_of(month)
    deliver(month, deployment.inbox)
    if month == MONTHS[-1]:
        return []
    outcomes = collect_all(deployment, catalogue, now())
    if month in PUBLISHED:
        from pipelines.publishing.editions.edition import publish
        from pipelines.publishing.editions.period_editions import publish_ended
        from pipelines.version import code_version
        from pipelines.warehouse.build import build

        build(deployment, catalogue, now())
        publish(deployment, month, now(), code_version())
        publish_ended(deployment, month, code_version())
    return outcomes


@contextmanager
def _timed(timings: list[tuple[str, float]], step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings.append((step, time.perf_counter() - started))


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(),
    )
