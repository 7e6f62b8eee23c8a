"""`nzd verify` and `nzd seal`: whether an edition is what was published, and a person's word where no seal says so.

Belongs here: the commands and their lines. Does not belong here: what is compared (`publishing/editions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pipelines.cli.asked import asked_edition, refuse_withdrawn
from pipelines.settings import now, settings

if TYPE_CHECKING:
    from pipelines.publishing.editions.repeating import Repeated
    from pipelines.publishing.editions.seals import Seal
    from pipelines.publishing.editions.verify import Verification
    from pipelines.publishing.shelf import Edition

_TAKEN_AWAY = "every file is as published; it can no longer be made again, because of what was taken away since."


@click.command()
@click.argument("edition")
@click.option(
    "--files",
    is_flag=True,
    help="Only compare its files with the hashes it was published under, and those with its seal.",
)
def verify(edition: str, *, files: bool) -> None:
    """Make an edition, like 2026-10/r1, again from landing and compare every file, byte by byte.

    Of an internal edition, like internal/prato/2026-10/n1, files are compared with the journal beside it.
    """
    from pipelines.publishing.editions.seals import seal_of
    from pipelines.publishing.editions.verify import verify as verified
    from pipelines.publishing.shelf import TOMBSTONE

    if edition.startswith("internal/"):
        _verify_internal(edition)
        return
    found = asked_edition(edition)
    sealed = seal_of(settings(), found)
    click.echo(str(sealed))
    if sealed.ok:
        refuse_withdrawn(found)
    elif (found.path / TOMBSTONE).exists():
        raise click.ClickException(
            f"{edition}: that it was withdrawn is not what was written down."
        )
    try:
        checked = verified(settings(), found)
        for line in _of_files(checked):
            click.echo(line)
        if files or not checked.ok:
            _conclude(edition, checked.ok, "every file is as published.")
        elif found.is_period:
            _verify_period(edition, found, sealed)
        else:
            _verify_month(edition, found, sealed)
    except (ValueError, LookupError, OSError) as error:
        raise click.ClickException(
            f"{edition}: its manifest.json is not as it was published; nothing can be compared "
            f"with it ({error}). Restore the edition from a backup."
        ) from error


@click.command()
@click.option("--by", required=True, help="Who vouches; the journal of seals names them.")
@click.option("--reason", required=True, help="Why no seal is left.")
@click.confirmation_option(
    prompt="It says under your name that the editions are as published. Write it down?"
)
def seal(by: str, reason: str) -> None:
    """Vouch for editions of which no backup has the seal any more; nzd verify goes on saying so."""
    from pipelines.publishing.editions.sealing import vouch
    from pipelines.publishing.editions.verify import changed_since
    from pipelines.publishing.freezing import publishing

    with publishing(settings().editions):
        try:
            taken = vouch(settings(), by, reason)
        except ValueError as refused:
            raise click.ClickException(str(refused)) from refused
        left = list(changed_since(settings()))
    for name in taken:
        click.echo(f"{name}: taken down as it is on {now():%Y-%m-%d}, in the name of {by}")
    if not taken:
        click.echo("There is nothing to vouch for.")
    if left:
        raise click.ClickException("\n".join([*left, "Restore it from a backup, or withdraw it."]))


def _verify_internal(edition: str) -> None:
    """Compare an internal edition with its journal; it is not made again."""
    from pipelines.publishing.internal.checking import verify_internal

    try:
        checked = verify_internal(settings(), edition.removeprefix("internal/").strip("/"))
    except (ValueError, LookupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(str(checked.seal))
    for line in _of_files(checked):
        click.echo(line)
    _conclude(edition, checked.ok, "every file is as it was made.")


def _verify_month(edition: str, found: Edition, sealed: Seal) -> None:
    """Make the edition of a month again from landing."""
    from pipelines.publishing.editions.repeating import NotRepeatable, repeat
    from pipelines.version import code_version

    try:
        again = repeat(settings(), found, code_version())
    except NotRepeatable as older:
        raise click.ClickException(str(older)) from older
    for line in _of_inputs(again):
        click.echo(line)
    if again.damaged:
        raise click.ClickException(
            f"{edition}: its files are as published, and what it was made of is not: it could not be made again."
        )
    said = "made again from landing, every file is the same to the byte."
    if again.taken_away:
        said = _TAKEN_AWAY
    elif again.differing:
        said = _of_other_code(edition, sealed, same=again.same_code)
    _conclude(edition, again.ok, said)


def _verify_period(edition: str, found: Edition, sealed: Seal) -> None:
    """Make the edition of a quarter or a year again from the month's edition it is a view of."""
    from pipelines.publishing.editions.period_editions import repeat_period
    from pipelines.version import code_version

    again = repeat_period(settings(), found, code_version())
    if again.damaged:
        click.echo(f"damaged: {again.damaged}")
        raise click.ClickException(
            f"{edition}: its files are as published, and what it was made of is not: it could not be made again."
        )
    if again.withdrawn:
        click.echo(f"taken away: {again.withdrawn}")
    if not again.same_code:
        click.echo(
            f"the code is another version: {again.code[0]} then, {again.code[1]} now; "
            f"{len(again.differing) or 'none'} of its files differ"
        )
    for name in again.differing:
        click.echo(f"differs: {name}")
    said = "made again from the edition it is a view of, every file is the same to the byte."
    if again.withdrawn:
        said = _TAKEN_AWAY
    elif again.differing:
        said = _of_other_code(edition, sealed, same=again.same_code)
    _conclude(edition, again.ok, said)


def _of_other_code(edition: str, sealed: Seal, *, same: bool) -> str:
    """Files that differ after another version of the code are no damage, where a seal says that it was another."""
    if not same and sealed.sha256 is None:
        raise click.ClickException(
            f"{edition}: whether other code made it or its manifest was changed cannot be told, because it is not "
            "sealed. Verify it with the version of then, checked out, or restore it from a backup."
        )
    return "every file is as published; other code makes other files, which is no damage."


def _of_files(checked: Verification) -> Iterator[str]:
    for word, names in (
        ("changed", checked.changed),
        ("missing", checked.missing),
        ("added", checked.unexpected),
    ):
        yield from (f"{word}: {name}" for name in names)
    yield from (f"changed: manifest.json; {one} names another hash" for one in checked.disowned_by)


def _of_inputs(again: Repeated) -> Iterator[str]:
    yield from (f"damaged: {line}" for line in again.damaged)
    yield from (f"taken away: {line}" for line in again.taken_away)
    yield from (
        f"declared otherwise today: {line}; made again with what it said then"
        for line in again.changed
    )
    if not again.same_code:
        differing = (
            ""
            if again.differing is None
            else f"; {len(again.differing) or 'none'} of its files differ"
        )
        yield f"the code is another version: {again.code[0]} then, {again.code[1]} now{differing}"
    yield from (f"differs: {name}" for name in again.differing or ())


def _conclude(edition: str, ok: bool, said: str) -> None:
    if not ok:
        raise click.ClickException(f"{edition} is not as it was published.")
    click.echo(f"{edition}: {said}")
