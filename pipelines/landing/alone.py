"""One writer at a time: whoever collects, builds or publishes holds a deployment's state alone.

Belongs here: the lock. Does not belong here: what is done under it. The operating system lets go of
it when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


class Busy(RuntimeError):
    """Another process is writing to this deployment."""


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the state under `home` for as long as the block runs.

    Raises:
        Busy: where another process holds it; nothing was done.
    """
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 32).decode() or "?"
            raise Busy(
                f"Another nzd (process {holder}) is writing to {home}. Nothing was done. "
                "Wait until it has ended, then run this again."
            ) from error
        os.truncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
