"""Water by where it comes from, protected: withdrawal with its sources, recycled and rain water beside it.

Belongs here: which volumes a reader may see. Does not belong here: what would follow from which (`water_uses.py`,
`relations.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.uses import ALL, Cell
from pipelines.publishing.protecting.water_uses import SOURCES
from pipelines.publishing.rows import Row

TOTAL = ALL
"""Withdrawal, the sum of its sources; recycled and rain water are no part of it."""
_COLUMNS = {TOTAL: "withdrawn_m3", **SOURCES}
_TELLS = {TOTAL: ("WAT01",), "recycled": ("WAT03", "WAT04"), "rain": ("WAT05",)}
"""KPIs that a volume is the numerator of: where one is hidden, so is the volume."""


def water_sources(
    monthly: Iterable[Row],
    hidden: Mapping[Place, Collection[Cell]],
    gone: Collection[tuple[str, str, str]],
) -> list[Row]:
    """Volumes by source, hidden cells flagged and empty.

    Args:
        monthly: Rows of `fct_water_monthly`.
        hidden: Sources that are hidden, each with all sectors.
        gone: (district, month, KPI) of values that are hidden.
    """
    found = []
    for row in monthly:
        place = (row["district_id"], row["month"])
        cells = {cell[0] for cell in hidden.get(place, ())}
        cells |= {
            name for name, codes in _TELLS.items() if any((*place, code) in gone for code in codes)
        }
        found += [
            {
                "district_id": place[0],
                "month": place[1],
                "source": name,
                "volume_m3": None if name in cells else value,
                "suppressed": name in cells,
                "reason": "suppressed" if name in cells else None,
            }
            for name, column in _COLUMNS.items()
            if (value := row.get(column)) is not None
        ]
    return found
