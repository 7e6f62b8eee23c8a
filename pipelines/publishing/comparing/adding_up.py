"""Parts of a change by cause: scaled, put together, switched one after the other, closed to the last digit.

Belongs here: arithmetic of parts. Does not belong here: which causes there are (`reasons.py`, `point_causes.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

Causes = dict[str, Decimal]
UNTOLD = "unexplained"
CONFIDENTIAL = "confidential"
"""Several causes are known, and their sizes would tell on one of few holders."""
LEAST = Decimal("0.000001")
"""The last digit of the tables."""
ROUNDED = 100 * LEAST
"""Less is rounding of cells and months, and goes to the largest part."""
ORDER = (
    "boundary", "coverage", "late_data", "correction", "estimate", UNTOLD, CONFIDENTIAL,
    "factor", "target", "method", "code",
)  # fmt: skip
"""In which causes are switched from what the old edition knew to what the new one knows: first of whom a figure is and
what they used, then at which factors, against which target, and last how it is calculated."""


def scaled(parts: Mapping[str, Decimal], scale: Decimal) -> Causes:
    """Each part times a number."""
    return {cause: part * scale for cause, part in parts.items()}


def together(several: Iterable[Mapping[str, Decimal]]) -> Causes:
    """Parts of several changes, added cause by cause."""
    found: Causes = defaultdict(Decimal)
    for parts in several:
        for cause, part in parts.items():
            found[cause] += part
    return {cause: part for cause, part in found.items() if part}


def stepwise(
    start: Sequence[Decimal],
    moved: Sequence[Mapping[str, Decimal]],
    figure: Callable[[Sequence[Decimal]], Decimal],
) -> Causes:
    """What each cause did to a figure of several terms: all that it moved is switched at once, cause after cause.

    Args:
        start: The terms as they were.
        moved: Parts of the change of each term.
        figure: The figure of its terms.

    Raises:
        ZeroDivisionError: there is no figure on the way.
    """
    at, told, found = list(start), figure(start), {}
    for cause in ORDER:
        if any(parts.get(cause) for parts in moved):
            at = [term + parts.get(cause, 0) for term, parts in zip(at, moved, strict=True)]
            now = figure(at)
            found[cause], told = now - told, now
    return found


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
