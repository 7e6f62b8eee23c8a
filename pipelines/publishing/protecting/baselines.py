"""What an edition says of baselines: how much is modelled, what was saved since, and how sure that is.

Belongs here: the protected table `energy_baselines`. Does not belong here: the models, which name points and never
leave; how the figures are worded (`sections/normal_weather.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting.disclosure import Evidence, Place
from pipelines.publishing.protecting.limits import Limits, sensitive
from pipelines.publishing.rows import Row, ordered, read_rows, to_table

_KWH = pa.decimal128(28, 6)
SCHEMA = pa.schema(
    [
        ("district_id", pa.string()),
        ("month", pa.string()),
        ("modelled_percent", pa.int32()),
        ("modelled_well_percent", pa.int32()),
        ("saving_kwh", _KWH),
        ("uncertainty_kwh", _KWH),
        ("cumulated_saving_kwh", _KWH),
        ("cumulated_uncertainty_kwh", _KWH),
        ("suppressed", pa.bool_()),
    ]
)
"""Savings are expected less used; an uncertainty is half of a 90 % interval; shares are percent of final energy."""
_COLUMNS = {
    "saving_kwh": "baseline_saving_kwh",
    "uncertainty_kwh": "baseline_uncertainty_kwh",
    "cumulated_saving_kwh": "baseline_cumulated_saving_kwh",
    "cumulated_uncertainty_kwh": "baseline_cumulated_uncertainty_kwh",
}
SHARES = {
    "modelled_percent": "weather_modelled_kwh",
    "modelled_well_percent": "weather_modelled_well_kwh",
}
"""Shares of the total by their column: what they are of."""
_KPIS = ("ENE01", "ENE02", "ENE03")
"""Where one of them is hidden, nothing of a baseline is told: it is made of the same energy."""
_MODELLED = ("weather_modelled_kwh", "baseline_expected_kwh")
"""What the points with a model use and would use; a share of a published total gives it back."""


def baselines(
    marts: Path,
    month: str,
    gone: Collection[tuple[str, str, str]],
    telling: Collection[Place],
    evidence: Evidence,
    limits: Limits,
) -> pa.Table:
    """One row per district and month, up to the edition's.

    Args:
        marts: The folder of the view's marts.
        month: The edition's month.
        gone: District, month and code of every KPI value that is hidden.
        telling: Districts and months of which the share of models would tell a hidden use (`rounded_shares.py`).
        evidence: Who stands behind each measure.
        limits: The declared thresholds.
    """

    def hidden(place: Place) -> bool:
        who = evidence.contributors.get(place, {})
        return any((*place, code) in gone for code in _KPIS) or any(
            sensitive(who.get(measure, ()), limits) for measure in _MODELLED
        )

    rows = [
        _row(row, hidden(place), place in telling)
        for row in read_rows(marts / "fct_energy_monthly.parquet")
        if row["month"] <= month and (place := (row["district_id"], row["month"]))
    ]
    return to_table(ordered(rows, ("district_id", "month")), SCHEMA)


def _row(row: Row, hidden: bool, telling: bool) -> Row:
    place = {"district_id": row["district_id"], "month": row["month"], "suppressed": hidden}
    if hidden:
        return {**dict.fromkeys(SCHEMA.names), **place}
    return {
        **place,
        **{name: None if telling else percent(row, part) for name, part in SHARES.items()},
        **{name: row.get(column) for name, column in _COLUMNS.items()},
    }


def percent(row: Row, column: str) -> int | None:
    """A share of the month's final energy, in whole per cent."""
    part, whole = row.get(column), row.get("final_energy_kwh")
    if part is None or not whole:
        return None
    return int((100 * part / whole).quantize(Decimal(1), ROUND_HALF_UP))
