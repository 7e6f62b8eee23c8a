"""`nzd internal`: what a city may see under a recorded agreement.

Belongs here: the command. Does not belong here: what is made (`publishing/internal`).
"""

from __future__ import annotations

import click

from pipelines.cli.asked import check_districts, month_of
from pipelines.settings import now, settings


@click.command()
@click.argument("district")
@click.option("--month", required=True, help="Month with a published edition, like 2026-10.")
@click.option("--by", required=True, help="Who makes it; the journal names them.")
def internal(district: str, month: str, by: str) -> None:
    """Make the internal edition of a district under its recorded agreement, apart from everything that is published.

    It lies below internal/ of the deployment and goes when the agreement ends; the journal beside it says who made
    which one when.
    """
    from pipelines.publishing.internal.making import NotAgreed, make
    from pipelines.publishing.journal import JournalDamaged

    check_districts((district,))
    try:
        made = make(settings(), district, month_of(month), now(), by)
    except (NotAgreed, JournalDamaged) as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"Internal edition, not to be disclosed: {made.path}")
    click.echo(f"  figures beyond the published edition: {made.opened}")


def end_of_agreements() -> None:
    """Take away internal editions whose agreement has ended, and say which."""
    from pipelines.publishing.internal.making import expire

    for path in expire(settings(), now()):
        click.echo(f"Taken away, its agreement has ended: {path}")
