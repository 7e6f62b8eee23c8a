"""Columns of the protected tables of measures and of sets of them.

Belongs here: names and types. Does not belong here: what is told (`measure_tables.py`).
"""

from __future__ import annotations

import pyarrow as pa

_EUR = pa.decimal128(18, 2)
_TONNES = pa.decimal128(28, 6)
_KWH = pa.decimal128(28, 6)
TEXT = pa.string()
MEASURES = pa.schema(
    {
        "district_id": TEXT,
        "month": TEXT,
        "measure_id": TEXT,
        "as_of": pa.date32(),
        "name": TEXT,
        "action_field": TEXT,
        "owner": TEXT,
        "status": TEXT,
        "starts_on": pa.date32(),
        "ends_on": pa.date32(),
        "cup": TEXT,
        "mv_option": TEXT,
        "evidence": TEXT,
        "discount_rate": pa.decimal128(9, 4),
        "with_outlook": pa.bool_(),
        "lifetime_years": pa.decimal128(18, 6),
        "capex_eur": _EUR,
        "running_cost_change_eur": _EUR,
        "expected_saving_kwh": _KWH,
        "expected_saving_m3": _KWH,
        "annual_abatement_tco2e": _TONNES,
        "declared_tco2e": _TONNES,
        "annualised_cost_eur": _EUR,
        "cost_per_tonne_eur": _EUR,
        "payback_years": _EUR,
        "net_present_value_eur": _EUR,
        "reason": TEXT,
        "measured_saving_kwh": _KWH,
        "measured_uncertainty_kwh": _KWH,
        "measured_saving_m3": _KWH,
        "measured_uncertainty_m3": _KWH,
        "measured_months": pa.int32(),
        "measured_shared": pa.bool_(),
        "measured_cost_per_tonne_eur": _EUR,
        "measured_reason": TEXT,
        "suppressed": pa.bool_(),
    }
)
"""Measured: of the months of the last twelve in which the saving is known, with half of its 90 % interval."""
SCENARIOS = pa.schema(
    {
        "district_id": TEXT,
        "month": TEXT,
        "kind": TEXT,
        "measure_id": TEXT,
        "measures": pa.int32(),
        "target_year": pa.int32(),
        "avoided_tco2e": _TONNES,
        "emissions_tco2e": _TONNES,
        "gap_tco2e": _TONNES,
        "capex_eur": _EUR,
        "yearly_cost_eur": _EUR,
        "payback_years": _EUR,
        "cost_per_tonne_eur": _EUR,
        "not_additive_tco2e": _TONNES,
        "without_figure": pa.int32(),
        "without_cost": pa.int32(),
        "suppressed": pa.bool_(),
    }
)
