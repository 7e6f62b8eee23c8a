"""Where each link of a Theory of Change stands, worked out again from declaration, register and figures.

Belongs here: the rule in plain Python. Does not belong here: what was published (`test_links_from_raw.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.end_to_end.raw_files import Row, month_start
from tests.end_to_end.recomputed import Recomputed

STAGES = {"non avviato": "not_started", "in preparazione": "planning", "in corso": "under_way",
          "concluso": "complete"}  # fmt: skip
TIMES = {"nei tempi": "on_time", "in ritardo": "late"}
_OF_METERS = ("ENE", "WAT", "EMI")


def line(said: Mapping[str, Any], told: int) -> tuple[int, Decimal, Decimal | None]:
    """The next target's year and value, and where the line to it stands; months are counted from year 0."""
    targets = {int(year): Decimal(str(value)) for year, value in said["targets"].items()}
    points = dict(targets)
    if "start" in said:
        points[said["start"]["year"]] = Decimal(str(said["start"]["value"]))
    ahead = [year for year in sorted(targets) if year * 12 + 12 >= told]
    if not ahead:
        return max(targets), targets[max(targets)], targets[max(targets)]
    year = ahead[0]
    behind = [one for one in points if one * 12 + 12 < told]
    if year * 12 + 12 == told:
        return year, targets[year], targets[year]
    if not behind:
        return year, targets[year], None
    start = max(behind)
    part = Decimal(told - start * 12 - 12) / Decimal((year - start) * 12)
    return year, targets[year], points[start] + (targets[year] - points[start]) * part


def standing(value: Row, said: Mapping[str, Any], kpi: Row, boundary: str | None) -> str:
    """Reached, on course, behind or not measurable, by a published figure."""
    unsure = value["coverage"] is not None and value["coverage"] < Decimal("0.8")
    elsewhere = value["kpi_code"].startswith(_OF_METERS) and boundary not in (
        None,
        value["boundary_version"],
    )
    if value["value"] is None or unsure or value["grade"] == "E" or elsewhere:
        return "not_measurable"
    last = value["period_end"] - timedelta(days=1)
    _, target, expected = line(said, last.year * 12 + last.month)
    sign = 1 if kpi["direction"] == "higher" else -1
    if sign * value["value"] >= sign * target:
        return "reached"
    if expected is None:
        return "not_measurable"
    near = sign * value["value"] >= sign * expected - abs(expected) * Decimal("0.05")
    return "on_course" if near else "behind"


def state(of: Recomputed, link: str, month: str) -> tuple[str | None, str | None, bool]:
    """Stage, timeliness and whether something proves it, as the register had it by a month's end."""
    after = month_start(month, 1)
    rows = [
        row
        for row in of.register("nessi", "Nesso", "Situazione al", "Fase")
        if row["Nesso"] == link and row["Situazione al"] < after
    ]
    if not rows:
        return None, None, False
    newest = max(rows, key=lambda row: row["Situazione al"])
    proven = any(row["Data della prova"] and row["Data della prova"] < after for row in rows)
    return STAGES[newest["Fase"]], TIMES.get(newest["Tempi"] or ""), proven
