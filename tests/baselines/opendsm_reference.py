"""What opendsm 1.2.7 makes of the meters of reference_meters.py; run with the packages of requirements/oracle.txt.

    python opendsm_reference.py [NAME ...] > opendsm_made.jsonl

Prints a line of JSON per meter: what it expects of the months after the baseline; to the error output, the shape it
fitted. Belongs here: calls of opendsm. Does not belong here: anything of ours.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterable
from datetime import date
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from opendsm import eemeter

sys.path.insert(0, str(Path(__file__).parent))
import reference_meters


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
    sys.stderr.write(json.dumps(fitted.to_dict()["submodels"], default=str) + "\n")
    return {"expected": {month: float(value) for month, value in by_month.items()}}


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


def main(names: list[str]) -> None:
    """Every meter that was named, else all."""
    warnings.simplefilter("ignore")
    every = [meter.name for meter in reference_meters.meters()]
    with Pool(2) as pool:
        found = pool.map(made, names or every, chunksize=1)
    for meter in found:
        sys.stdout.write(json.dumps(meter, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
