"""Green Button (NAESB ESPI in Atom) as one row per interval reading.

What belongs together is said by links (rel self, up, related), not by nesting, and in any order:
the feed is read twice, first what readings mean, then the readings. Belongs here: links, scales,
overlaps. Does not belong here: carriers and flows (formats).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import BinaryIO
from urllib.parse import urlsplit

import numpy as np

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.source_table import SourceTable
from pipelines.connectors.parsers.xml_elements import Document, Element
from pipelines.connectors.parsers.xml_fields import Tree
from pipelines.connectors.parsers.xml_files import Batches, Row

NAMES = (
    "point", "reading", "title", "service", "uom", "unit", "flow_direction", "accumulation",
    "interval_length", "start", "end", "duration", "value", "quality", "cost", "problem",
)  # fmt: skip
UNITS = {
    "72": "Wh", "42": "m3", "169": "therm", "119": "ft3", "134": "l", "132": "Btu", "38": "W",
}  # fmt: skip
"""Codes of ReadingType/uom whose units we convert; a row of another one is rejected."""
CUMULATIVE = ("1", "3")
"""accumulationBehaviour of readings that are a state, not a quantity: bulk and cumulative."""
DAY_S, CLOCK_CHANGE_S = 86_400, 3_600
"""Billing periods are days; where one ends in another season than it began, suppliers count an hour
too many (seen in a real feed: 30 days and an hour, 2023).
"""


def green_button_batches(source: BinaryIO, read: Read) -> Iterator[SourceTable]:
    """A Green Button feed as tables of text, some thousand rows at a time.

    Raises:
        DeliveryRefused: where it is none or is not whole.
    """
    tree = Tree()
    feed = _Feed()
    for entry in _entries(source, read):
        feed.learn(entry, tree)
        tree.forget()
    overlaps = feed.overlaps()
    batches = Batches(read, NAMES)
    for entry in _entries(source, read):
        for block in tree.at(entry, "content/intervalblock"):
            batches.add(
                list(_readings(block, feed.meaning(_Links.of(entry, tree)), overlaps, tree))
            )
        tree.forget()
        if batches.full:
            yield batches.taken()
    if not batches.count:
        raise DeliveryRefused(
            "HEADER_ONLY", "The feed has no interval readings.", "Il feed non ha letture."
        )
    if batches.waiting:
        yield batches.taken()


def _entries(source: BinaryIO, read: Read) -> Iterator[Element]:
    source.seek(0)
    return Document(source, ["feed/entry", "entry"], encoding=read.encoding).records()


@dataclass(frozen=True)
class _Links:
    """The addresses of an entry."""

    own: str = ""
    up: str = ""
    related: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entry: Element, tree: Tree) -> _Links:
        found: dict[str, list[str]] = {}
        for link in tree.at(entry, "link"):
            address = urlsplit(link.get("href", "").strip()).path.strip("/")
            found.setdefault(link.get("rel", "").casefold(), []).append(address)
        return cls(
            next(iter(found.get("self", [])), ""),
            next(iter(found.get("up", [])), ""),
            frozenset(found.get("related", ())),
        )

    def holds(self, child: _Links, kind: str) -> bool:
        """Whether a child of a kind hangs under this entry, by the links of either."""
        folder = f"{self.own}/{kind}"
        named = {child.own, child.up} - {""}
        return (
            bool(named & self.related) or child.up == folder or child.own.startswith(f"{folder}/")
        )


@dataclass
class _Meaning:
    """What the readings of one MeterReading are."""

    fields: Row = field(default_factory=dict)
    multiplier: int = 0
    problem: str = ""


class _Feed:
    """Everything of a feed that is not a reading, and when each series was read."""

    def __init__(self) -> None:
        self._points: list[tuple[_Links, Row]] = []
        self._types: list[tuple[_Links, Row]] = []
        self._readings: list[tuple[_Links, Row]] = []
        self._blocks: list[tuple[_Links, array[int], array[int]]] = []

    def learn(self, entry: Element, tree: Tree) -> None:
        """What one entry says."""
        links = _Links.of(entry, tree)
        for point in tree.at(entry, "content/usagepoint"):
            self._points.append((links, {"service": tree.text(point, "servicecategory/kind")}))
        for kind in tree.at(entry, "content/readingtype"):
            names = ("uom", "powerOfTenMultiplier", "flowDirection", "accumulationBehaviour",
                     "intervalLength")  # fmt: skip
            self._types.append((links, {name: tree.text(kind, name.casefold()) for name in names}))
        for _ in tree.at(entry, "content/meterreading"):
            self._readings.append((links, {"title": tree.text(entry, "title")}))
        for block in tree.at(entry, "content/intervalblock"):
            starts, ends = array("q"), array("q")
            for reading in tree.at(block, "intervalreading"):
                start = _whole(tree.text(reading, "timeperiod/start"))
                length = _whole(tree.text(reading, "timeperiod/duration"))
                if start is not None and length:
                    starts.append(start)
                    ends.append(start + length)
            self._blocks.append((links, starts, ends))

    def meaning(self, block: _Links) -> _Meaning:
        """What the readings of a block mean, by its links."""
        reading = _parent(self._readings, block, "IntervalBlock")
        if reading is None:
            return _Meaning(problem="no MeterReading is linked")
        links, own = reading
        kind = next((said for at, said in self._types if at.own in links.related), None)
        point = _parent(self._points, links, "MeterReading")
        fields = {
            "reading": links.own,
            "title": own["title"],
            "point": point[0].own if point else "",
            "service": point[1]["service"] if point else "",
        }
        if kind is None:
            return _Meaning(fields, problem="no ReadingType is linked")
        fields |= {
            "uom": kind["uom"],
            "unit": UNITS.get(kind["uom"], f"uom {kind['uom']}"),
            "flow_direction": kind["flowDirection"],
            "accumulation": kind["accumulationBehaviour"],
            "interval_length": kind["intervalLength"],
        }
        power = _whole(kind["powerOfTenMultiplier"] or "0")
        problem = "" if point else "no UsagePoint is linked"
        if power is None or abs(power) > 12:
            power, problem = 0, f"powerOfTenMultiplier is '{kind['powerOfTenMultiplier'][:20]}'"
        return _Meaning(fields, power, problem)

    def overlaps(self) -> dict[str, frozenset[int]]:
        """Per MeterReading, the starts of readings that begin before another one has ended."""
        by_reading: dict[str, list[tuple[array[int], array[int]]]] = {}
        for links, starts, ends in self._blocks:
            meaning = self.meaning(links).fields
            if meaning.get("accumulation") not in CUMULATIVE:
                by_reading.setdefault(meaning.get("reading", ""), []).append((starts, ends))
        return {name: _overlapping(spans) for name, spans in by_reading.items()}


def _parent(
    entries: Iterable[tuple[_Links, Row]], child: _Links, kind: str
) -> tuple[_Links, Row] | None:
    return next((entry for entry in entries if entry[0].holds(child, kind)), None)


def _overlapping(spans: list[tuple[array[int], array[int]]]) -> frozenset[int]:
    starts = np.concatenate([np.array(one, dtype=np.int64) for one, _ in spans])
    ends = np.concatenate([np.array(one, dtype=np.int64) for _, one in spans])
    ends = ends - np.where(ends - starts > 2 * DAY_S, CLOCK_CHANGE_S, 0)
    order = np.lexsort([ends, starts])
    starts, ends = starts[order], ends[order]
    until = np.maximum.accumulate(ends)
    # Equal spans are one reading sent twice; whether they agree is judged where rows meet.
    again = (starts[1:] == starts[:-1]) & (ends[1:] == ends[:-1])
    late = np.flatnonzero((starts[1:] < until[:-1]) & ~again) + 1
    found = set(starts[late].tolist())
    for place in late:
        covered = (starts[:place] < ends[place]) & (ends[:place] > starts[place])
        found |= set(starts[:place][covered].tolist())
    return frozenset(found)


def _readings(
    block: Element, meaning: _Meaning, overlaps: dict[str, frozenset[int]], tree: Tree
) -> Iterator[Row]:
    crossed = overlaps.get(meaning.fields.get("reading", ""), frozenset())
    for reading in tree.at(block, "intervalreading"):
        start = _whole(tree.text(reading, "timeperiod/start"))
        length = _whole(tree.text(reading, "timeperiod/duration"))
        state = meaning.fields.get("accumulation") in CUMULATIVE
        problem = meaning.problem
        if not problem and start is None:
            problem = "no start"
        elif not problem and not length and not state:
            problem = "duration 0"
        elif not problem and start in crossed:
            problem = "overlaps another reading"
        yield meaning.fields | {
            "start": "" if start is None else str(start),
            "end": "" if start is None else str(start + (length or 0)),
            "duration": "" if length is None else str(length),
            "value": _scaled(tree.text(reading, "value"), meaning.multiplier),
            "quality": tree.text(reading, "readingquality/quality"),
            "cost": tree.text(reading, "cost"),
            "problem": problem,
        }


def _whole(text: str) -> int | None:
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 16 else None


def _scaled(text: str, power: int) -> str:
    try:
        return f"{Decimal(text).scaleb(power):f}"
    except InvalidOperation:
        return text
