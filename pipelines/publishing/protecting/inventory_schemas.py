"""Columns of the public tables of the inventory and of its factors."""

from __future__ import annotations

import pyarrow as pa

from pipelines.publishing.protecting.tables import TEXT

SCHEMAS: dict[str, pa.Schema] = {
    name: pa.schema(list(columns.items()))
    for name, columns in {
        "factors_used": {
            "district_id": TEXT,
            "month": TEXT,
            "carrier": TEXT,
            "scope": TEXT,
            "gas": TEXT,
            "factor_code": TEXT,
            "factor_value": pa.decimal128(28, 12),
            "unit": TEXT,
            "kg_per_kwh": pa.decimal128(28, 12),
            "factor_year": pa.int32(),
            "series": TEXT,
            "basis": TEXT,
            "gwp": pa.decimal128(18, 6),
            "source": TEXT,
            "page": TEXT,
            "url": TEXT,
            "licence": TEXT,
            "status": TEXT,
        },
        "factor_report": {
            "district_id": TEXT,
            "month": TEXT,
            "kpi_code": TEXT,
            "scope": TEXT,
            "carrier": TEXT,
            "gas": TEXT,
            "factor_code": TEXT,
            "factor_value": pa.decimal128(28, 12),
            "unit": TEXT,
            "factor_year": pa.int32(),
            "factor_age_years": pa.int32(),
            "gwp": pa.decimal128(18, 6),
            "share": pa.decimal128(9, 6),
            "series": TEXT,
            "basis": TEXT,
            "place": TEXT,
            "source": TEXT,
            "page": TEXT,
            "url": TEXT,
            "licence": TEXT,
            "status": TEXT,
        },
        "empty_slots": {
            "district_id": TEXT,
            "month": TEXT,
            "scope": TEXT,
            "carrier": TEXT,
            "slot": TEXT,
            "needs_it": TEXT,
            "needs_en": TEXT,
        },
        "gpc_inventory": {
            "district_id": TEXT,
            "month": TEXT,
            "gpc_ref": TEXT,
            "position": pa.int32(),
            "scope": TEXT,
            "level": TEXT,
            "name_it": TEXT,
            "name_en": TEXT,
            "tco2e": pa.decimal128(28, 9),
            "months": pa.int32(),
            "notation_key": TEXT,
            "reason": TEXT,
            "reason_text": TEXT,
            "suppressed": pa.bool_(),
        },
        "inventory_views": {
            "district_id": TEXT,
            "month": TEXT,
            "view": TEXT,
            "row": TEXT,
            "column": TEXT,
            "value": pa.decimal128(28, 9),
            "unit": TEXT,
            "suppressed": pa.bool_(),
        },
    }.items()
}
