"""`nzd baselines`: the baseline models of a district's points, for the engineers of its city.

Belongs here: the command. Does not belong here: the models (dbt), and what a report may tell of them (`publishing`).
"""

from __future__ import annotations

import click

from pipelines.cli.asked import check_districts
from pipelines.cli.printing import print_table
from pipelines.settings import settings


@click.command()
@click.argument("district")
def baselines(district: str) -> None:
    """The model of each point, what it is worth, or why there is none. It names points: not for publication."""
    from pipelines.publishing.protecting.baseline_models import HEAD, model_rows

    check_districts((district,))
    marts = settings().view / "marts"
    if not (marts / "fct_baseline_models.parquet").exists():
        raise click.ClickException("Nothing was built yet. Run nzd build first.")
    print_table(HEAD, list(model_rows(marts, district)))
