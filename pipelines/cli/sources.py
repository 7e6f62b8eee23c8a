"""`nzd source`: one file, or single sources, looked at without changing anything.

Belongs here: `inspect`, `check` and `replay`. Does not belong here: what they find
(`connectors/inspecting`, `collecting`).
"""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.catalogue.declaration import did_you_mean
from pipelines.settings import settings


@click.group()
def source() -> None:
    """Look at a file nobody declared yet, or at declared sources."""


@source.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dataset", help="What its rows become; guessed where it is not said.")
def inspect(file: Path, dataset: str | None) -> None:
    """Propose a declaration for a file: YAML on standard output, every guess marked CHECK."""
    from pipelines.catalogue.catalogue import shared_declarations
    from pipelines.connectors.inspecting import inspected

    datasets, formats = shared_declarations(settings().districts)
    if dataset is not None and dataset not in datasets:
        said = did_you_mean(dataset, datasets)
        raise click.ClickException(f"No dataset is called '{dataset}'.{said}")
    click.echo(inspected(file.read_bytes(), file.name, datasets, formats, dataset))
