"""The inventory as it may be read: GPC's lines with their notation keys.

Belongs here: which lines leave the house, made of cells that are public already or judged by who stands behind them.
Does not belong here: those cells (`tables.py`), factors (`factor_tables.py`), other people's tables
(`inventory_views.py`), the rules (`limits.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from pipelines.publishing.months import months_back
from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.limits import (
    Contributors,
    Limits,
    contributors_among,
    sensitive,
)
from pipelines.publishing.protecting.uses import Cell
from pipelines.publishing.rows import Row

SUPPRESSED = "suppressed"


def told_apart_by_factors(points: Iterable[Row], limits: Limits) -> dict[Place, set[Cell]]:
    """Cells whose emissions and energy together would tell a part of them that is too close to one holder.

    Two networks (or two uses) with factors of their own, in one cell: two public sums with two unknowns.
    """
    amounts: dict[tuple[Place, Cell], dict[tuple[str, str], dict[tuple[str, str], Decimal]]] = (
        defaultdict(lambda: defaultdict(lambda: defaultdict(Decimal)))
    )
    for row in points:
        if row["scope"] not in ("1", "2_location") or row["point_id"] == "activity_data":
            continue
        key = ((row["district_id"], row["month"]), (row["carrier"], row["sector"]))
        holder = (row["holder_kind"] or "firm", row["holder_group"] or row["point_id"])
        amounts[key][row["use"], row["network"]][holder] += abs(row["activity"] or 0)
    found: dict[Place, set[Cell]] = defaultdict(set)
    for (place, cell), parts in amounts.items():
        # Where one gas depends on the use, the others count the same energy once more.
        of_use = [who for (use, _), who in parts.items() if use != "any"]
        apart = of_use or list(parts.values())
        if len(apart) > 1 and any(sensitive(contributors_among(who), limits) for who in apart):
            found[place].add(cell)
    return dict(found)


def gpc_table(
    inventory: Sequence[Row],
    declared: Sequence[Row],
    lines: Sequence[Row],
    cells: Sequence[Row],
    contributors: Mapping[Place, Mapping[str, Sequence[Contributors]]],
    month: str,
    limits: Limits,
) -> list[Row]:
    """GPC's lines over the twelve months up to the edition's, hidden ones with the notation key C.

    Args:
        inventory: Rows of `fct_gpc_inventory`.
        declared: The lines of GPC with their names.
        lines: Rows of `fct_emission_lines`.
        cells: Rows of the protected table of emissions by carrier and sector.
        contributors: Who stands behind each line of activity data.
        month: The edition's month.
        limits: The declared thresholds.
    """
    names = {row["gpc_ref"]: row for row in declared}
    window = set(months_back(month, 12))
    closed = _closed_lines(lines, cells, window)
    shut = _sensitive_activity(inventory, contributors, window, limits)
    by_line: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in inventory:
        if row["month"] in window:
            by_line[row["district_id"], row["gpc_ref"]].append(row)
    return [
        _gpc_row(district, month, rows, names, closed | shut)
        for (district, _), rows in by_line.items()
        if any(row["month"] == month for row in rows)
    ]


def _closed_lines(
    lines: Iterable[Row], cells: Iterable[Row], window: set[str]
) -> set[tuple[str, str]]:
    """Lines of energy with a cell that nobody may read, in any of the months."""
    unseen = {
        (row["district_id"], row["month"], row["carrier"], row["sector"])
        for row in cells
        if row["tco2e"] is None
    }
    return {
        (row["district_id"], row["gpc_ref"])
        for row in lines
        if row["month"] in window
        and (row["district_id"], row["month"], row["carrier"], row["sector"]) in unseen
    }


def _sensitive_activity(
    inventory: Iterable[Row],
    contributors: Mapping[Place, Mapping[str, Sequence[Contributors]]],
    window: set[str],
    limits: Limits,
) -> set[tuple[str, str]]:
    """Lines of activity data that show a single holder; with one of Scope 3 all of it, for their sum is a figure."""
    third = {row["gpc_ref"] for row in inventory if row["scope"] == "3"}
    told: dict[str, set[str]] = defaultdict(set)
    hidden: dict[str, set[str]] = defaultdict(set)
    for (district, month), measures in contributors.items():
        if month not in window:
            continue
        for measure, who in measures.items():
            if measure.startswith("gpc_"):
                told[district].add(measure[4:])
                if sensitive(who, limits):
                    hidden[district].add(measure[4:])
    return {
        (district, ref)
        for district, refs in told.items()
        for ref in refs
        if ref in hidden[district] or (ref in third and hidden[district] & third)
    }


def _gpc_row(
    district: str,
    month: str,
    rows: Sequence[Row],
    names: Mapping[str, Row],
    hidden: set[tuple[str, str]],
) -> Row:
    now = next(row for row in rows if row["month"] == month)
    known = [row["kg_co2e"] for row in rows if row["kg_co2e"] is not None]
    closed = (district, now["gpc_ref"]) in hidden and bool(known)
    amount = None if closed or not known else sum(known, Decimal(0)) / 1000
    reasons = [row["reason"] for row in rows if row["reason"]]
    return {
        "district_id": district,
        "month": month,
        "gpc_ref": now["gpc_ref"],
        "position": now["position"],
        "scope": now["scope"],
        "level": now["level"],
        "name_it": names.get(now["gpc_ref"], {}).get("name_it"),
        "name_en": names.get(now["gpc_ref"], {}).get("name_en"),
        "tco2e": amount,
        "months": len(known),
        "notation_key": "C" if closed else None if known else now["notation_key"],
        "reason": SUPPRESSED if closed else "in_part" if known and reasons else now["reason"],
        "reason_text": None if known else now["reason_text"],
        "suppressed": closed,
    }
