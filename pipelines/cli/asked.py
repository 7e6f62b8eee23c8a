"""What a person may ask for: districts and months that exist, said plainly where they do not.

Belongs here: arguments that several commands share. Does not belong here: what is printed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from pipelines.catalogue.declaration import did_you_mean
from pipelines.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.publishing.shelf import Edition

_NAMED = 5
MONTH = r"\d{4}-(0[1-9]|1[0-2])"
district_option = click.option(
    "--district", "districts", multiple=True, help="Only this district; may be repeated."
)


def check_asked(month: str | None, districts: tuple[str, ...]) -> None:
    """Refuse a month without an edition and a district that nobody declared."""
    check_districts(districts)
    if month is None:
        return
    from pipelines.defs.editions import MONTHS

    if not MONTHS.has_partition_key(month):
        first, last = MONTHS.get_first_partition_key(), MONTHS.get_last_partition_key()
        raise click.ClickException(
            f"There is no edition of {month}: months go from {first} to {last}."
        )


def check_districts(districts: tuple[str, ...]) -> None:
    """Refuse a district that nobody declared, and say which there are."""
    from pipelines.catalogue.catalogue import load

    known = load(settings().districts).districts
    for one in districts:
        if one not in known:
            raise click.ClickException(f"No district is called '{one}'.{did_you_mean(one, known)}")


def month_of(said: str) -> str:
    """A month as a person typed it."""
    if not re.fullmatch(MONTH, said):
        raise click.ClickException(f"'{said}' is not a month. Write it like 2026-10.")
    return said


class Withdrawn(click.ClickException):
    """What was asked for was withdrawn: that is said, and it is no failure."""

    exit_code = 0

    def show(self, file: Any = None) -> None:
        """The reason, as any other answer."""
        click.echo(self.message, file)


def asked_edition(said: str) -> Edition:
    """An edition as a person typed it, like 2026-10/r1, 2026-Q3/r1 or 2025-r1; also one that was withdrawn, or that
    was published and has no folder any more.
    """
    from pipelines.publishing.editions.seals import every, told
    from pipelines.publishing.shelf import Edition

    folder, name = settings().editions, said.replace("/r", "-r")
    there = {one.id: one for one in every(folder)}
    found = there.get(name)
    if found is None and name in told(settings()).placed:
        month, number = name.rsplit("-r", 1)
        return Edition(folder / month / f"r{number}", month, int(number))
    if found is None:
        raise click.ClickException(f"There is no edition '{said}'. {_which(there)}")
    return found


def _which(there: Iterable[str]) -> str:
    """Editions as they are typed, the last ones where there are many, or that there is none."""
    names = [name.replace("-r", "/r") for name in sorted(there)]
    if not names:
        return "Nothing was published yet."
    return f"There {'is' if len(names) == 1 else 'are'} {', '.join(names[-_NAMED:])}."


def standing(said: str) -> Edition:
    """An edition as a person typed it that is there and was not withdrawn."""
    found = asked_edition(said)
    if not found.path.is_dir():
        raise click.ClickException(
            f"{said} was published, and its folder is gone: restore it from a backup, or withdraw it."
        )
    refuse_withdrawn(found)
    return found


def refuse_withdrawn(edition: Edition) -> None:
    """Say why an edition was withdrawn, where it was."""
    from pipelines.publishing.editions.withdrawal import replacement, why_withdrawn

    why = why_withdrawn(edition, replacement(settings().editions, edition))
    if why is not None:
        raise Withdrawn(why)


class Moment(click.DateTime):
    """A moment in UTC; a day alone is all of it, as editions say up to which day their data are known."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment that was typed, or the last one of the day."""
        found: datetime = super().convert(value, param, ctx)
        whole_day = isinstance(value, str) and len(value) == len("2026-01-31")
        if whole_day:
            found += timedelta(days=1, microseconds=-1)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
