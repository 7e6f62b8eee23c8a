"""What an edition says of baselines: how much is modelled, what was saved since, and how sure that is.

Belongs here: the protected table `energy_baselines`. Does not belong here: the models, which name points and never
leave; how the figures are worded (`sections/normal_weather.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting.disclosure import Evidence, Place
from pipelines.publishing.protecting.limits import Contributors, Limits, sensitive
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
_KPIS = ("ENE01", "ENE02", "ENE03")
"""Where one of them is hidden, nothing of a baseline is told: it is made of the same energy."""
_MODELLED = ("weather_modelled_kwh", "baseline_expected_kwh")
"""What the points with a model use and would use; a share of a published total gives it back."""
_SHARES = {
    # Share: what it is of, and who stands behind what it leaves out.
    "modelled_percent": ("weather_modelled_kwh", "energy_without_model_kwh"),
    "modelled_well_percent": ("weather_modelled_well_kwh", "energy_without_good_model_kwh"),
}
_ROUNDED = Decimal("0.01")
"""Between which two values, of the total, a share in whole per cent lies."""


def baselines(
    marts: Path,
    month: str,
    gone: Collection[tuple[str, str, str]],
    evidence: Evidence,
    limits: Limits,
) -> pa.Table:
    """One row per district and month, up to the edition's.

    Args:
        marts: The folder of the view's marts.
        month: The edition's month.
        gone: District, month and code of every KPI value that is hidden.
        evidence: Who stands behind each measure.
        limits: The declared thresholds.
    """

    def hidden(place: Place) -> bool:
        who = evidence.contributors.get(place, {})
        return any((*place, code) in gone for code in _KPIS) or any(
            sensitive(who.get(measure, ()), limits) for measure in _MODELLED
        )

    rows = [
        _row(row, hidden(place), evidence.contributors.get(place, {}), limits)
        for row in read_rows(marts / "fct_energy_monthly.parquet")
        if row["month"] <= month and (place := (row["district_id"], row["month"]))
    ]
    return to_table(ordered(rows, ("district_id", "month")), SCHEMA)


def _row(row: Row, hidden: bool, who: Mapping[str, Sequence[Contributors]], limits: Limits) -> Row:
    place = {"district_id": row["district_id"], "month": row["month"], "suppressed": hidden}
    if hidden:
        return {**dict.fromkeys(SCHEMA.names), **place}
    # One sentence tells both shares, so both go together.
    tells = any(_tells_rest(row, who.get(rest, ()), limits) for _, rest in _SHARES.values())
    return {
        **place,
        **{name: None if tells else _percent(row, part) for name, (part, _) in _SHARES.items()},
        **{name: row.get(column) for name, column in _COLUMNS.items()},
    }


def _tells_rest(row: Row, behind: Sequence[Contributors], limits: Limits) -> bool:
    """Whether a rounded share of the total tells what is left of it, and that is too close to a holder.

    Rounding covers a small rest by itself: it then lies within more than p % of its own size.
    """
    rest = max((each.total for each in behind), default=Decimal(0))
    covered = _ROUNDED * (row.get("final_energy_kwh") or 0) >= limits.p_percent / 100 * rest
    return not covered and sensitive(behind, limits)


def _percent(row: Row, column: str) -> int | None:
    part, whole = row.get(column), row.get("final_energy_kwh")
    if part is None or not whole:
        return None
    return int((100 * part / whole).quantize(Decimal(1), ROUND_HALF_UP))
