"""Bytes of one delivery to rows in canonical columns: a pure function of bytes, declaration and
first receipt.

Belongs here: what files look like inside. Does not belong here: where files come from
(`transports`), whether rows are plausible (`quality`).
"""

from pipelines.connectors.parsers.delivery import (
    DeliveryRefused,
    Findings,
    Note,
    ParseContext,
    Parsed,
    Reject,
)
from pipelines.connectors.parsers.keys import in_order, one_per_key
from pipelines.connectors.parsers.parsing import (
    batches,
    findings_of,
    finished,
    parse,
    zero_gives_way,
)

__all__ = [
    "DeliveryRefused",
    "Findings",
    "Note",
    "ParseContext",
    "Parsed",
    "Reject",
    "batches",
    "findings_of",
    "finished",
    "in_order",
    "one_per_key",
    "parse",
    "zero_gives_way",
]
