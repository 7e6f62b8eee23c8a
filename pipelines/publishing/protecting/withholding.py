"""What is not published because too little of the boundary was read: no amount of it, and its reason in its place.

Belongs here: taking amounts out of tables. Does not belong here: the line and who is below it (the warehouse), what is
hidden to protect someone (`disclosure.py`, `matrix.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.publishing.rows import Row

WITHHELD = "withheld"
"""Reason of what is not published because too little of the boundary was read."""


def below_line(completeness: Iterable[Row]) -> set[tuple[str, str, str]]:
    """(district, month, theme) of which too little was read for any amount to be published."""
    return {
        (row["district_id"], row["month"], row["theme"])
        for row in completeness
        if row["reason"] == WITHHELD
    }


def withheld_cells(
    cells: Iterable[Row], column: str, theme: str, below: set[tuple[str, str, str]]
) -> list[Row]:
    """Cells of a theme or a carrier that is below the line, empty and with their reason."""
    return [
        {**row, column: None, "reason": WITHHELD}
        if row[column] is not None
        and any(
            (row["district_id"], row["month"], each) in below
            for each in (theme, row.get("carrier"))
        )
        else row
        for row in cells
    ]


def without_withheld_amounts(
    readable: Iterable[Row], kpis: Iterable[Row], below: set[tuple[str, str, str]]
) -> list[Row]:
    """KPI values; those that tell of the data below the line keep their share and lose the amounts it is of."""
    themes = {str(kpi["code"]): kpi["completeness"] for kpi in kpis}
    return [
        {**row, "numerator": None, "denominator": None}
        if (row["district_id"], row["month"], themes[row["kpi_code"]]) in below
        else row
        for row in readable
    ]
