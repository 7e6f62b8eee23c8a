"""Why energy and emissions changed, as far as it may be told: the protected table `change_parts`.

Belongs here: which parts of a change are hidden. Does not belong here: the split itself (the warehouse), who is too few
(`limits.py`).

Why the second part is chosen here and not by `matrix.py`: parts are of either sign, so there any other part, however
small, would make a hidden one safe. Some parts are nearly nothing and a reader expects so; a part covers another here
only by its size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.months import months_back, shifted
from pipelines.publishing.protecting.disclosure import Evidence, Place
from pipelines.publishing.protecting.limits import Limits, sensitive
from pipelines.publishing.rows import Row, ordered, read_rows, to_table

_VALUE = pa.decimal128(28, 9)
SCHEMA = pa.schema(
    [
        ("district_id", pa.string()),
        ("month", pa.string()),
        ("period", pa.string()),
        ("measure", pa.string()),
        ("part", pa.string()),
        ("unit", pa.string()),
        ("from_value", _VALUE),
        ("to_value", _VALUE),
        ("value", _VALUE),
        ("suppressed", pa.bool_()),
        ("reason", pa.string()),
    ]
)
"""Parts add up to `to_value` less `from_value`; `period` is a month or twelve, against a year before."""

ORDER = ("weather", "activity", "efficiency", "factor", "coverage", "boundary", "not_separable")
"""Parts as they are told: what happened outside, what was done, what is of the data."""
PUBLISHED = {"energy": "ENE01", "emissions": "EMI05"}
"""The monthly KPI that each measure is a change of."""


def change_parts(
    marts: Path,
    month: str,
    readable: Collection[tuple[str, str, str]],
    evidence: Evidence,
    limits: Limits,
) -> pa.Table:
    """Parts of every change up to the edition's month.

    A change between figures of which one is not published has no part that may be read. A part that too few holders
    stand behind is hidden, in energy and in emissions alike, for one follows from the other; so is a second one where
    the sum would give it back, and the twelve months that hold it.

    Args:
        marts: The folder of the view's marts.
        month: The edition's month.
        readable: District, month and code of every KPI value that is published.
        evidence: Who stands behind each part (`change_<measure>_<part>`).
        limits: The declared thresholds.
    """
    rows = [row for row in read_rows(marts / "fct_change_parts.parquet") if row["month"] <= month]
    monthly = _hidden_by_month(rows, evidence, limits)
    told = []
    for row in rows:
        place = (row["district_id"], row["month"])
        window = (place[1],) if row["period"] == "month" else months_back(place[1], 12)
        code = PUBLISHED[row["measure"]]
        published = all(
            (place[0], at, code) in readable for each in window for at in (each, shifted(each, -12))
        )
        hidden = any(row["part"] in monthly.get((place[0], each), ()) for each in window)
        told.append(_as_readable(row, published=published, hidden=hidden))
    return to_table(ordered(told, ("district_id", "month", "period", "measure", "part")), SCHEMA)


def _as_readable(row: Row, *, published: bool, hidden: bool) -> Row:
    gone = hidden or not published
    ends = {} if published else {"from_value": None, "to_value": None}
    value = {"value": None, "reason": "suppressed"} if gone else {}
    return {**row, **ends, **value, "suppressed": gone}


def _hidden_by_month(
    rows: Iterable[Row], evidence: Evidence, limits: Limits
) -> Mapping[Place, set[str]]:
    """Parts of a month's changes that must not be read, whichever measure they are told in."""
    values: dict[Place, dict[str, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if row["period"] == "month" and row["value"]:
            place = (row["district_id"], row["month"])
            values[place][row["measure"]][row["part"]] = abs(row["value"])
    found: dict[Place, set[str]] = {}
    for place, measures in values.items():
        who = evidence.contributors.get(place, {})
        hidden = {
            part
            for measure, parts in measures.items()
            for part in parts
            if sensitive(who.get(f"change_{measure}_{part}", ()), limits)
        }
        for parts in measures.values():
            hidden |= _complement(parts, hidden)
        found[place] = hidden
    return found


def _complement(parts: Mapping[str, Decimal], hidden: Collection[str]) -> set[str]:
    """A second part where the others and the change would give the only hidden one back.

    The smallest that is no smaller than it, so that what is left open tells little; else the largest.
    """
    alone = [part for part in parts if part in hidden]
    others = sorted((value, part) for part, value in parts.items() if part not in hidden)
    if len(alone) != 1 or not others:
        return set()
    covering = [part for value, part in others if value >= parts[alone[0]]]
    return {covering[0] if covering else others[-1][1]}
