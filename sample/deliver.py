"""The post: `python -m sample.deliver --inbox DIR --through 2026-10` writes what arrives.

Belongs here: writing files with the day they arrived on. Does not belong here: their content.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
from pathlib import Path

from sample.mishaps import delivered
from sample.months import FIRST, LAST, clock, months
from sample.rounds import ARRIVES

MONTHS = tuple(months())
"""The months of the sample, one delivery round after each."""


def deliver(month: str, inbox: Path) -> list[Path]:
    """Write every file that arrives in the round after a month.

    A file that is there already is only written over where its sender sends it again. Times of
    files are those of their arrival, so that listings look as they would have.

    Args:
        month: The month, 'YYYY-MM'.
        inbox: The folder the sources' bindings point into.

    Returns:
        The files written, in the order of their paths.
    """
    written = []
    for path, make in sorted(delivered(month).items()):
        target = inbox / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(make())
        arrived = clock(month).replace(day=ARRIVES.get(path.split("/")[1], 8)) - dt.timedelta(
            hours=1
        )
        os.utime(target, (arrived.timestamp(), arrived.timestamp()))
        written.append(target)
    return written


def main() -> None:
    """Deliver round after round from the command line."""
    said = argparse.ArgumentParser(
        description="Write the sample deployment's files, round by round."
    )
    said.add_argument("--inbox", type=Path, required=True, help="folder to write into")
    said.add_argument("--from", dest="first", default=FIRST, help="first month, YYYY-MM")
    said.add_argument("--through", default=LAST, help="last month, YYYY-MM")
    wanted = said.parse_args()
    for month in months(wanted.first, wanted.through):
        print(f"{month}: {len(deliver(month, wanted.inbox))} files")


if __name__ == "__main__":
    main()
