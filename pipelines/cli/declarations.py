"""`nzd check` and `nzd status`: what is declared, and where each source stands.

Belongs here: commands that read and change nothing. Does not belong here: single sources
(`sources`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pipelines.cli.asked import check_districts, district_option
from pipelines.cli.delays import print_delays
from pipelines.cli.letters import mail_lines, print_letters
from pipelines.cli.printing import print_table, warn_of_changes
from pipelines.settings import now, settings


@click.command()
def check() -> None:
    """Read every declaration and say what is wrong with it."""
    from pipelines.catalogue.catalogue import load
    from pipelines.catalogue.factor import factors
    from pipelines.catalogue.factor_path import paths
    from pipelines.catalogue.kpi import kpis
    from pipelines.catalogue.thresholds import thresholds
    from pipelines.quality.contract import contracts

    deployment = settings()
    catalogue = load(deployment.districts)
    contracts(catalogue.datasets, deployment.expectations)
    kpis(deployment.districts)
    thresholds(deployment.districts)
    paths(factors(deployment.districts), deployment.districts)
    for district in catalogue.districts.values():
        theory = catalogue.theories.get(district.id)
        chain = f", {len(theory.links)} links of the Theory of Change" if theory else ""
        click.echo(
            f"{district.id}: {len(district.sources)} sources, "
            f"{len(district.not_collected)} not collected{chain}"
        )
    own = deployment.districts
    for path in sorted((*own.glob("*.yaml"), *own.glob("formats/*.yaml"))):
        for line in _left_to_fill_in(path, own):
            click.echo(line)
    for line in mail_lines(deployment, catalogue):
        click.echo(line)


def _left_to_fill_in(path: Path, folder: Path) -> Iterator[str]:
    """Lines that `nzd district new` or `nzd source inspect` has left to a person, until the mark is taken away."""
    name = path.relative_to(folder)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        _, marked, what = line.partition("# CHECK:")
        if marked:
            left = "a guess" if name.parent.name else "to be filled in"
            yield f"{name}, line {number}, is still {left}: {what.strip()}"


@click.command()
@district_option
def status(districts: tuple[str, ...]) -> None:
    """Each source: last good delivery, its age, when the next is due, who to call.

    Reports that are delayed follow, letters, and editions whose seal does not hold.
    """
    from pipelines.catalogue.catalogue import load
    from pipelines.collecting.status import status_of
    from pipelines.publishing.editions.seals import every

    deployment = settings()
    catalogue = load(deployment.districts)
    check_districts(districts)
    lines = [
        line
        for line in status_of(deployment, catalogue, now())
        if not districts or line.district in districts
    ]
    print_table(
        ("source", "last good", "days", "next due", "state", "who to call"),
        [
            (
                f"{x.district}.{x.source}",
                x.last,
                x.age,
                x.due,
                x.state if x.seen_live else f"{x.state}, not seen live",
                x.contact,
            )
            for x in lines
        ],
    )
    print_delays()
    print_letters()
    warn_of_changes(*every(deployment.editions))
