"""`nzd whatif`: what a set of measures would do by the target year.

Belongs here: the command. Does not belong here: what it works out (`publishing`).
"""

from __future__ import annotations

import click

from pipelines.cli.asked import check_districts, month_of
from pipelines.settings import settings


@click.command()
@click.argument("district")
@click.option(
    "--month", required=True, help="Month whose ledger, use and factors count, like 2026-10."
)
@click.option(
    "--measures",
    "codes",
    help="Codes of measures, like PRA-M-03,PRA-M-08; all that are ahead where none is named.",
)
def whatif(district: str, month: str, codes: str | None) -> None:
    """What a set of measures would do: emissions of the target year, gap to the path, cost per tonne.

    Told on this machine from single points; a report shows less of it.
    """
    from pipelines.publishing.opening.what_if import what_if, what_if_text

    check_districts((district,))
    chosen = [code.strip() for code in (codes or "").split(",") if code.strip()]
    try:
        told = what_if(settings().view / "marts", district, month_of(month), chosen)
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from error
    click.echo(what_if_text(told, "en"))
