"""What is declared, as tables the warehouse reads: `view/declared/*.parquet`.

Each declaration stays the only place where a thing is said; these tables are written anew before
every build.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.factor import factor_set
from pipelines.catalogue.gpc import gpc_lines
from pipelines.catalogue.kpi import kpis
from pipelines.catalogue.thresholds import thresholds
from pipelines.landing.files import write_parquet
from pipelines.settings import Settings
from pipelines.warehouse.declared_districts import (
    activity_rows,
    baseline_rows,
    boundary_rows,
    calendar_rows,
    calendarisation_rows,
    district_row,
    municipality_rows,
    source_rows,
    substitution_rows,
    target_emitted_rows,
    target_grossing_rows,
    target_point_rows,
    target_rows,
)
from pipelines.warehouse.declared_factors import factor_tables
from pipelines.warehouse.declared_kpis import SCHEMA as KPI_SCHEMA
from pipelines.warehouse.declared_kpis import kpi_row
from pipelines.warehouse.declared_surveys import SCHEMAS as SURVEY_SCHEMAS
from pipelines.warehouse.declared_surveys import survey_tables
from pipelines.warehouse.declared_theories import SCHEMAS as THEORY_SCHEMAS
from pipelines.warehouse.declared_theories import theory_rows

MODEL_VERSION = "caltrack-2.0/balance-points-celsius/1"
"""Name of the way weather is normalised; a change of the models changes it."""

_DATE = pa.date32()
_TEXT = pa.string()
_NUMBER = pa.decimal128(18, 6)
SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "districts": {
        "district_id": _TEXT,
        "name_it": _TEXT,
        "name_en": _TEXT,
        "city": _TEXT,
        "archetype": _TEXT,
        "demonstration": pa.bool_(),
        "timezone": _TEXT,
        "gwp_set": _TEXT,
        "region": _TEXT,
        "climate_zone": _TEXT,
        "languages": _TEXT,
        "holder_name": _TEXT,
        "holder_ipa": _TEXT,
        "contact_name": _TEXT,
        "contact_email": _TEXT,
    },
    "boundaries": {
        "district_id": _TEXT,
        "boundary_version": _TEXT,
        "valid_from": _DATE,
        "valid_to": _DATE,
        "description_it": _TEXT,
        "description_en": _TEXT,
    },
    "boundary_municipalities": {
        "district_id": _TEXT,
        "boundary_version": _TEXT,
        "municipality_code": _TEXT,
    },
    "targets": {
        "district_id": _TEXT,
        "position": pa.int32(),
        "kpi_code": _TEXT,
        "stands": _TEXT,
        "declared_on": _DATE,
        "path": _TEXT,
        "baseline_year": pa.int32(),
        "baseline_value": _NUMBER,
        "baseline_boundary_version": _TEXT,
        "baseline_series": _TEXT,
        "baseline_gwp_set": _TEXT,
        "baseline_source": _TEXT,
        "share_of_city": pa.decimal128(9, 6),
        "share_source": _TEXT,
        "reduction": pa.decimal128(9, 6),
        "target_year": pa.int32(),
        "target_value": _NUMBER,
        "reason_it": _TEXT,
        "reason_en": _TEXT,
        "source": _TEXT,
    },
    "target_points": {
        "district_id": _TEXT,
        "position": pa.int32(),
        "point": pa.int32(),
        "year": pa.int32(),
        "reduction": pa.decimal128(9, 6),
    },
    "target_emitted": {
        "district_id": _TEXT,
        "position": pa.int32(),
        "year": pa.int32(),
        "value": _NUMBER,
    },
    "target_grossings": {
        "district_id": _TEXT,
        "position": pa.int32(),
        "dimension": _TEXT,
        "becomes": _TEXT,
        "factor": _NUMBER,
        "addend": _NUMBER,
        "source": _TEXT,
    },
    "activity_drivers": {
        "district_id": _TEXT,
        "position": pa.int32(),
        "carrier": _TEXT,
        "sector": _TEXT,
        "driver": _TEXT,
    },
    "baselines": {
        "district_id": _TEXT,
        "position": pa.int32(),
        "carrier": _TEXT,
        "sector": _TEXT,
        "source_id": _TEXT,
        "point_id": _TEXT,
        "frequency": _TEXT,
        "output_driver": _TEXT,
        "starts_on": _DATE,
    },
    "sources": {
        "district_id": _TEXT,
        "source_id": _TEXT,
        "dataset": _TEXT,
        "cadence": _TEXT,
        "expected_after_days": pa.int32(),
        "collected": pa.bool_(),
        "contact_name": _TEXT,
        "contact_email": _TEXT,
        "reason_it": _TEXT,
        "reason_en": _TEXT,
        "licence": _TEXT,
        "attribution": _TEXT,
    },
    **SURVEY_SCHEMAS,
    "calendarisations": {
        "district_id": _TEXT,
        "source_id": _TEXT,
        "carrier": _TEXT,
        "method": _TEXT,
    },
    "substitutions": {
        "district_id": _TEXT,
        "source_id": _TEXT,
        "method": _TEXT,
        "up_to_hours": pa.decimal128(9, 2),
    },
    "calendar": {
        "district_id": _TEXT,
        "month": _TEXT,
        "month_start": _DATE,
        "month_end": _DATE,
        "days": pa.int32(),
        "working_days": pa.int32(),
        "quarter_hours": pa.int32(),
        "is_complete": pa.bool_(),
    },
    "kpis": KPI_SCHEMA,
    "gpc_lines": {
        "gpc_ref": _TEXT,
        "position": pa.int32(),
        "scope": _TEXT,
        "level": _TEXT,
        "name_it": _TEXT,
        "name_en": _TEXT,
    },
    "thresholds": {"name": _TEXT, "value": pa.decimal128(9, 4)},
    "as_of": {
        "known_at": pa.timestamp("us", tz="UTC"),
        "as_of_month": _TEXT,
        "model_version": _TEXT,
        "factor_set": _TEXT,
    },
    **THEORY_SCHEMAS,
}

Row = dict[str, Any]


def write_declared(settings: Settings, catalogue: Catalogue, cut_off: datetime) -> None:
    """Write every declared table of a view, as of the cut-off."""
    districts = list(catalogue.districts.values())
    declared_kpis = kpis(settings.districts)
    opening = _first_month(settings.view, cut_off)
    rows: dict[str, list[Row]] = {
        "districts": [district_row(one) for one in districts],
        "boundaries": [row for one in districts for row in boundary_rows(one)],
        "boundary_municipalities": [row for one in districts for row in municipality_rows(one)],
        "targets": [row for one in districts for row in target_rows(one)],
        "target_points": [row for one in districts for row in target_point_rows(one)],
        "target_emitted": [row for one in districts for row in target_emitted_rows(one)],
        "target_grossings": [row for one in districts for row in target_grossing_rows(one)],
        "activity_drivers": [row for one in districts for row in activity_rows(one)],
        "baselines": [row for one in districts for row in baseline_rows(one)],
        "sources": list(source_rows(catalogue)),
        **survey_tables(catalogue),
        "calendarisations": list(calendarisation_rows(catalogue)),
        "substitutions": list(substitution_rows(catalogue)),
        "calendar": [row for one in districts for row in calendar_rows(one, opening, cut_off)],
        "kpis": [kpi_row(one) for one in declared_kpis.values()],
        "gpc_lines": [
            {
                "gpc_ref": line.ref,
                "position": position,
                "scope": line.scope,
                "level": line.level,
                "name_it": line.name.it,
                "name_en": line.name.en,
            }
            for position, line in enumerate(gpc_lines())
        ],
        "thresholds": [
            {"name": n, "value": v} for n, v in thresholds(settings.districts).flat().items()
        ],
        "as_of": [
            {
                "known_at": cut_off,
                "as_of_month": f"{cut_off:%Y-%m}",
                "model_version": MODEL_VERSION,
                "factor_set": factor_set(settings.districts),
            }
        ],
        **theory_rows(catalogue.theories),
    }
    folder = settings.view / "declared"
    for name, columns in SCHEMAS.items():
        write_parquet(
            pa.Table.from_pylist(rows[name], schema=pa.schema(columns.items())),
            folder / f"{name}.parquet",
        )
    for name, table in factor_tables(settings.districts).items():
        write_parquet(table, folder / f"{name}.parquet")


def _first_month(view: Path, cut_off: datetime) -> str:
    """The first month anything is known about; the month of the cut-off where nothing is."""
    found = [path.stem[:7] for path in (view / "current").glob("*/????-??*.parquet")]
    return min(found, default=f"{cut_off:%Y-%m}")
