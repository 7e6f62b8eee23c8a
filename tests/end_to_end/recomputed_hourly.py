"""Electricity at the factors of its hours, worked out again from the raw files with pandas.

Belongs here: quarter hours by their UTC hour, times the factor of that hour. Does not belong here: how curves are read
(`raw_files.py`). No SQL.
"""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from tests.end_to_end.raw_files import month_start
from tests.end_to_end.recomputed import Recomputed


def factors(of: Recomputed) -> pd.Series:
    """kg CO2e per kWh by the UTC start of the hour."""
    paths = of.raw.files(f"{of.district}/grid/*.csv")
    table = pd.concat([pd.read_csv(path) for path in paths])
    hours = pd.to_datetime(table["interval_start"], utc=True)
    assert not hours.duplicated().any()
    assert set(table["unit"]) == {"gCO2e/kWh"}
    return pd.Series(table["quantity"].to_numpy() / 1000, index=hours)


def hourly(of: Recomputed, month: str, annual: Decimal) -> tuple[float, float, float]:
    """kWh read in hours with a factor, tonnes at the factors of the hours, tonnes at that of the year."""
    known = factors(of)
    kwh = tonnes = 0.0
    for point, readings in of.raw.curves(of.district, month).items():
        row = of.points[point]
        if row["Ruolo"] != "fornitura" or (row["Valido dal"] and row["Valido dal"] > month_start(month)):  # fmt: skip
            continue
        curve = pd.Series({at: float(value) for at, value in readings.items()}, dtype=float)
        by_hour = curve.groupby(pd.DatetimeIndex(curve.index).floor("h")).sum()
        both = by_hour.index.intersection(known.index)
        kwh += float(by_hour[both].sum())
        tonnes += float((by_hour[both] * known[both]).sum()) / 1000
    return kwh, tonnes, kwh * float(annual) / 1000
