"""Parts of a change by cause: scaled, put together, closed to the last digit.

Belongs here: arithmetic of parts. Does not belong here: which causes there are (`reasons.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

Causes = dict[str, Decimal]
UNTOLD = "unexplained"
LEAST = Decimal("0.000001")
"""The last digit of the tables."""
ROUNDED = 100 * LEAST
"""Less is rounding of cells and months, and goes to the largest part."""


def scaled(parts: Mapping[str, Decimal], scale: Decimal) -> Causes:
    """Each part times a number."""
    return {cause: part * scale for cause, part in parts.items()}


def closed(parts: Mapping[str, Decimal], change: Decimal) -> Causes:
    """Parts in nine decimals that add up to the change: rounding goes to the largest, more stays unexplained."""
    found = {cause: part.quantize(Decimal("1e-9")) for cause, part in parts.items() if part}
    rest = change - sum(found.values(), Decimal(0))
    if not rest:
        return found
    if found and abs(rest) <= ROUNDED:
        largest = max(found, key=lambda cause: (abs(found[cause]), cause))
        return {**found, largest: found[largest] + rest}
    found[UNTOLD] = found.get(UNTOLD, Decimal(0)) + rest
    return found
