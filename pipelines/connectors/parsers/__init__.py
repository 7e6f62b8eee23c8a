"""Bytes of one delivery to rows in canonical columns: a pure function of bytes, declaration and
first receipt.

Belongs here: what files look like inside. Does not belong here: where files come from
(`transports`), whether rows are plausible (`quality`).
"""

from pipelines.connectors.parsers.delivery import (
    DeliveryRefused,
    Note,
    ParseContext,
    Parsed,
    Reject,
)
from pipelines.connectors.parsers.parsing import parse

__all__ = ["DeliveryRefused", "Note", "ParseContext", "Parsed", "Reject", "parse"]
