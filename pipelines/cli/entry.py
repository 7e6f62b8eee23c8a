"""The command `nzd` itself: which commands there are, and how an error is said.

Belongs here: what holds for every command. Does not belong here: any one command.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib.metadata import entry_points

import click

from pipelines.catalogue.declaration import DeclarationError
from pipelines.cli.baselines import baselines
from pipelines.cli.comments import comment, preview
from pipelines.cli.declarations import check, status
from pipelines.cli.deliver import deliver
from pipelines.cli.district import district
from pipelines.cli.editions import diff, explain, protected, withdraw
from pipelines.cli.erasing import erase
from pipelines.cli.internal import internal
from pipelines.cli.jobs import prepare_dagster
from pipelines.cli.office import office
from pipelines.cli.portal import portal, serve
from pipelines.cli.runs import build, collect, publish, refresh, up
from pipelines.cli.scenarios import whatif
from pipelines.cli.sources import source
from pipelines.cli.verifying import seal, verify
from pipelines.landing.alone import Busy
from pipelines.landing.manifest import ManifestDamaged
from pipelines.settings import settings


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
        collect_rarely()
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


def collect_rarely() -> None:
    """Look for cycles of garbage less often than Python does by itself, which goes through all that dbt and
    Dagster hold, over and over: an eighth of a build. Memory stays the same.
    """
    gc.set_threshold(20_000, 20, 20)


def quiet() -> None:
    """No telemetry, and state in this deployment's home."""
    os.environ.setdefault("DAGSTER_HOME", str(settings().home / "dagster"))
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    prepare_dagster(settings())


for one in (
    check,
    collect,
    build,
    publish,
    refresh,
    preview,
    comment,
    deliver,
    status,
    district,
    source,
    erase,
    explain,
    baselines,
    diff,
    whatif,
    verify,
    seal,
    protected,
    internal,
    withdraw,
    office,
    portal,
    serve,
    up,
):
    nzd.add_command(one)
