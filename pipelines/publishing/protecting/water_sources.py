"""Water by where it comes from, protected: withdrawal with its sources, recycled and rain water beside it.

Belongs here: which volumes a reader may see. Does not belong here: the rules (`limits.py`, `matrix.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pipelines.publishing.protecting.disclosure import Evidence, Place
from pipelines.publishing.protecting.limits import Limits, sensitive
from pipelines.publishing.protecting.matrix import Figure, to_hide
from pipelines.publishing.rows import Row

TOTAL = "all"
"""Withdrawal, the sum of its sources; recycled and rain water are no part of it."""
COLUMNS = {
    TOTAL: "withdrawn_m3",
    "potable_network": "potable_m3",
    "well": "well_m3",
    "surface": "surface_m3",
    "unassigned": "unassigned_source_m3",
    "recycled": "recycled_m3",
    "rain": "rain_m3",
}
_WITHDRAWN = frozenset((TOTAL, "potable_network", "well", "surface", "unassigned"))
_TELLS = {TOTAL: ("WAT01",), "recycled": ("WAT03", "WAT04"), "rain": ("WAT05",)}
"""KPIs that a volume is the numerator of: where one is hidden, so is the volume."""


def water_sources(
    monthly: Iterable[Row], evidence: Evidence, gone: set[tuple[str, str, str]], limits: Limits
) -> list[Row]:
    """Volumes by source, hidden cells flagged and empty.

    Args:
        monthly: Rows of `fct_water_monthly`.
        evidence: Contributors of each measure.
        gone: (district, month, KPI) of values that are hidden.
        limits: The declared thresholds.
    """
    found = []
    for row in monthly:
        place = (row["district_id"], row["month"])
        values = {name: row.get(column) for name, column in COLUMNS.items()}
        hidden = _hidden(place, values, evidence, gone, limits)
        found += [
            {
                "district_id": place[0],
                "month": place[1],
                "source": name,
                "volume_m3": None if name in hidden else value,
                "suppressed": name in hidden,
                "reason": "suppressed" if name in hidden else None,
            }
            for name, value in values.items()
            if value is not None
        ]
    return found


def _hidden(
    place: Place,
    values: dict[str, Decimal | None],
    evidence: Evidence,
    gone: set[tuple[str, str, str]],
    limits: Limits,
) -> set[str]:
    who = evidence.contributors.get(place, {})
    hidden = {name for name, column in COLUMNS.items() if sensitive(who.get(column, ()), limits)}
    hidden |= {
        name for name, codes in _TELLS.items() if any((*place, code) in gone for code in codes)
    }
    if TOTAL in hidden:
        hidden |= _WITHDRAWN
    return hidden | _complement(values, hidden, limits)


def _complement(values: dict[str, Decimal | None], hidden: set[str], limits: Limits) -> set[str]:
    """Sources without which withdrawal and the others would give a hidden one back: the smallest that do."""
    sources = {name: value for name in sorted(_WITHDRAWN - {TOTAL}) if (value := values[name])}
    by_size = sorted(sources, key=lambda name: (abs(sources[name]), name))
    figures = [Figure(name, {name: 1.0}, by_size.index(name) + 1) for name in sources]
    figures.append(Figure(TOTAL, dict.fromkeys(sources, 1.0), 100))
    targets = [{name: 1.0} for name in sources if name in hidden]
    return {str(name) for name in to_hide(sources, figures, targets, limits.p_percent)}
