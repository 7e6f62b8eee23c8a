"""What is printed after a run: findings, where the reports are, tables.

Belongs here: texts on the terminal that several commands share. Does not belong here: arguments.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from pipelines.settings import settings

if TYPE_CHECKING:
    from pipelines.publishing.shelf import Edition


def latest_edition() -> Edition:
    """The edition that `latest.json` names."""
    from pipelines.publishing.shelf import latest, numbered

    found = latest(settings().editions)
    if found is not None:
        return found
    if numbered(settings().editions):
        raise click.ClickException(
            "No edition stands: all were withdrawn. nzd verify says of each why."
        )
    raise click.ClickException("Nothing was published yet. Run nzd refresh first.")


def warn_of_changes(*editions: Edition) -> None:
    """One line for each of these editions whose seal does not hold."""
    from pipelines.publishing.editions.seals import told

    said = told(settings())
    for edition in editions:
        seal = said.of(edition)
        if not seal.ok:
            click.echo(f"Warning, {edition.id} is not as it was published: {seal}", err=True)


def print_findings() -> None:
    """How often each warning and error was found, as of the last collection."""
    from pipelines.landing.files import read_parquet

    path = settings().view / "collected" / "findings.parquet"
    rows = read_parquet(path).to_pylist() if path.exists() else []
    counted = Counter((row["severity"], row["code"]) for row in rows if row["severity"] != "info")
    for (severity, code), count in sorted(counted.items()):
        click.echo(f"{severity}: {code} × {count}")


def print_failures(districts: tuple[str, ...]) -> None:
    """One line for each source that could not be asked."""
    from pipelines.catalogue.catalogue import load
    from pipelines.collecting.status import failures_of

    for binding, said in failures_of(settings(), load(settings().districts)):
        if not districts or binding.district.id in districts:
            click.echo(f"{binding}: {' '.join(said.split())}")


def print_edition() -> None:
    """Where the reports of the latest edition are."""
    from pipelines.publishing.editions.verify import verify as verified

    if not (settings().editions / "latest.json").exists():
        return
    edition = latest_edition()
    folder, asked = edition.path, f"{edition.month}/r{edition.revision}"
    click.echo(f"Edition {edition.id}: {folder / 'index.html'}")
    if not verified(settings(), edition).ok:
        click.echo(f"It is not as it was published: see nzd verify {asked}.", err=True)
    for report in sorted(folder.glob("*/*/report.*")):
        click.echo(f"  {report}")
    if (settings().portal / "index.html").is_file():
        click.echo(f"Portal of all editions: {settings().portal / 'index.html'}")


def print_table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Lines with a head; what is not known is a dash."""
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
