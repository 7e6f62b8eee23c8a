"""The models of a district's baselines as lines for a terminal, and how many of which grade an edition may tell of.

Belongs here: the list for the engineers of the city, from the internal mart, and the protected table `baseline_grades`.
Does not belong here: the models (dbt); what is saved against them (`baselines.py`, `measure_savings.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.relations import hidden_figures
from pipelines.publishing.protecting.uses import ALL, Key, months
from pipelines.publishing.rows import Row, ordered, read_rows, to_table

GRADES = pa.schema(
    [
        ("district_id", pa.string()),
        ("month", pa.string()),
        ("carrier", pa.string()),
        ("model_grade", pa.string()),
        ("points", pa.int32()),
        ("energy_percent", pa.int32()),
        ("suppressed", pa.bool_()),
    ]
)
"""Points and share of a carrier's energy of the month by the grade of their model; `none` without a model."""
NONE = "none"
FIRST_YEAR = "first_year"
HEAD = (
    "point",
    "carrier",
    "baseline of",
    "model",
    "grade",
    "what it is worth, or why there is none",
)


def model_rows(marts: Path, district: str) -> list[tuple[str | None, ...]]:
    """One line per point and baseline: its first day, model with balance points, grade, statistics or reason."""
    found = [
        row
        for row in read_rows(marts / "fct_baseline_models.parquet")
        if row["district_id"] == district
    ]
    return [
        (
            str(row["point_id"]),
            str(row["carrier"]),
            "first year" if row["baseline_of"] == FIRST_YEAR else "before measures",
            _shape(row),
            row["model_grade"],
            row["reason"] or _worth(row),
        )
        for row in ordered(found, ("point_id", "carrier", "baseline_of"))
    ]


def _shape(row: Row) -> str | None:
    """«cdd_hdd <12 >22 °C»: the type, and where it heats and cools."""
    if row["model_type"] is None:
        return None
    bounds = [
        f"{sign}{row[column]:.0f}"
        for sign, column in (("<", "heating_balance_point"), (">", "cooling_balance_point"))
        if row[column] is not None
    ]
    return " ".join([row["model_type"], *bounds, *(["°C"] if bounds else [])])


def _worth(row: Row) -> str:
    return (
        f"R² {row['adjusted_r2']:.3f}, CV(RMSE) {100 * row['cvrmse']:.1f} %, NMBE {100 * row['nmbe']:.1f} %,"
        f" {row['periods']} of {row['frequency']} from {row['baseline_start']}"
    )


def baseline_grades(
    marts: Path,
    month: str,
    energy: Sequence[Row],
    totals_hidden: Collection[Place],
    limits: Limits,
) -> pa.Table:
    """Counts and whole percents of the edition's month by carrier and grade.

    A cell is told where its holders are enough; a carrier's only hidden cell takes another with it. Of a carrier no
    total is told, so that a share gives no amount back.

    Args:
        marts: The folder of the view's marts.
        month: The edition's month.
        energy: Rows of the internal `fct_energy`.
        totals_hidden: Districts and months whose total is hidden.
        limits: The declared thresholds.
    """
    grades = {
        (row["district_id"], row["point_id"], row["carrier"]): (
            NONE if row["reason"] else row["model_grade"]
        )
        for row in read_rows(marts / "fct_baseline_models.parquet")
        if row["baseline_of"] == FIRST_YEAR
    }
    graded = [
        {**row, "sector": grades.get((row["district_id"], row["point_id"], row["carrier"]), NONE)}
        for row in energy
        if row["month"] == month and row["energy_kwh"] and row["flow"] == "import"
    ]
    forced: dict[Place, set[Key]] = {place: {("kpi", "ENE01")} for place in totals_hidden}
    found = hidden_figures(months(graded, graded, (), ()), forced, {}, {}, limits)
    hidden = {place: gone.cells("energy") for place, gone in found.items()}
    return to_table(
        ordered(_cells(graded, hidden), ("district_id", "carrier", "model_grade")), GRADES
    )


def _cells(rows: Sequence[Row], hidden: Mapping[Place, Collection[tuple[str, str]]]) -> list[Row]:
    points: dict[tuple[Place, str, str], set[str]] = defaultdict(set)
    amounts: dict[tuple[Place, str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        if not row.get("adds_to_total", row["role"] == "supply"):
            continue
        place = (row["district_id"], row["month"])
        points[place, row["carrier"], row["sector"]].add(row["point_id"])
        for grade in (row["sector"], ALL):
            amounts[place, row["carrier"], grade] += row["energy_kwh"]
    found = []
    for (place, carrier, grade), those in points.items():
        gone = (carrier, grade) in hidden.get(place, ())
        whole = amounts[place, carrier, ALL]
        share = 100 * amounts[place, carrier, grade] / whole if whole else None
        found.append(
            {
                "district_id": place[0],
                "month": place[1],
                "carrier": carrier,
                "model_grade": grade,
                "points": None if gone else len(those),
                "energy_percent": None if gone or share is None else _whole(share),
                "suppressed": gone,
            }
        )
    return found


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
