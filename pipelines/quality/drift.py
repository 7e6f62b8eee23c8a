"""What changed about the files of a source: columns added, removed, renamed, reordered, retyped,
another unit in a header, another scale.

Belongs here: comparing the shape of a delivery with those that were accepted before it. Does not
belong here: describing a shape (`connectors/parsers/shape`), consumption of single points
(`scale`), and what a finding means (`catalogue/issues.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipelines.catalogue.declaration import Bilingual
from pipelines.catalogue.drift import (
    ADDED,
    REMOVED,
    RENAMED,
    REORDERED,
    RETYPED,
    SCALE_JUMPED,
    UNIT_CHANGED,
    Drift,
)
from pipelines.catalogue.units import unit_named
from pipelines.connectors.parsers.delivery import Column, Shape
from pipelines.connectors.parsers.shape import KEPT

SAME_VALUES = 0.9
"""Two columns are one that was renamed where their values are alike to this share (Jaccard)."""
SCALE_BAND = 50.0
"""A median this many times another is another unit, not another month."""
SLIP_BAND = 300.0
"""A median this many times another is a slip by a thousand, whatever the month."""
REMEMBERED = 12
"""Shapes of the last deliveries that count as known: a source may send two kinds of file in turn."""

_WORD = re.compile(r"[^\W_]+|€|³|²", re.UNICODE)


@dataclass(frozen=True)
class Change:
    """One change of shape: its class, the columns before and after, in words."""

    code: str
    before: str | None
    after: str | None
    ratio: float = 1.0
    """Of a jump of scale: the median now to the median before."""

    @property
    def is_of_unit(self) -> bool:
        """Whether a jump is so large that only another unit explains it."""
        return not 1 / SLIP_BAND < self.ratio < SLIP_BAND

    @property
    def column(self) -> str:
        """The column before the change, or the new one."""
        return (self.before or self.after or "").partition(" ~")[0]

    @property
    def said(self) -> str:
        """The change as one short text, the same in both languages."""
        if self.before and self.after and self.before != self.after:
            return f"{self.before} → {self.after}"
        return self.after or self.before or ""


def changes(shape: Shape, accepted: Sequence[Shape]) -> list[Change]:
    """What differs between a delivery and the last accepted one; nothing where a shape like it was
    accepted lately.

    Args:
        shape: Of the delivery.
        accepted: Of the deliveries accepted before it, oldest first.
    """
    known = [one for one in accepted[-REMEMBERED:] if one]
    if not shape or not known:
        return []
    compared = [list(_between(one, shape)) for one in reversed(known)]
    # The first is the last accepted delivery: where nothing fits, what it says is said.
    return next((found for found in compared if not found), compared[0])


def refused_by(found: Sequence[Change], policy: Drift, read: Container[str]) -> Change | None:
    """The first change that the source's policy refuses a delivery for.

    Args:
        found: All changes.
        policy: What the source declares.
        read: Normalised names of the columns whose jump of scale nobody else would notice.
    """

    def refuses(one: Change) -> bool:
        if one.code == SCALE_JUMPED and policy.scale_jump is None:
            return one.is_of_unit and one.column in read
        return policy.reaction_to(one.code) == "refuse"

    return next((one for one in found if refuses(one)), None)


def words_of(found: Sequence[Change]) -> Bilingual:
    """All changes in one line."""
    said = "; ".join(one.said for one in found)
    return Bilingual(it=f"{said}.", en=f"{said}.")


def likely_name(missing: str, shape: Shape, accepted: Sequence[Shape]) -> str | None:
    """What a column that is missing is probably called now, or None where nothing resembles it."""
    before = accepted[-1] if accepted else ()
    old = {column.name: (place, column) for place, column in enumerate(before)}
    fresh = [(place, one) for place, one in enumerate(shape) if one.name not in old]
    place, column = old.get(missing, (None, None))
    if column is not None:
        alike = [one for _, one in fresh if alikeness(column, one) >= SAME_VALUES]
        if len(alike) == 1:
            return alike[0].name
        there = [one for at, one in fresh if at == place and one.type in (column.type, "empty")]
        if there:
            return there[0].name
    ranked = sorted((_resemblance(missing, one.name), one.name) for _, one in fresh)
    return ranked[-1][1] if ranked and ranked[-1][0] >= 0.6 else None


def alikeness(one: Column, other: Column) -> float:
    """The share of values two columns have in common, estimated from their smallest hashes."""
    if one.type != other.type or not one.values or not other.values:
        return 0.0
    both = sorted({*one.values, *other.values})[:KEPT]
    shared = set(one.values) & set(other.values)
    return sum(value in shared for value in both) / len(both)


def _between(before: Shape, after: Shape) -> Iterator[Change]:
    old = {column.name: column for column in before}
    new = {column.name: column for column in after}
    gone = [column for column in before if column.name not in new]
    fresh = [column for column in after if column.name not in old]
    for column in list(gone):
        successor = next((one for one in fresh if _unit_apart(column.name, one.name)), None)
        code = UNIT_CHANGED
        if successor is None:
            alike = [one for one in fresh if alikeness(column, one) >= SAME_VALUES]
            successor, code = (alike[0] if len(alike) == 1 else None), RENAMED
        if successor is not None:
            gone.remove(column)
            fresh.remove(successor)
            yield Change(code, column.name, successor.name)
    yield from (Change(REMOVED, column.name, None) for column in gone)
    yield from (Change(ADDED, None, column.name) for column in fresh)
    shared = [name for name in old if name in new]
    if shared != [name for name in new if name in old]:
        yield Change(REORDERED, None, ", ".join(name for name in new if name in old))
    for name in shared:
        yield from _within(old[name], new[name])


def _within(old: Column, new: Column) -> Iterator[Change]:
    if "empty" in (old.type, new.type):
        return
    if old.type != new.type:
        yield Change(RETYPED, f"{old.name} ({old.type})", f"{new.name} ({new.type})")
    elif old.median and new.median:
        ratio = new.median / old.median
        if not 1 / SCALE_BAND < ratio < SCALE_BAND:
            said = f"{old.name} ~{old.median:g}", f"~{new.median:g}"
            yield Change(SCALE_JUMPED, *said, ratio)


def _unit_apart(one: str, other: str) -> bool:
    """Whether two headers say the same but for the unit in them: 'energia (kwh)', 'energia mwh'."""
    (words, unit), (others, other_unit) = _parted(one), _parted(other)
    return words == others and None not in (unit, other_unit) and unit != other_unit


def _parted(header: str) -> tuple[tuple[str, ...], str | None]:
    words = _WORD.findall(header)
    units = [word for word in words if len(word) > 1 and unit_named(word) is not None]
    if len(units) != 1:
        return tuple(words), None
    return tuple(word for word in words if word != units[0]), unit_named(units[0])


def _resemblance(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
