"""CIM market documents (ENTSO-E Publication_, GL_ and their kin) as one row per interval.

Positions become moments; under curve type A03 a position that is left out repeats the one before
it, under any other it is missing. Belongs here: that arithmetic. Does not belong here: what a series
is called (formats).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from pipelines.catalogue.format_reading import Read
from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.source_table import SourceTable
from pipelines.connectors.parsers.xml_elements import (
    Document,
    Element,
    local_name,
    wrong_document,
)
from pipelines.connectors.parsers.xml_fields import Tree
from pipelines.connectors.parsers.xml_files import Batches, Row

ACKNOWLEDGEMENT = "acknowledgement_marketdocument"
NAMES = (
    "place", "variable", "document_type", "process_type", "business_type", "psr_type", "in_domain",
    "out_domain", "point", "unit", "curve_type", "resolution", "start", "end", "value", "repeated",
)  # fmt: skip
MAX_STEPS = 600_000
"""Intervals of one period: more than a year of minutes is a mistake in its end."""
_MINUTES = {"pt1m": 1, "pt5m": 5, "pt15m": 15, "pt30m": 30, "pt60m": 60, "pt1h": 60}
_CALENDAR = {"p1d": (1, 0), "p7d": (7, 0), "p1w": (7, 0), "p1m": (0, 1), "p1y": (0, 12)}
_MARKET = ZoneInfo("Europe/Brussels")
"""Days and months of these documents are the market's, CET (ENTSO-E manual of procedures)."""


def market_batches(source: BinaryIO, read: Read) -> Iterator[SourceTable]:
    """A market document as tables of text, some thousand rows at a time.

    Raises:
        DeliveryRefused: where it is none, is not whole, or says an error in place of data.
    """
    document = Document(source, ["*/TimeSeries"], encoding=read.encoding, instead=[ACKNOWLEDGEMENT])
    batches = Batches(read, NAMES)
    tree = Tree()
    for series in document.records():
        _check_root(document.root)
        batches.add(list(_rows(series, tree)))
        tree.forget()
        if batches.full:
            yield batches.taken()
    if document.other:
        yield _acknowledged(document.root, tree, read)
        return
    _check_root(document.root)
    if not batches.count:
        raise DeliveryRefused(
            "HEADER_ONLY", "The document has no series.", "Il documento non ha serie."
        )
    if batches.waiting:
        yield batches.taken()


def _check_root(root: Element) -> None:
    if not local_name(root.tag).endswith("marketdocument"):
        raise wrong_document(root, ["…_MarketDocument"])


def _acknowledged(root: Element, tree: Tree, read: Read) -> SourceTable:
    said = tree.text(root, "reason/text")[:200]
    if "no matching data" not in said.casefold():
        raise DeliveryRefused(
            "SOURCE_SAID_ERROR",
            f"The source answered: {said or 'an acknowledgement without a reason'}",
            f"La fonte ha risposto: {said or 'una ricevuta senza motivo'}",
        )
    empty = [pa.array([], type=pa.string()) for _ in NAMES]
    table = SourceTable(list(NAMES), empty, np.array([], dtype=np.int64), read)
    table.notes = (("SAID_NOTHING_TO_SEND", said),)
    return table


def _rows(series: Element, tree: Tree) -> Iterator[Row]:
    common = _common(series, tree)
    for period in tree.at(series, "period"):
        resolution = tree.text(period, "resolution").casefold()
        starts = _grid(
            tree.text(period, "timeinterval/start"),
            tree.text(period, "timeinterval/end"),
            resolution,
        )
        values = _values(period, tree, len(starts) - 1)
        repeats = common["curve_type"].casefold() == "a03"
        previous: list[str] | None = None
        for position in range(1, len(starts)):
            given = values.get(position)
            repeated = given is None and repeats
            given = previous if repeated else given
            previous = given
            for value in given or ():
                yield common | {
                    "resolution": resolution.upper(),
                    "start": starts[position - 1].isoformat(),
                    "end": starts[position].isoformat(),
                    "value": value,
                    "repeated": "yes" if repeated else "",
                }


def _values(period: Element, tree: Tree, count: int) -> dict[int, list[str]]:
    """Values by position; a position that stands twice keeps both, and the two contradict later."""
    values: dict[int, list[str]] = {}
    for point in tree.at(period, "point"):
        text = tree.text(point, "position")
        position = int(text) if text.isdecimal() else 0
        if not 1 <= position <= count:
            raise DeliveryRefused(
                "BAD_DATE",
                f"Position '{text[:20]}' lies outside its period of {count} intervals.",
                f"La posizione '{text[:20]}' è fuori dal suo periodo di {count} intervalli.",
            )
        value = tree.text(point, "quantity|price.amount|energy_quantity.quantity")
        if value:
            values.setdefault(position, []).append(value)
        else:
            values.setdefault(position, [])
    return values


def _common(series: Element, tree: Tree) -> Row:
    def text(path: str) -> str:
        return tree.text(series, path)

    into = text("in_domain.mrid|inbiddingzone_domain.mrid")
    out = text("out_domain.mrid|outbiddingzone_domain.mrid")
    kind, business, psr = text("/*/type"), text("businesstype"), text("mktpsrtype/psrtype")
    amount = text("quantity_measure_unit.name|energy_measurement_unit.name")
    price = "/".join(filter(None, (text("currency_unit.name"), text("price_measure_unit.name"))))
    return {
        "place": f"{out}>{into}" if into and out and into != out else into or out,
        "variable": "/".join(filter(None, (kind, business, psr, "" if into else "out"))),
        "document_type": kind,
        "process_type": text("/*/process.processtype"),
        "business_type": business,
        "psr_type": psr,
        "in_domain": into,
        "out_domain": out,
        "point": text("marketevaluationpoint.mrid|registeredresource.mrid"),
        "unit": amount or price,
        "curve_type": text("curvetype"),
    }


def _grid(begin: str, end: str, resolution: str) -> list[datetime]:
    """The starts of all intervals of a period and the end of the last one, UTC."""
    try:
        first, last = datetime.fromisoformat(begin), datetime.fromisoformat(end)
    except ValueError as error:
        raise _bad_period(begin, end, resolution) from error
    if first.tzinfo is None or last.tzinfo is None or last < first:
        raise _bad_period(begin, end, resolution)
    moment, moments = first.astimezone(UTC), [first.astimezone(UTC)]
    while moment < last:
        moment = _next(moment, resolution)
        moments.append(moment)
        if len(moments) > MAX_STEPS:
            raise _bad_period(begin, end, resolution)
    if moment != last:
        raise _bad_period(begin, end, resolution)
    return moments


def _next(moment: datetime, resolution: str) -> datetime:
    if resolution in _MINUTES:
        return moment + timedelta(minutes=_MINUTES[resolution])
    if resolution not in _CALENDAR:
        raise _bad_period("", "", resolution)
    days, months = _CALENDAR[resolution]
    local = moment.astimezone(_MARKET)
    month = local.year * 12 + local.month - 1 + months
    moved = local.replace(year=month // 12, month=month % 12 + 1, tzinfo=None)
    return (moved + timedelta(days=days)).replace(tzinfo=_MARKET).astimezone(UTC)


def _bad_period(begin: str, end: str, resolution: str) -> DeliveryRefused:
    return DeliveryRefused(
        "BAD_DATE",
        f"A period from '{begin}' to '{end}' in steps of '{resolution}' cannot be read.",
        f"Un periodo da '{begin}' a '{end}' a passi di '{resolution}' non si legge.",
    )
