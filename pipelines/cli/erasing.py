"""`nzd erase`: take away what people sent.

Belongs here: the command. Does not belong here: what goes and what stays (`collecting/erasing`).
"""

from __future__ import annotations

import click

from pipelines.catalogue.declaration import did_you_mean
from pipelines.settings import now, settings


@click.command()
@click.argument("source")
@click.option("--all", "everything", is_flag=True, help="Also the newest, which counts now.")
@click.confirmation_option(prompt="The bytes cannot be brought back. Erase them?")
def erase(source: str, *, everything: bool) -> None:
    """Erase deliveries of SOURCE (district.source) that a newer export has replaced.

    Nothing is deleted at the source; the manifest keeps the hash of what went, and when.
    """
    from pipelines.catalogue.catalogue import load
    from pipelines.collecting.erasing import erase as take_away
    from pipelines.landing.alone import alone

    deployment = settings()
    catalogue = load(deployment.districts)
    bindings = {str(binding): binding for binding in catalogue.bindings}
    if source not in bindings:
        raise click.ClickException(f"No source '{source}'.{did_you_mean(source, bindings)}")
    with alone(deployment.home):
        hashes = take_away(deployment, catalogue, bindings[source], now(), everything=everything)
    click.echo(f"{len(hashes)} deliveries of {source} erased.")
    for sha256 in hashes:
        click.echo(f"  {sha256}")
