"""The provenance of a district's figures for machines: JSON-LD in the terms of PROV-O, beside the page.

Belongs here: entities, what they derive from, the activity that made them. Does not belong here: words
(`provenance.py`). What is hidden is an entity that is flagged and says nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipelines.publishing.opening.explanation import Explanation
from pipelines.publishing.opening.opened import Opened
from pipelines.publishing.rows import Row, plain

_CONTEXT = {
    "@vocab": "#",
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "sha256": "dct:identifier",
    "source": "dct:source",
}


def provenance_jsonld(of: Opened) -> bytes:
    """`provenance.jsonld`: figures, the deliveries and factors they derive from, their states before."""
    about = of.reading.about
    activity = {
        "@id": f"#edition-{about['id']}",
        "@type": "prov:Activity",
        "prov:endedAtTime": about["known_at"],
        "code_version": about["code_version"],
        "factor_set": about["factor_set"],
        "gwp_set": about["gwp_set"],
    }
    graph = [
        activity,
        *(_figure(each, of, activity["@id"]) for each in of.figures),
        *_past(of),
        *(_delivery(row, of) for row in of.deliveries),
        *_factors(of.figures),
    ]
    lines = ",\n".join(json.dumps(_told(node), ensure_ascii=False) for node in graph)
    context = json.dumps(_CONTEXT, ensure_ascii=False)
    return f'{{"@context": {context},\n"@graph": [\n{lines}\n]}}\n'.encode()


def _figure(each: Explanation, of: Opened, activity: str) -> Row:
    row, kpi = each.value, each.kpi
    node = {
        "@id": f"#{row['kpi_value_id']}",
        "@type": "prov:Entity",
        **{name: row[name] for name in ("district_id", "month", "kpi_code", "unit")},
        "suppressed": row["suppressed"] or None,
        "reason": row["reason"],
        "formula": kpi["formula"],
        "prov:wasGeneratedBy": activity,
    }
    if row["suppressed"]:
        return node
    names = ("period_start", "period_end", "value", "numerator", "denominator", "status", "grade",
             "coverage", "boundary_version", "model_version", "known_at")  # fmt: skip
    parts = each.grade_parts or {}
    return node | {
        **{name: row[name] for name in names},
        "scale": kpi["scale"],
        "numerator_column": kpi["numerator"],
        "denominator_column": kpi["denominator"],
        "grade_parts": {k: v for k, v in parts.items() if k.startswith("grade_") and v},
        "parts": [
            {part.kind: part.name, "value": part.value, "unit": part.unit} for part in each.parts
        ],
        "set_aside": [
            {name: aside[name] for name in ("dataset", "source_id", "month", "code", "rows")}
            for aside in each.set_aside
        ],
        "prov:wasDerivedFrom": [
            *(f"#d{of.number(delivery)}" for delivery in each.deliveries),
            *sorted({f"#factor-{factor['factor_code']}" for factor in each.factors}),
        ],
        "earlier": [
            {
                "edition": state.edition,
                "known_at": state.known_at,
                "value": state.value,
                "suppressed": state.suppressed or None,
                "causes": list(state.causes),
                "parts": [{"cause": cause, "part": part} for cause, part in state.parts] or None,
            }
            for state in each.earlier
        ],
    }


def _past(of: Opened) -> Iterable[Row]:
    """The values of the months before, as `kpi_values` has them."""
    for (district, month, code), row in of.reading.values.items():
        known = row["value"] is not None or row["numerator"] is not None
        if district == of.district and month < of.reading.month and known:
            yield {
                "@id": f"#{row['kpi_value_id']}",
                "month": month,
                "kpi_code": code,
                **{name: row[name] for name in ("value", "numerator", "denominator", "grade")},
            }


def _delivery(row: Row, of: Opened) -> Row:
    return {
        "@id": f"#d{of.number(row)}",
        "@type": "prov:Entity",
        "dataset": row["dataset"],
        "source": row["source_id"],
        "file": row["file_name"],
        "sha256": row["sha256"],
        "prov:generatedAtTime": row["received_at"],
        "rows_accepted": row["rows_accepted"],
        "rows_quarantined": row["rows_quarantined"],
    }


def _factors(figures: Iterable[Explanation]) -> Iterable[Row]:
    found = {row["factor_code"]: row for each in figures for row in each.factors}
    for code, row in sorted(found.items()):
        yield {
            "@id": f"#factor-{code}",
            "@type": "prov:Entity",
            "value": row["factor_value"],
            "unit": row["unit"],
            "year": row["factor_year"],
            "dct:source": row["source"],
            "prov:atLocation": row["url"],
        }


def _told(node: Any) -> Any:
    """The node without what is empty; exact numbers as numbers are written, moments in UTC."""
    if isinstance(node, dict):
        told = {name: _told(value) for name, value in node.items()}
        return {name: value for name, value in told.items() if value not in (None, [], {}, "")}
    if isinstance(node, list):
        return [_told(each) for each in node]
    if isinstance(node, Decimal):
        return plain(node)
    if isinstance(node, datetime):
        return node.isoformat().replace("+00:00", "Z")
    return node if isinstance(node, str | int | float | bool | None) else str(node)
