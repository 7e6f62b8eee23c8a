"""What an edition may say of savings by the meters: the protected table `measure_savings`.

Belongs here: which figures of the internal `fct_measure_savings` leave, and of which measures. Does not belong here:
whose measures are told (`measure_tables.py`), how a saving is measured (dbt).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pyarrow as pa

from pipelines.publishing.rows import Row

_AMOUNT = pa.decimal128(28, 6)
SAVINGS = pa.schema(
    {
        "district_id": pa.string(),
        "month": pa.string(),
        "measure_id": pa.string(),
        "carrier": pa.string(),
        "unit": pa.string(),
        "reason": pa.string(),
        "works_of": pa.string(),
        "model_grade": pa.string(),
        "shared": pa.bool_(),
        "months_12m": pa.int32(),
        "saving_12m": _AMOUNT,
        "uncertainty_12m": _AMOUNT,
        "expected_12m": _AMOUNT,
        "avoided_12m_tco2e": pa.decimal128(28, 9),
        "months_cumulated": pa.int32(),
        "saving_cumulated": _AMOUNT,
        "uncertainty_cumulated": _AMOUNT,
        "reporting_year": pa.int32(),
        "persistence": pa.decimal128(28, 9),
        "share_change_per_year": pa.decimal128(18, 9),
        "share_change_uncertainty": pa.decimal128(18, 9),
        "drifts": pa.bool_(),
        "suppressed": pa.bool_(),
    }
)
"""By measure and carrier, in kWh or m3: savings are expected by the baseline less used, an uncertainty is half of a
90 % interval."""
_AMOUNTS = tuple(SAVINGS.names[SAVINGS.names.index("model_grade") : -1])


def measured_savings(
    rows: Iterable[Row], hidden: Collection[str], known: Collection[tuple[str, str]]
) -> list[Row]:
    """Rows of one district and month, without the amounts of measures whose holders are too few.

    Args:
        rows: Rows of `fct_measure_savings`.
        hidden: Measures of which no amount is told.
        known: Measures and carriers whose holders were counted; of others nobody knows who stands behind them.
    """
    found = []
    for row in rows:
        gone = row["measure_id"] in hidden or (row["measure_id"], row["carrier"]) not in known
        kept = {name: row.get(name) for name in SAVINGS.names}
        found.append({**kept, **(dict.fromkeys(_AMOUNTS) if gone else {}), "suppressed": gone})
    return found
