"""What opendsm 1.2.7 makes of meters; run with the packages of requirements/oracle.txt.

    python opendsm_reference.py made [NAME ...]       the meters of reference_meters.py
    python opendsm_reference.py shipped [NAME ...]    the sample meters inside its package

Prints a line of JSON per meter: the shape it fitted, and what it expects of the months after the baseline. Belongs
here: calls of opendsm. Does not belong here: anything of ours.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterable
from datetime import date, timedelta
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from opendsm import eemeter

sys.path.insert(0, str(Path(__file__).parent))
import reference_meters

MONTHS_OF_SAMPLES = [date(2017 + n // 12, n % 12 + 1, 1) for n in range(1, 14)]
"""February 2017 to January 2018, after the blackout of the sample meters."""


def foretold(
    usage: pd.Series, hourly: pd.Series, frequency: str, fuel: str, months: Iterable[date]
) -> dict[str, Any]:
    """The model of a baseline, and what it expects of the months after it."""
    ends = list(months)
    first, last = (pd.Timestamp(day, tz="UTC") for day in (ends[0], ends[-1]))
    data, later, model = (
        (eemeter.DailyBaselineData, eemeter.DailyReportingData, eemeter.DailyModel)
        if frequency == "daily"
        else (eemeter.BillingBaselineData, eemeter.BillingReportingData, eemeter.BillingModel)
    )
    electric = fuel == "electricity"
    before = hourly[(hourly.index >= usage.index[0]) & (hourly.index < usage.index[-1])]
    after = hourly[(hourly.index >= first) & (hourly.index < last)]
    baseline = data.from_series(usage, before, is_electricity_data=electric)
    fitted = model().fit(baseline, ignore_disqualification=True)
    found = fitted.predict(
        later.from_series(None, after, is_electricity_data=electric), ignore_disqualification=True
    )
    by_month = found["predicted"].groupby(found.index.strftime("%Y-%m")).sum()
    shapes = fitted.to_dict()["submodels"]
    return {
        "expected": {month: float(value) for month, value in by_month.items()},
        "shapes": {name: _shape(one) for name, one in shapes.items()},
    }


def _shape(submodel: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str) else float(value)
        for name, value in submodel["coefficients"].items()
        if value is not None
    }


def made(name: str) -> dict[str, Any]:
    """One meter of ours."""
    (meter,) = (one for one in reference_meters.meters() if one.name == name)
    starts = [p.start for p in meter.periods] + [meter.periods[-1].end]
    usage = pd.Series(
        [*(np.nan if p.usage is None else p.usage for p in meter.periods), np.nan],
        index=pd.DatetimeIndex(starts, tz="UTC"),
    )
    days = pd.DatetimeIndex(list(meter.temperatures), tz="UTC")
    hours = pd.date_range(days[0], periods=24 * len(days), freq="h")
    hourly = pd.Series(np.repeat(list(meter.temperatures.values()), 24), index=hours)
    months = [*reference_meters.REPORTING, date.fromisoformat(meter.reporting[-1].end)]
    return {"name": name, **foretold(usage, hourly, meter.frequency, meter.fuel, months)}


def shipped(name: str) -> dict[str, Any]:
    """One sample meter: the 365 days before its blackout."""
    usage, hourly, about = eemeter.load_sample(name)
    end = about["blackout_start_date"]
    baseline = usage[(usage.index >= end - timedelta(days=367)) & (usage.index <= end)]["value"]
    frequency, fuel = about["freq"], about["interpretation"]
    return {"name": name, **foretold(baseline, hourly, frequency, fuel, MONTHS_OF_SAMPLES)}


def main(kind: str, names: list[str]) -> None:
    """Every meter that was named, else all."""
    warnings.simplefilter("ignore")
    if kind == "made":
        every = [meter.name for meter in reference_meters.meters()]
    else:
        every = [name for name in eemeter.samples() if not name.endswith("-hourly")]
    with Pool(2) as pool:
        found = pool.map(made if kind == "made" else shipped, names or every, chunksize=1)
    for meter in found:
        sys.stdout.write(json.dumps(meter, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
