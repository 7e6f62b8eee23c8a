"""What an edition may say of the Theories of Change: the declared chain, and where each link stands.

Belongs here: the protected tables `theory_nodes` and `theory_links`. Does not belong here: how a link is judged (the
warehouse), how it is drawn (`chain_chart.py`). Where a KPI may not be read, neither may what follows from it: whether
it has reached its target.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.catalogue.theory import MILESTONES
from pipelines.publishing.rows import Row, read_rows, to_table

TEXT = pa.string()
_VALUE = pa.decimal128(28, 9)
NODES = pa.schema(
    {
        "district_id": TEXT,
        "position": pa.int32(),
        "node_id": TEXT,
        "step": TEXT,
        "name_it": TEXT,
        "name_en": TEXT,
        "owner": TEXT,
        "field_it": TEXT,
        "field_en": TEXT,
        "lever": TEXT,
        "impact": TEXT,
        "measures": TEXT,
    }
)
LINKS = pa.schema(
    {
        "district_id": TEXT,
        "month": TEXT,
        "position": pa.int32(),
        "link_id": TEXT,
        "from_node": TEXT,
        "from_it": TEXT,
        "from_en": TEXT,
        "to_node": TEXT,
        "to_it": TEXT,
        "to_en": TEXT,
        "kpi_code": TEXT,
        "start_year": pa.int32(),
        "start_value": _VALUE,
        **{f"target_{year}": _VALUE for year in MILESTONES},
        "target_year": pa.int32(),
        "target": _VALUE,
        "expected": _VALUE,
        "status": TEXT,
        "reason": TEXT,
        "stage": TEXT,
        "timeliness": TEXT,
        "as_of": pa.date32(),
        "evidence_on": pa.date32(),
        "evidence": TEXT,
        "evidence_ref": TEXT,
    }
)
"""`expected` is where the line from one target to the next stands: it follows from what is declared alone."""


def theory_tables(
    marts: Path, declared: Path, month: str, readable: Iterable[Row]
) -> dict[str, pa.Table]:
    """Nodes and links as of the edition's month.

    Args:
        marts: The folder of the view's marts.
        declared: The folder of its declared tables.
        month: The edition's month.
        readable: KPI values as they may be read.
    """
    nodes = read_rows(declared / "theory_nodes.parquet")
    chain = {
        (row["district_id"], row["link_id"]): row
        for row in read_rows(declared / "theory_links.parquet")
    }
    points: dict[tuple[str, str], list[Row]] = {}
    for row in read_rows(declared / "theory_targets.parquet"):
        points.setdefault((row["district_id"], row["kpi_code"]), []).append(row)
    named = {(row["district_id"], row["node_id"]): row for row in nodes}
    values = {
        (row["district_id"], row["kpi_code"]): row for row in readable if row["month"] == month
    }
    links = [
        told_link(
            {
                **row,
                **_ends(chain[row["district_id"], row["link_id"]], named),
                **_targets(points.get((row["district_id"], row["kpi_code"]), [])),
            },
            values.get((row["district_id"], row["kpi_code"])),
        )
        for row in read_rows(marts / "fct_change_links.parquet")
        if row["month"] == month and (row["district_id"], row["link_id"]) in chain
    ]
    return {
        "theory_nodes": to_table(_in_order(nodes), NODES),
        "theory_links": to_table(_in_order(links), LINKS),
    }


def told_link(link: Row, value: Row | None) -> Row:
    """A link as it may be read: without its state where the KPI's figure is hidden or withheld."""
    if link["status"] == "not_measurable" or (value is not None and value["value"] is not None):
        if value is not None and value["suppressed"]:
            return {**link, "status": "not_measurable", "reason": "suppressed"}
        return link
    hidden = value is not None and value["suppressed"]
    reason = "suppressed" if hidden else (value or {}).get("reason") or "not_delivered"
    return {**link, "status": "not_measurable", "reason": reason}


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["district_id"], row["position"]))


def _ends(link: Row, named: Mapping[tuple[str, str], Row]) -> Row:
    start, end = (named[link["district_id"], link[side]] for side in ("from_node", "to_node"))
    return {
        "position": link["position"],
        "from_node": link["from_node"],
        "from_it": start["name_it"],
        "from_en": start["name_en"],
        "to_node": link["to_node"],
        "to_it": end["name_it"],
        "to_en": end["name_en"],
    }


def _targets(points: Iterable[Row]) -> dict[str, int | Decimal | None]:
    told: dict[str, int | Decimal | None] = {}
    for point in points:
        if point["is_target"]:
            told[f"target_{point['year']}"] = point["value"]
        else:
            told |= {"start_year": point["year"], "start_value": point["value"]}
    return told
