"""Factors and their paths, as tables the warehouse reads.

Units are resolved here, in exact decimals, so that no SQL has to read one: emission factors per kWh
and conversions to kWh of net calorific value per Smc.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from pipelines.catalogue.factor import Factor, Slot, factors
from pipelines.catalogue.factor_path import FactorPath, paths

_VALUE = pa.decimal128(18, 9)
FACTORS = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("factor_code", "kind", "carrier", "gas", "basis", "series")
        ),
        ("value", _VALUE),
        ("unit", pa.string()),
        ("valid_year", pa.int32()),
        ("gwp_set", pa.string()),
        *(
            (name, pa.string())
            for name in (
                "region",
                "operator",
                "use",
                "source",
                "page",
                "url",
                "licence",
                "status",
                "note",
                "activity",
                "activity_unit",
            )
        ),
        ("biogenic", pa.bool_()),
        ("kg_per_kwh", _VALUE),
        ("kg_per_unit", _VALUE),
        ("kwh_per_smc", _VALUE),
        ("kwh_per_kg", _VALUE),
        ("lost_share", _VALUE),
    ]
)
PATHS = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("scope", "carrier", "factor_carrier", "gas", "basis", "series")
        ),
        *((name, pa.bool_()) for name in ("by_use", "biogenic", "ages")),
        ("slot", pa.string()),
    ]
)
CONVERSIONS = pa.schema(
    [
        *((name, pa.string()) for name in ("carrier", "from_unit", "factor_carrier", "series")),
        ("kg_per_unit", _VALUE),
    ]
)
SLOTS = pa.schema(
    [(name, pa.string()) for name in ("slot", "kind", "carrier", "needs_it", "needs_en")]
)


def factor_tables(deployment: Path) -> dict[str, pa.Table]:
    """The declared tables `factors`, `factor_paths`, `factor_conversions` and `factor_slots`.

    Args:
        deployment: The folder of the district files, whose own factors and paths count too.

    Raises:
        DeclarationError: a factor or a path that is not meaningful.
    """
    declared = factors(deployment)
    in_force = paths(declared, deployment)
    conversions = [
        {
            "carrier": one.carrier,
            "from_unit": one.unit,
            "factor_carrier": one.carrier_of_factors,
            "series": one.series,
            "kg_per_unit": one.kg_per_unit(declared),
        }
        for one in in_force.conversions
    ]
    return {
        "factors": pa.Table.from_pylist(
            [_factor(one) for one in declared.values()], schema=FACTORS
        ),
        "factor_paths": pa.Table.from_pylist([_path(one) for one in in_force.paths], schema=PATHS),
        "factor_conversions": pa.Table.from_pylist(conversions, schema=CONVERSIONS),
        "factor_slots": pa.Table.from_pylist(
            [_slot(one) for one in declared.slots.values()], schema=SLOTS
        ),
    }


def _slot(one: Slot) -> dict[str, object]:
    return {
        "slot": one.code,
        "kind": one.kind,
        "carrier": one.carrier,
        "needs_it": one.needs.it,
        "needs_en": one.needs.en,
    }


def _factor(one: Factor) -> dict[str, object]:
    per_unit, activity_unit = one.kg_per_unit or (None, None)
    return {
        "factor_code": one.code,
        "kind": one.kind,
        "carrier": one.carrier,
        "gas": one.gas,
        "basis": one.basis,
        "series": one.series,
        "value": one.value,
        "unit": one.unit,
        "valid_year": one.vintage,
        "gwp_set": one.gwp_set,
        "region": one.region,
        "operator": one.operator,
        "use": one.use,
        "source": one.source,
        "page": one.page,
        "url": one.url,
        "licence": one.licence,
        "status": one.status,
        "note": one.note,
        "kg_per_kwh": one.kg_per_kwh,
        "activity": one.activity,
        "activity_unit": activity_unit,
        "biogenic": one.biogenic,
        "kg_per_unit": per_unit,
        "kwh_per_smc": one.kwh_per_smc,
        "kwh_per_kg": one.kwh_per_kg,
        "lost_share": one.lost_share,
    }


def _path(one: FactorPath) -> dict[str, object]:
    return {
        "scope": one.scope,
        "carrier": one.carrier,
        "factor_carrier": one.carrier_of_factors,
        "gas": one.gas,
        "basis": one.basis,
        "series": one.series,
        "by_use": one.by_use,
        "biogenic": one.biogenic,
        "ages": one.ages,
        "slot": one.slot,
    }
