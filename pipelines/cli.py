"""`nzd`: what a person types. Each command runs what Dagster runs, in this process.

Belongs here: arguments, progress and what is printed. Does not belong here: anything that decides a
figure. Commands of other rooms join through the entry point group `nzd.commands`.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from pipelines.catalogue.declaration import DeclarationError, did_you_mean
from pipelines.landing.alone import Busy, alone
from pipelines.landing.manifest import ManifestDamaged
from pipelines.settings import Settings, as_of, now, settings

MONTH = r"\d{4}-(0[1-9]|1[0-2])"
district_option = click.option(
    "--district", "districts", multiple=True, help="Only this district; may be repeated."
)


class _Commands(click.Group):
    """The commands below and those that other rooms declare."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        return sorted(
            {
                *super().list_commands(ctx),
                *(found.name for found in entry_points(group="nzd.commands")),
            }
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command by its name, loaded only when asked for."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for found in entry_points(group="nzd.commands", name=cmd_name):
            loaded: click.Command = found.load()
            return loaded
        return None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def nzd() -> None:
    """Net Zero Districts: from deliveries to the monthly report."""


def main() -> None:
    """Entry point; what a person can mend is said in plain lines and not as a traceback."""
    try:
        quiet()
        nzd(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except (DeclarationError, ValueError, OSError, Busy, ManifestDamaged) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def quiet() -> None:
    """No telemetry, and state in this deployment's home."""
    os.environ.setdefault("DAGSTER_HOME", str(settings().home / "dagster"))
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    prepare_dagster(settings())


def prepare_dagster(deployment: Settings) -> None:
    """Dagster's own settings of this deployment, written once: SQLite, no telemetry, one warehouse
    writer.
    """
    home = deployment.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        (home / "dagster.yaml").write_text(
            "telemetry:\n  enabled: false\n"
            "concurrency:\n  pools:\n    default_limit: 1\n  runs:\n    max_concurrent_runs: 1\n"
        )


def run_job(name: str, partition: str | None = None, districts: tuple[str, ...] = ()) -> None:
    """Run one Dagster job in this process, so that the UI shows it.

    Raises:
        click.ClickException: where a step failed, with what it said.
    """
    _check_asked(partition, districts)
    import dagster as dg

    from pipelines.definitions import defs

    job = defs.resolve_job_def(name)
    narrowed = {"config": {"districts": list(districts)}}
    steps = [node.name for node in job.nodes if node.name.startswith("collect_")]
    config = {
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        "ops": dict.fromkeys(steps, narrowed) if districts else {},
    }
    with alone(settings().home), dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance, partition_key=partition, raise_on_error=False, run_config=config
        )
    if not result.success:
        errors = [e.step_failure_data.error for e in result.all_events if e.is_step_failure]
        causes = [one.cause or one for one in errors if one is not None]
        said = [re.sub(rf"^[\w.]*{one.cls_name}: ", "", one.message).strip() for one in causes]
        raise click.ClickException("\n".join(said) or f"the job {name} failed")


def _check_asked(month: str | None, districts: tuple[str, ...]) -> None:
    _check_districts(districts)
    if month is None:
        return
    from pipelines.defs.editions import MONTHS

    if not MONTHS.has_partition_key(month):
        first, last = MONTHS.get_first_partition_key(), MONTHS.get_last_partition_key()
        raise click.ClickException(
            f"There is no edition of {month}: months go from {first} to {last}."
        )


def _check_districts(districts: tuple[str, ...]) -> None:
    from pipelines.catalogue.catalogue import load

    known = load(settings().districts).districts
    for one in districts:
        if one not in known:
            raise click.ClickException(f"No district is called '{one}'.{did_you_mean(one, known)}")


@nzd.command()
def check() -> None:
    """Read every declaration and say what is wrong with it."""
    from pipelines.catalogue.catalogue import load
    from pipelines.quality.contract import contracts

    deployment = settings()
    catalogue = load(deployment.districts)
    contracts(catalogue.datasets, deployment.expectations)
    for district in catalogue.districts.values():
        click.echo(
            f"{district.id}: {len(district.sources)} sources, "
            f"{len(district.not_collected)} not collected"
        )


@nzd.command()
@district_option
def collect(districts: tuple[str, ...]) -> None:
    """Ask every source for what is new, and judge it."""
    run_job("collect", districts=districts)
    print_findings()


@nzd.command()
@click.option(
    "--as-of",
    "moment",
    type=click.DateTime(),
    help="Build what was known at this moment, beside today's view.",
)
def build(moment: datetime | None) -> None:
    """Build and test the warehouse from the rows that count."""
    if moment is None:
        run_job("build")
        click.echo(f"Marts: {settings().view / 'marts'}")
        return
    from pipelines.catalogue.catalogue import load
    from pipelines.collecting.collect import refresh_current
    from pipelines.warehouse.build import BuildFailed
    from pipelines.warehouse.build import build as build_view

    cut_off = moment.astimezone() if moment.tzinfo else moment.replace(tzinfo=now().tzinfo)
    view = as_of(settings(), cut_off)
    catalogue = load(view.districts)
    with alone(view.home):
        refresh_current(view, catalogue, cut_off)
        try:
            build_view(view, catalogue, cut_off)
        except BuildFailed as failure:
            raise click.ClickException(str(failure)) from failure
    click.echo(f"Marts as of {cut_off:%Y-%m-%d %H:%M} UTC: {view.view / 'marts'}")


@nzd.command()
@click.option("--month", required=True, help="Month to publish, like 2026-10.")
def publish(month: str) -> None:
    """Build the warehouse, then freeze and render the edition of one month."""
    _check_asked(_month(month), ())
    run_job("build")
    run_job("publish", partition=month)
    print_edition()


@nzd.command()
@click.option("--month", help="Month to publish; the last complete one where none is named.")
@district_option
def refresh(month: str | None, districts: tuple[str, ...]) -> None:
    """Collect, build and publish: the main job."""
    from pipelines.collecting.due import month_before

    run_job("refresh", partition=_month(month or month_before(now())), districts=districts)
    print_findings()
    print_edition()


@nzd.command()
@district_option
def status(districts: tuple[str, ...]) -> None:
    """Each source: last good delivery, its age, when the next is due, who to call."""
    from pipelines.catalogue.catalogue import load
    from pipelines.collecting.status import status_of

    deployment = settings()
    catalogue = load(deployment.districts)
    _check_districts(districts)
    lines = [
        line
        for line in status_of(deployment, catalogue, now())
        if not districts or line.district in districts
    ]
    _table(
        ("source", "last good", "days", "next due", "state", "who to call"),
        [(f"{x.district}.{x.source}", x.last, x.age, x.due, x.state, x.contact) for x in lines],
    )


@nzd.command()
@click.argument("district")
@click.argument("month")
@click.argument("kpi")
def explain(district: str, month: str, kpi: str) -> None:
    """Where a published figure comes from: formula, factors, deliveries, what was left out."""
    from pipelines.publishing.explain import explain as explained
    from pipelines.publishing.explain import explain_text

    try:
        found = explained(latest_edition(), district, _month(month), kpi.upper())
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from error
    click.echo(explain_text(found, "en"))


@nzd.command()
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """What changed between two editions, like 2026-09/r1 and 2026-10/r1."""
    from pipelines.publishing.diff import diff as compared
    from pipelines.publishing.diff import diff_text

    click.echo(diff_text(compared(_edition(before), _edition(after)), "en"))


@nzd.command()
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


@nzd.command()
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


def latest_edition() -> Path:
    """The folder of the edition that `latest.json` names."""
    latest = settings().editions / "latest.json"
    if not latest.exists():
        raise click.ClickException("Nothing was published yet. Run nzd refresh first.")
    return settings().home / str(json.loads(latest.read_text())["path"])


def _edition(said: str) -> Path:
    folder = settings().editions / said.replace("-r", "/r")
    if not (folder / "manifest.json").exists():
        raise click.ClickException(f"There is no edition '{said}'. Write it like 2026-10/r1.")
    return folder


def _month(said: str) -> str:

    if not re.fullmatch(MONTH, said):
        raise click.ClickException(f"'{said}' is not a month. Write it like 2026-10.")
    return said


def print_findings() -> None:
    """How often each warning and error was found, as of the last collection."""
    from pipelines.landing.files import read_parquet

    path = settings().view / "collected" / "findings.parquet"
    rows = read_parquet(path).to_pylist() if path.exists() else []
    counted = Counter((row["severity"], row["code"]) for row in rows if row["severity"] != "info")
    for (severity, code), count in sorted(counted.items()):
        click.echo(f"{severity}: {code} × {count}")


def print_edition() -> None:
    """Where the reports of the latest edition are."""
    from pipelines.publishing.verify import verify as verified

    if not (settings().editions / "latest.json").exists():
        return
    folder = latest_edition()
    said = json.loads((folder / "manifest.json").read_text())
    click.echo(f"Edition {said['id']}: {folder / 'index.html'}")
    if not verified(folder).ok:
        edition = f"{said['month']}/r{said['revision']}"
        click.echo(f"It is not as it was published: see nzd verify {edition}.", err=True)
    for report in sorted(folder.glob("*/*/report.*")):
        click.echo(f"  {report}")


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in head[:-1]:
        table.add_column(name, no_wrap=True)
    table.add_column(head[-1], overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) if cell is not None else "–" for cell in row))
    console = Console()
    # In a file or a pipe nothing limits a line but the reader.
    console.width = console.width if console.is_terminal else max(console.width, 100)
    console.print(table)
