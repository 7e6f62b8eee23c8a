"""Shares in whole per cent beside the equations of a month: a rounded number bounds what it is made of, too.

Belongs here: whether the shares that models have of a month's energy would tell a hidden use. Does not belong here:
what figures are made of (`uses.py`), how closely a sum is bounded (`matrix.py`), the table they stand in
(`baselines.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from pipelines.publishing.protecting.baselines import SHARES, percent
from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.matrix import Figure, Seen
from pipelines.publishing.protecting.relations import Hidden, protected_uses
from pipelines.publishing.protecting.uses import IMPORT, Cell, Month, Use
from pipelines.publishing.rows import Row, read_rows

_FIRST_YEAR = "first_year"
_GOOD = ("A", "B")
_NONE = "none"
_HALF = 0.5
"""Half of one per cent: what whole per cents are rounded by."""
_EXACT = Decimal("0.001")
Part = tuple[Use, str]
"""A use, and the grade of the models of the points that make it."""


def telling_shares(
    marts: Path,
    months: Mapping[Place, Month],
    hidden: Mapping[Place, Hidden],
    apart: Mapping[Place, Collection[Cell]],
    points: Iterable[Row],
    limits: Limits,
) -> set[Place]:
    """Districts and months of which no share of models may be told.

    Args:
        marts: The folder of the view's marts.
        months: What figures are made of.
        hidden: What is hidden of them.
        apart: Cells of which factors would tell a part that is too close to one holder.
        points: Rows of `fct_energy`.
        limits: The declared thresholds.
    """
    grades = {
        (row["district_id"], row["point_id"], row["carrier"]): row["model_grade"]
        for row in read_rows(marts / "fct_baseline_models.parquet")
        if row["baseline_of"] == _FIRST_YEAR and not row["reason"]
    }
    parts = _parts(points, grades)
    shares = {
        (row["district_id"], row["month"]): row
        for row in read_rows(marts / "fct_energy_monthly.parquet")
    }
    return {
        place
        for place, month in months.items()
        if hidden[place].keys
        and (row := shares.get(place)) is not None
        and _tell(month, hidden[place], set(apart.get(place, ())), parts[place], row, limits)
    }


def _parts(
    points: Iterable[Row], grades: Mapping[tuple[str, str, str], str]
) -> dict[Place, dict[Part, Decimal]]:
    found: dict[Place, dict[Part, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in points:
        if row["energy_kwh"] and row.get("adds_to_total", row["role"] == "supply"):
            grade = grades.get((row["district_id"], row["point_id"], row["carrier"]), _NONE)
            use = (row["carrier"], row["sector"], IMPORT)
            found[row["district_id"], row["month"]][use, grade] += row["energy_kwh"]
    return found


def _tell(
    month: Month,
    hidden: Hidden,
    apart: set[Cell],
    drawn: Mapping[Part, Decimal],
    row: Row,
    limits: Limits,
) -> bool:
    own = {(use, _NONE): value for use, value in month.uses.items() if use[2] != IMPORT}
    parts = {**drawn, **own}
    total = sum(parts.values(), Decimal(0))
    share = float(limits.p_percent) / 100
    targets = list(protected_uses(month, apart, limits))
    if abs(total - (row["final_energy_kwh"] or 0)) > _EXACT or not _whole(parts, row):
        # Of which points the share is nobody can say here: it is told where rounding alone covers every hidden use.
        sizes = [sum(month.uses[use] for use in target) for target in targets]
        return any(float(total) * 2 * _HALF / 100 < share * float(size) for size in sizes)
    shown = [
        Figure(key, {part: terms[part[0]] for part in parts if part[0] in terms}, None)
        for key, (terms, _) in month.figures.items()
        if key not in hidden.keys
    ]
    seen = Seen(parts, [*shown, *_rounded(parts, row)])
    for target in targets:
        sum_ = {part: 1.0 for part in parts if part[0] in target}
        if not seen.surely_apart(sum_, share):
            low, high, _ = seen.bounds(sum_)
            if high - low < share:
                return True
    return False


def _of_share(part: Part, column: str) -> bool:
    return part[1] in _GOOD if column.startswith("modelled_well") else part[1] != _NONE


def _whole(parts: Mapping[Part, Decimal], row: Row) -> bool:
    """Whether the shares are of just these parts."""
    return all(
        abs(sum(value for part, value in parts.items() if _of_share(part, name)) - row[column])
        <= _EXACT
        for name, column in SHARES.items()
        if row[column] is not None
    )


def _rounded(parts: Mapping[Part, Decimal], row: Row) -> Iterator[Figure]:
    """The shares as sums: what has a model less the told share of everything, within the rounding."""
    total = float(sum(parts.values(), Decimal(0)))
    for name, column in SHARES.items():
        told = percent(row, column)
        if told is not None:
            terms = {part: _of_share(part, name) - told / 100 for part in parts}
            off = sum(one * float(parts[part]) for part, one in terms.items())
            half = _HALF / 100 * total
            yield Figure(("share", name), terms, None, (half + off, half - off))
