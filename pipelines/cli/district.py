"""`nzd district`: a district that nobody declared yet.

Belongs here: the command. Does not belong here: what is written (`publishing.new_district`).
"""

from __future__ import annotations

from datetime import datetime

import click

from pipelines.settings import now, settings


@click.group()
def district() -> None:
    """Begin a district."""


@district.command()
@click.argument("identifier", metavar="ID")
@click.argument("name")
@click.option("--city", help="Its city; the district's name where it is not said.")
@click.option(
    "--municipality", "municipalities", multiple=True, help="ISTAT code, six digits; repeatable."
)
@click.option(
    "--valid-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day of its boundary; the first of this month where it is not said.",
)
@click.option("--language", type=click.Choice(["it", "en"]), default="it", show_default=True)
def new(
    identifier: str,
    name: str,
    city: str | None,
    municipalities: tuple[str, ...],
    valid_from: datetime | None,
    language: str,
) -> None:
    """Write ID.yaml and a template of every register, in Italian and English. Nothing is overwritten."""
    from pipelines.publishing.language import words
    from pipelines.publishing.registers.new_district import new_district

    deployment = settings()
    said = words(language, deployment.reports / "text")
    first = (valid_from or now().replace(day=1)).date()
    for one in new_district(deployment, identifier, name, city or name, municipalities, first):
        click.echo(said.say("district.written" if one.now else "district.kept", path=one.path))
    file = deployment.districts / f"{identifier}.yaml"
    click.echo(said.say("district.next", file=file, inbox=deployment.inbox))
