"""`nzd deliver`: what is due goes out by mail; what went, what waits, what nobody knows.

Belongs here: arguments and printing. Does not belong here: which mails are due (`delivering`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from pipelines.cli.asked import check_districts, district_option, month_of
from pipelines.cli.printing import print_table, warn_of_changes
from pipelines.settings import now, settings

if TYPE_CHECKING:
    from pipelines.delivering.sending import Sent

_QUIET = ("accepted", "settled_sent", "overtaken")


@click.command()
@click.option("--month", help="The month whose edition goes out; the newest where none is named.")
@district_option
@click.option("--dry-run", is_flag=True, help="Say what would be sent; write and send nothing.")
@click.option(
    "--status", is_flag=True, help="Letters that wait, were refused, or may have arrived."
)
@click.option("--again", is_flag=True, help="Try at once what a server put off.")
@click.option(
    "--settle", metavar="LETTER", help="Say what became of a letter; needs --was and --by."
)
@click.option("--was", type=click.Choice(["sent", "not-sent", "bounced"]))
@click.option("--by", help="With --settle: the person who knows.")
def deliver(
    month: str | None,
    districts: tuple[str, ...],
    dry_run: bool,
    status: bool,
    again: bool,
    settle: str | None,
    was: str | None,
    by: str | None,
) -> None:
    """Send the mails that are due: reports, corrections, withdrawals, delays; each person gets each once.

    Without NZD_MAIL they are written to the outbox of the deployment. Ends with 1 where a letter
    was refused, may or may not have arrived, or the server could not be reached.
    """
    check_districts(districts)
    if settle is not None:
        _settle(settle, was, by)
    elif status:
        _print_status()
    elif dry_run:
        _print_due(month_of(month) if month else None, districts)
    else:
        from pipelines.delivering.deliver import deliver as send
        from pipelines.publishing.editions.seals import every

        warn_of_changes(*every(settings().editions))
        made = send(settings(), now(), month_of(month) if month else None, districts, again=again)
        print_sent(made)


def print_sent(made: Sent) -> None:
    """What a run did, one line each.

    Raises:
        click.ClickException: somebody has to look.
    """
    for letter, answer in made.letters:
        said = f": {answer.code or ''} {answer.said or ''}".rstrip(": ")
        click.echo(f"{answer.what} {letter.id[:8]} {letter.kind} to {letter.address}{said}")
    for letter in made.overtaken:
        click.echo(
            f"not sent any more {letter.id[:8]} {letter.kind} to {letter.address}: overtaken"
        )
    counted = Counter(answer.what for _, answer in made.letters)
    waiting = f", {made.waiting} wait" if made.waiting else ""
    click.echo(f"{counted['accepted']} letters sent{waiting}.")
    if any(one.said and one.said.endswith(".eml") for _, one in made.letters):
        click.echo(f"No mail server is set: they lie in {settings().home / 'outbox'}")
    for line in made.defects:
        click.echo(f"could not be written, by a mistake of ours: {line}", err=True)
    if made.defects:
        raise click.ClickException("The others went; these are tried again with the next delivery.")
    if made.stopped:
        raise click.ClickException(f"{made.stopped}\nWhat was not sent waits; nothing is lost.")
    if counted["refused"] or counted["unknown"]:
        raise click.ClickException("Some letters need a person: nzd deliver --status.")


def _print_due(month: str | None, districts: tuple[str, ...]) -> None:
    from pipelines.delivering.deliver import would_deliver

    rows = would_deliver(settings(), now(), month, districts)
    if rows:
        print_table(("kind", "to", "subject"), list(rows))
    click.echo(f"{len(rows)} letters are due. Nothing was sent.")


def _print_status() -> None:
    from pipelines.delivering.sending import Office

    letters = Office(settings().home).ledger.letters()
    open_ones = [one for one in letters if one.state not in _QUIET]
    if open_ones:
        print_table(
            ("letter", "kind", "month", "to", "state", "since", "answer"),
            [
                (
                    one.id[:8],
                    one.kind,
                    one.month,
                    one.address,
                    one.state,
                    f"{one.state_at:%Y-%m-%d %H:%M}" if one.state_at else None,
                    f"{one.code or ''} {one.said or ''}".strip() or None,
                )
                for one in open_ones
            ],
        )
    counted = Counter((one.month or "", one.kind, one.state) for one in letters)
    for (month, kind, state), count in sorted(counted.items()):
        click.echo(f"{month or 'no month'} {kind}: {count} {state}")
    if any(one.state == "unknown" for one in letters):
        click.echo(
            "unknown: the server had the whole letter and its answer was never seen. Ask the reader, then say "
            "nzd deliver --settle LETTER --was sent (or not-sent) --by NAME. Nothing is sent twice by itself."
        )
    if not letters:
        click.echo("Nothing was sent yet.")


def _settle(name: str, was: str | None, by: str | None) -> None:
    from pipelines.delivering.deliver import settle

    if was is None or not by:
        raise click.UsageError("--settle needs --was sent, not-sent or bounced, and --by.")
    try:
        letter = settle(settings(), now(), name, was, by)
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from error
    goes = " It goes out with the next nzd deliver." if was == "not-sent" else ""
    click.echo(f"{letter.id[:8]} to {letter.address}: {was}.{goes}")
