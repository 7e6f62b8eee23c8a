"""Work on many small things in several processes, given back in order.

Belongs here: the processes. Does not belong here: the work. Reading a small file holds the
interpreter almost all the time, so threads would not help.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

WORTH_IT = 200
"""Fewer things than this are done before a second process has begun: a start costs 1.5 s."""
AHEAD = 8
"""Results that may wait for each process: what is made and not yet used is held in memory."""
_shared: list[Any] = []


def made_beside(
    work: Callable[..., Made], items: Sequence[Item], *shared: Any
) -> Iterator[Made | None]:
    """`work(item, *shared)` of every item, in their order.

    None stands for what nobody made: of few items all, of many those whose work raised anything or
    whose process died. The caller then does it itself, where what goes wrong is said.

    Args:
        work: A function of a module.
        items: What it is done with; everything here travels between processes.
        shared: What every call is given.
    """
    if len(items) < WORTH_IT:
        yield from [None] * len(items)
        return
    processes = len(os.sched_getaffinity(0))
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, shared)
    waiting: deque[Future[Made]] = deque()
    coming = iter(items)
    try:
        for _ in items:
            while len(waiting) < processes * AHEAD and (item := next(coming, None)) is not None:
                waiting.append(_submitted(pool, work, item))
            yield _made(waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(*shared: Any) -> None:
    _shared[:] = shared


def _done(work: Callable[..., Made], item: Any) -> Made:
    return work(item, *_shared)


def _submitted(pool: ProcessPoolExecutor, work: Callable[..., Made], item: Any) -> Future[Made]:
    try:
        return pool.submit(_done, work, item)
    except (BrokenExecutor, RuntimeError) as broken:
        failed: Future[Made] = Future()
        failed.set_exception(broken)
        return failed


def _made(coming: Future[Made]) -> Made | None:
    try:
        return coming.result()
    except Exception:  # done again by the caller, who says what is wrong
        return None
