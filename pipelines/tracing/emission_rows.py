"""An emission figure down to the rows it is made of: what was done, times which factor. For the city's machine only.

Belongs here: reading the internal rows of one figure and adding them up. Does not belong here: anything an edition
holds; these rows name points and never leave the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from pipelines.publishing.language import DASH, Words, words
from pipelines.publishing.protecting.factor_tables import SCOPES
from pipelines.publishing.rows import Row, read_rows
from pipelines.settings import checkout

_PROCESS = "EMI18"


@dataclass(frozen=True)
class EmissionRows:
    """Rows of activity × factor behind one figure, largest first, and what they add up to, in tonnes."""

    rows: tuple[Row, ...]
    tonnes: Decimal


def emission_rows(marts: Path, value: Row) -> EmissionRows | None:
    """The rows behind a published value; None where it is no sum of lines or has no period.

    Args:
        marts: The folder of the marts of this machine.
        value: The row of the edition's KPI values.
    """
    code = value["kpi_code"]
    if code not in SCOPES or value["period_start"] is None:
        return None
    first = f"{value['period_start']:%Y-%m}"
    last = f"{value['period_end'] - timedelta(days=1):%Y-%m}"
    rows = [
        row
        for row in read_rows(marts / "fct_emission_points.parquet")
        if row["district_id"] == value["district_id"]
        and first <= row["month"] <= last
        and not row["biogenic"]
        and _belongs(row, code)
    ]
    total = sum((row["kg_co2e"] or Decimal(0) for row in rows), Decimal(0)) / 1000
    return EmissionRows(tuple(sorted(rows, key=_largest_first)), total)


def _belongs(row: Row, code: str) -> bool:
    of_activity = row["point_id"] == "activity_data"
    if code == _PROCESS:
        return bool(of_activity and row["sector"] == "IV.1")
    if of_activity:
        return bool(code == "EMI04" and row["scope"] == "3")
    return bool(row["scope"] in SCOPES[code])


def _largest_first(row: Row) -> tuple[object, ...]:
    amount = -(row["kg_co2e"] or Decimal(0))
    return (row["month"], amount, row["point_id"], row["gas"], row["factor_code"] or "")


def emission_rows_text(found: EmissionRows, value: Row, language: str) -> str:
    """The rows as lines for a terminal: month, point, quantity × factor × GWP = kg CO2e."""
    said = words(language, checkout() / "reports" / "text")
    lines = [said.say("explain.rows_head", count=len(found.rows))]
    lines += [_row_text(row, said) for row in found.rows]
    lines.append(said.say("explain.rows_total", tonnes=_plain(found.tonnes)))
    if value["value"] is not None and abs(found.tonnes - value["value"]) > Decimal("0.000001"):
        lines.append(said.say("explain.rows_moved", value=_plain(value["value"])))
    return "\n".join(lines)


def _row_text(row: Row, said: Words) -> str:
    return said.say(
        "explain.row" if row["kg_co2e"] is not None else "explain.row_without_factor",
        month=row["month"],
        point=row["point_id"],
        what=row["carrier"],
        activity=_plain(row["activity"]),
        unit=row["activity_unit"],
        value=_plain(row["factor_value"]),
        code=row["factor_code"] or DASH,
        gas=row["gas"],
        gwp=_plain(row["gwp"]),
        kg=_plain(row["kg_co2e"]),
    )


def _plain(number: Decimal | None) -> str:
    """All its digits and no more: these lines are to be checked with a pocket calculator."""
    if number is None:
        return DASH
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
