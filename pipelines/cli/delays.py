"""Delays on the terminal: which districts wait for their report, and why.

Belongs here: printing, and the exit code that says so. Does not belong here: who has to wait
(`publishing/editions/gate.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from pipelines.settings import settings


class Delayed(click.ClickException):
    """Somebody is not published yet; nothing is broken that a schedule should cry for."""

    exit_code = 3

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - click's own signature
        """Why, on the error stream."""
        click.echo(self.message, err=True)


@contextmanager
def delays_said(month: str) -> Iterator[None]:
    """After the block, end as delayed where a district of the month still waits."""
    try:
        yield
    except click.ClickException as failure:
        if not _lines(month):
            raise
        raise Delayed(failure.message) from failure
    if _lines(month):
        raise Delayed("\n".join(_lines(month)))


def print_delays() -> None:
    """What is delayed of every month."""
    from pipelines.publishing.editions.delayed import delayed_months

    for month in delayed_months(settings().editions):
        for line in _lines(month):
            click.echo(line)


def _lines(month: str) -> list[str]:
    from pipelines.publishing.editions.delayed import notes_of

    return list(notes_of(settings(), month))
