"""`nzd source`: one file, or single sources, looked at or asked again.

Belongs here: `inspect`, `check`, `corrections`, `letter`, `retry` and `replay`. Does not belong here: what they find
(`connectors/inspecting`, `collecting`).
"""

from __future__ import annotations

import getpass
import sys
from datetime import datetime
from pathlib import Path

import click

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.catalogue.declaration import did_you_mean
from pipelines.cli.asked import Moment
from pipelines.settings import now, settings


@click.group()
def source() -> None:
    """Look at a file nobody declared yet, or at declared sources."""


@source.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dataset", help="What its rows become; guessed where it is not said.")
def inspect(file: Path, dataset: str | None) -> None:
    """Propose a declaration for a file: YAML on standard output, every guess marked CHECK."""
    from pipelines.catalogue.shared import shared_declarations
    from pipelines.connectors.inspecting import inspected

    datasets, formats = shared_declarations(settings().districts)
    if dataset is not None and dataset not in datasets:
        said = did_you_mean(dataset, datasets)
        raise click.ClickException(f"No dataset is called '{dataset}'.{said}")
    click.echo(inspected(file.read_bytes(), file.name, datasets, formats, dataset))


@source.command()
@click.argument("sources", nargs=-1, metavar="[DISTRICT.SOURCE]...")
@click.option("--ask", is_flag=True, help="List or ask each source too; nothing is landed.")
def check(sources: tuple[str, ...], *, ask: bool) -> None:
    """What each source needs and what stands in its way; nothing is fetched."""
    from pipelines.catalogue.catalogue import load
    from pipelines.collecting.checking import checked
    from pipelines.collecting.fetch import Landing

    deployment = settings()
    landing = Landing.at(deployment.landing, deployment.inbox)
    amiss = 0
    for binding in _bindings(load(deployment.districts), sources):
        found = checked(binding, landing, now(), ask=ask)
        amiss += bool(found.troubles)
        click.echo(found.source)
        for fact in found.facts:
            click.echo(f"  {fact}")
        for trouble in found.troubles:
            click.echo(f"  ! {trouble}")
    if amiss:
        raise click.ClickException(f"{amiss} sources need attention.")


@source.command()
@click.argument("sources", nargs=-1, metavar="[DISTRICT.SOURCE]...")
@click.option("--language", type=click.Choice(["it", "en"]), default="it", show_default=True)
def corrections(sources: tuple[str, ...], language: str) -> None:
    """What whoever sent a source has to correct, row by row, ready to be sent to them."""
    from pipelines.catalogue.catalogue import load
    from pipelines.publishing.language import words
    from pipelines.publishing.registers.corrections import corrections as corrected

    deployment = settings()
    collected = deployment.view / "collected"
    if not (collected / "quarantine.parquet").exists():
        raise click.ClickException("Nothing was collected yet. Run nzd collect first.")
    said = words(language, deployment.reports / "text")
    for binding in _bindings(load(deployment.districts), sources):
        for line in corrected(binding, collected, deployment.expectations, said):
            click.echo(line)


@source.command()
@click.argument("place", nargs=-1, required=True, metavar="DISTRICT SOURCE")
@click.option("--language", type=click.Choice(["it", "en"]), default="it", show_default=True)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to; letters/ of the deployment where it is not said.",
)
def letter(place: tuple[str, ...], language: str, into: Path | None) -> None:
    """Write the letter to a source's provider: what came, what seems wrong, what is asked, by when.

    A page, the same as text, and a workbook with every row; nothing is sent.
    """
    from pipelines.catalogue.catalogue import load
    from pipelines.tracing.letters import write_letter

    deployment = settings()
    (binding,) = _bindings(load(deployment.districts), (".".join(place),))
    if not (deployment.view / "collected" / "deliveries.parquet").exists():
        raise click.ClickException("Nothing was collected yet. Run nzd collect first.")
    try:
        written = write_letter(deployment, binding, language, now(), into)
    except ValueError as personal:
        raise click.ClickException(str(personal)) from personal
    click.echo(f"Reference: {written.reference}")
    for path in written.files:
        click.echo(f"  {path}")
    if written.is_empty:
        click.echo("Nothing has to be asked: the letter confirms what was received.")


@source.command()
@click.argument("name", metavar="DISTRICT.SOURCE")
def retry(name: str) -> None:
    """Ask a source now, even though it is paused after failures; the manifest keeps who wanted it."""
    from pipelines.catalogue.catalogue import load
    from pipelines.collecting.collect import retry as ask_again
    from pipelines.landing.alone import alone

    deployment = settings()
    catalogue = load(deployment.districts)
    (binding,) = _bindings(catalogue, (name,))
    with alone(deployment.home):
        outcome = ask_again(deployment, catalogue, binding, now(), getpass.getuser())
    for one in outcome.attempts:
        said = f": {one.error_code}: {one.error_text}" if one.error_code else ""
        click.echo(f"{one.remote_name or binding}: {one.outcome}{said}")
    for delivery in outcome.judged:
        verdict = delivery.verdict
        rows = f"{verdict.rows_accepted:,} rows" if verdict.accepted else f"refused: {verdict.code}"
        click.echo(f"{delivery.received.file_name}: {rows}")
    if outcome.failed:
        raise click.ClickException(f"{binding} could not be asked.")


@source.command()
@click.argument("name", metavar="DISTRICT.SOURCE")
@click.option("--as-of", "moment", type=Moment(), help="Only what was known then.")
def replay(name: str, moment: datetime | None) -> None:
    """Read what was landed again, aside, and say what would change; exit code 1 where it would."""
    from pipelines.catalogue.catalogue import load
    from pipelines.collecting.replay import replayed

    deployment = settings()
    catalogue = load(deployment.districts)
    (binding,) = _bindings(catalogue, (name,))
    cut_off = min(moment, now()) if moment else now()
    read = different = 0
    for one in replayed(deployment, catalogue, binding, cut_off):
        read += 1
        different += bool(one.changed)
        if one.changed:
            click.echo(f"{one.file_name} ({one.sha256[:12]})")
        for line in one.changed:
            click.echo(f"  {line}")
    click.echo(f"{read} deliveries read again, {different} different.")
    if different:
        sys.exit(1)


def _bindings(catalogue: Catalogue, names: tuple[str, ...]) -> list[Binding]:
    """The named sources, or all."""
    known = {str(binding): binding for binding in catalogue.bindings}
    for name in names:
        if name not in known:
            raise click.ClickException(f"No source is called '{name}'.{did_you_mean(name, known)}")
    return [known[name] for name in names] or list(known.values())
