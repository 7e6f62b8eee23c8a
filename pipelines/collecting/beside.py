"""Work on many small things in several processes, given back in order.

Belongs here: the processes. Does not belong here: the work. Reading a small file holds the
interpreter almost all the time, so threads would not help; the standard library's pools wait forever
for a process that was killed at the wrong moment, so each process here has a pipe of its own.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

_LOG = logging.getLogger(__name__)
WORTH_IT = 200
"""Fewer things than this are done before a second process has begun: a start costs 1.5 s."""
AHEAD = 32
"""How far the processes may be ahead: what is made and not yet used is held in memory."""


def made_beside(
    work: Callable[..., Made], items: Sequence[Item], *shared: Any
) -> Iterator[Made | None]:
    """`work(item, *shared)` of every item, in their order.

    None stands for what nobody made: of few items all, also where no process may be started, of many
    those whose work raised anything or whose process died. The caller then does it itself, where
    what goes wrong is said.

    Args:
        work: A function of a module.
        items: What it is done with; everything here travels between processes.
        shared: What every call is given.
    """
    workers: list[_Worker] = []
    try:
        if len(items) >= WORTH_IT:
            _start(workers, work, shared)
        yield from _in_order(workers, items)
    finally:
        for worker in workers:
            worker.stop()


def _start(workers: list[_Worker], work: Callable[..., Any], shared: tuple[Any, ...]) -> None:
    """One for each processor, or as many as the machine gives."""
    try:
        workers.extend(_Worker(work, shared) for _ in os.sched_getaffinity(0))
    except Exception:  # no more processes, a process that may have none: the caller does the work
        _LOG.warning("No process could be started beside this one; one does it all.", exc_info=True)


class _Worker:
    """One process, and the place of the item that it works on."""

    def __init__(self, work: Callable[..., Any], shared: tuple[Any, ...]) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work, shared), daemon=True)
        self.process.start()
        theirs.close()
        self.place: int | None = None
        self.alive = True

    def give(self, place: int, item: object) -> None:
        """Have it work on an item."""
        self.place = place
        try:
            self.pipe.send(item)
        except Exception:  # it died, or the item does not travel: the end of its pipe says so
            self.alive = False
            self.process.kill()

    def take(self) -> tuple[int, Any]:
        """What it made, and of which item; nothing where it died."""
        place, self.place = self.place, None
        assert place is not None  # noqa: S101 - only asked where it works on something
        try:
            return place, self.pipe.recv()
        except Exception:  # it died, or what it made does not travel
            self.alive = self.process.is_alive()
            return place, None

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def _in_order(workers: list[_Worker], items: Sequence[Item]) -> Iterator[Any]:
    made: dict[int, Any] = {}
    begun = 0
    for place in range(len(items)):
        while True:
            for worker in workers:
                if begun < min(len(items), place + AHEAD) and worker.alive and worker.place is None:
                    worker.give(begun, items[begun])
                    begun += 1
            if place in made:
                break
            busy = {worker.pipe: worker for worker in workers if worker.place is not None}
            if not busy:  # nobody is left
                begun = max(begun, place + 1)
                made[place] = None
                break
            for pipe in wait(list(busy)):
                taken, found = busy[pipe].take()  # type: ignore[index]
                made[taken] = found
        yield made.pop(place)


def _serve(pipe: Connection, work: Callable[..., Any], shared: tuple[Any, ...]) -> None:
    """What each process does until its pipe is closed."""
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(work(item, *shared))
        except Exception:  # done again by the caller, who says what is wrong
            pipe.send(None)
