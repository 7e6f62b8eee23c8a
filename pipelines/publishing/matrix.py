"""Tables with totals: hide what is sensitive, and enough beside it that subtraction does not bring it back.

Belongs here: secondary suppression by relations (a total and its parts). Does not belong here: which cells are
sensitive (`limits.py`) and which tables exist (`tables.py`). What this promises: no single relation has exactly
one hidden member. What it does not: bounds from several relations at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

Cell = TypeVar("Cell", bound=Hashable)


def complement(
    values: Mapping[Cell, Decimal | None],
    hidden: Iterable[Cell],
    relations: Iterable[frozenset[Cell]],
    last: Iterable[Cell] = (),
) -> set[Cell]:
    """Every cell that must be hidden.

    Args:
        values: The table, totals included; null cells carry nothing and protect nothing.
        hidden: Cells that are sensitive by themselves.
        relations: Each a total with its parts: one hidden member would be the others' difference.
        last: Cells to hide only where nothing else is left, such as the grand total.

    Returns:
        `hidden` and its complements: in each relation the smallest other cell that is not null and not zero.
    """
    gone = set(hidden)
    spared = set(last)
    rules = sorted((sorted(relation, key=str) for relation in relations), key=str)
    changed = True
    while changed:
        changed = False
        for relation in rules:
            alive = [cell for cell in relation if values.get(cell)]
            inside = [cell for cell in alive if cell in gone]
            if len(inside) != 1:
                continue
            others = [cell for cell in alive if cell not in gone]
            if not others:
                continue
            choice = min(
                others, key=lambda cell: (cell in spared, abs(values[cell] or 0), str(cell))
            )
            gone.add(choice)
            changed = True
    return gone


def given_back(
    values: Mapping[Cell, Decimal | None],
    hidden: Iterable[Cell],
    relations: Iterable[frozenset[Cell]],
) -> list[frozenset[Cell]]:
    """Relations that would still give a hidden cell back; empty when the table is safe."""
    gone = set(hidden)
    unsafe = []
    for relation in relations:
        alive = [cell for cell in relation if values.get(cell)]
        if len(alive) > 1 and sum(cell in gone for cell in alive) == 1:
            unsafe.append(relation)
    return unsafe
