"""The Theories of Change of a deployment, as rows of the warehouse's declared tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from pipelines.catalogue.theory import Theory

Row = dict[str, Any]

_TEXT = pa.string()
SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "theory_nodes": {
        "district_id": _TEXT,
        "position": pa.int32(),
        "node_id": _TEXT,
        "step": _TEXT,
        "name_it": _TEXT,
        "name_en": _TEXT,
        "owner": _TEXT,
        "field_it": _TEXT,
        "field_en": _TEXT,
        "lever": _TEXT,
        "impact": _TEXT,
        "measures": _TEXT,
    },
    "theory_links": {
        "district_id": _TEXT,
        "position": pa.int32(),
        "link_id": _TEXT,
        "from_node": _TEXT,
        "to_node": _TEXT,
        "kpi_code": _TEXT,
        "declared_on": pa.date32(),
        "boundary_version": _TEXT,
    },
    "theory_targets": {
        "district_id": _TEXT,
        "kpi_code": _TEXT,
        "year": pa.int32(),
        "value": pa.decimal128(18, 6),
        "is_target": pa.bool_(),
    },
}


def theory_rows(theories: Mapping[str, Theory]) -> dict[str, list[Row]]:
    """Rows of the three tables, districts and declarations in their order."""
    every = sorted(theories.items())
    return {
        "theory_nodes": [row for district, theory in every for row in _nodes(district, theory)],
        "theory_links": [row for district, theory in every for row in _links(district, theory)],
        "theory_targets": [row for district, theory in every for row in _targets(district, theory)],
    }


def _nodes(district: str, theory: Theory) -> Iterator[Row]:
    for position, (name, node) in enumerate(theory.nodes.items()):
        field = theory.fields[node.field] if node.field else None
        yield {
            "district_id": district,
            "position": position,
            "node_id": name,
            "step": node.step,
            "name_it": node.name.it,
            "name_en": node.name.en,
            "owner": node.owner,
            "field_it": field.it if field else None,
            "field_en": field.en if field else None,
            "lever": node.lever,
            "impact": node.impact,
            "measures": ",".join(node.measures),
        }


def _links(district: str, theory: Theory) -> Iterator[Row]:
    for position, (name, link) in enumerate(theory.links.items()):
        yield {
            "district_id": district,
            "position": position,
            "link_id": name,
            "from_node": link.from_,
            "to_node": link.to,
            "kpi_code": link.kpi,
            "declared_on": theory.declared_on_of(link),
            "boundary_version": theory.boundary_version,
        }


def _targets(district: str, theory: Theory) -> Iterator[Row]:
    """What each KPI is to reach by the end of which year, and where it started."""
    for code, indicator in theory.indicators.items():
        for year, value in indicator.points():
            yield {
                "district_id": district,
                "kpi_code": code,
                "year": year,
                "value": value,
                "is_target": year in indicator.targets,
            }
