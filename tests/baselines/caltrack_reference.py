"""What the CalTRACK 2.0 reference (eemeter 2.10.11) makes of meters; run with the packages of requirements/oracle.txt.

    python caltrack_reference.py made [NAME ...]       the meters of reference_meters.py
    python caltrack_reference.py shipped [NAME ...]    the sample meters inside its package

Prints a line of JSON per meter: its periods, its temperatures, what the reference found, and what it says of the months
after the baseline. Belongs here: calls of the
reference. Does not belong here: anything of ours.
"""

from __future__ import annotations

import json
import sys
import warnings
from datetime import timedelta
from itertools import pairwise
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import eemeter
import numpy as np
import pandas as pd
from eemeter.caltrack.usage_per_day import _caltrack_predict_design_matrix

sys.path.insert(0, str(Path(__file__).parent))
import reference_meters

DAYS_OF_TEMPERATURES = 35
"""How far into a billing period the reference's own design matrix looks for temperatures."""


Figures = dict[str, Any]


def fitted(
    periods: pd.DataFrame, hourly: pd.Series, frequency: str, fuel: str
) -> tuple[Figures, eemeter.CalTRACKUsagePerDayModelResults]:
    """The model of one baseline, as the reference's own functions make it."""
    daily = frequency == "daily"
    if daily:
        design = eemeter.create_caltrack_daily_design_matrix(periods, hourly)
    else:
        periods = eemeter.clean_caltrack_billing_data(periods, frequency)
        design = eemeter.create_caltrack_billing_design_matrix(periods, hourly)
        days = eemeter.day_counts(design.index)
        design["n_days"] = days
    found = eemeter.fit_caltrack_usage_per_day_model(
        design,
        fit_cdd=fuel == "electricity",
        use_billing_presets=not daily,
        weights_col=None if daily else "n_days",
    )
    model = found.model
    per_day = _caltrack_predict_design_matrix(
        model.model_type, model.model_params, design, input_averages=True, output_averages=True
    )
    totals = found.totals_metrics
    figures = {
        "model_type": model.model_type,
        **{name: float(value) for name, value in model.model_params.items()},
        "r_squared_adj": float(found.r_squared_adj),
        "cvrmse_adj": float(totals.cvrmse_adj),
        "rmse_adj": float(totals.rmse_adj),
        "autocorr_resid": float(totals.autocorr_resid),
        "n_prime": float(totals.n_prime),
        "predicted_per_day": {
            f"{start:%Y-%m-%d}": float(value) for start, value in per_day.dropna().items()
        },
    }
    return figures, found


def foretold(
    found: eemeter.CalTRACKUsagePerDayModelResults,
    hourly: pd.Series,
    months: pd.DatetimeIndex,
    used: list[float] | None = None,
) -> Figures:
    """What a model says of the months after its baseline (CalTRACK 3.5), and of the saving where they were metered.

    Args:
        found: The model.
        hourly: °F by hour.
        months: Their first days, and the first day after them.
        used: What each month used; a daily model is shown it day by day.
    """
    daily = found.interval == "daily"
    index = pd.date_range(months[0], months[-1], freq="D") if daily else months
    expected = found.predict(index, hourly).result["predicted_usage"].dropna()
    by_month = expected.groupby(expected.index.strftime("%Y-%m")).sum()
    told: Figures = {"expected": {month: float(value) for month, value in by_month.items()}}
    if used is None:
        return told
    days = np.diff(months).astype("timedelta64[D]").astype(int)
    by_day = np.repeat(np.divide(used, days), days)
    metered = pd.DataFrame({"value": [*(by_day if daily else used), np.nan]}, index=index)
    savings, _ = eemeter.metered_savings(found, metered, hourly)
    return {**told, "saving": float(savings.metered_savings.sum())}


def made(name: str) -> dict[str, Any]:
    """One meter of ours."""
    (meter,) = (one for one in reference_meters.meters() if one.name == name)
    starts = pd.DatetimeIndex([p.start for p in meter.periods], tz="UTC")
    index = starts.append(pd.DatetimeIndex([meter.periods[-1].end], tz="UTC"))
    index = pd.DatetimeIndex(index, freq="D") if meter.frequency == "daily" else index
    usage = [np.nan if p.usage is None else p.usage for p in meter.periods]
    days = pd.DatetimeIndex(list(meter.temperatures), tz="UTC")
    hours = pd.date_range(days[0], periods=24 * len(days), freq="H")
    hourly = pd.Series(np.repeat(list(meter.temperatures.values()), 24), index=hours)
    periods = pd.DataFrame({"value": [*usage, np.nan]}, index=index)
    figures, found = fitted(periods, hourly, meter.frequency, meter.fuel)
    months = [p.start for p in meter.reporting] + [meter.reporting[-1].end]
    told = foretold(
        found,
        hourly,
        pd.DatetimeIndex(months, tz="UTC"),
        [p.usage for p in meter.reporting],
    )
    return {"name": name, **figures, "told": told}


def shipped(name: str) -> dict[str, Any]:
    """One sample meter of the reference: the 365 days before its blackout."""
    usage, hourly, about = eemeter.load_sample(name)
    frequency = about["freq"]
    baseline, _ = eemeter.get_baseline_data(
        usage,
        end=about["blackout_start_date"],
        max_days=365,
    )
    figures, found = fitted(baseline, hourly, frequency, about["interpretation"])
    months = pd.date_range("2017-02-01", "2018-02-01", freq="MS", tz="UTC")
    sample = _days(baseline, hourly)
    later = hourly[(hourly.index >= months[0]) & (hourly.index < months[-1])].resample("D").mean()
    sample["temperatures"] |= {f"{day.date()}": float(value) for day, value in later.items()}
    return {
        "name": name,
        "fuel": about["interpretation"],
        "frequency": frequency,
        **sample,
        **figures,
        "reporting": [
            {"start": f"{start.date()}", "end": f"{end.date()}", "usage": 0.0}
            for start, end in pairwise(months)
        ],
        "told": foretold(found, hourly, months),
    }


def _days(baseline: pd.DataFrame, hourly: pd.Series) -> dict[str, Any]:
    """Periods and daily temperatures in the reference's days: 24 hours each from the start of a period."""
    periods, temperatures = [], {}
    for start, end, value in zip(
        baseline.index[:-1], baseline.index[1:], baseline.value[:-1], strict=True
    ):
        first = start.date()
        inside = hourly[(hourly.index >= start) & (hourly.index < end)]
        chunks = [inside.iloc[n : n + 24] for n in range(0, len(inside), 24)]
        for number, chunk in enumerate(chunks):
            if chunk.count() > 24 * 0.9:
                temperatures[f"{first + timedelta(days=number)}"] = float(chunk.mean())
        periods.append(
            {
                "start": f"{first}",
                "end": f"{end.date()}",
                "usage": None if pd.isna(value) else float(value),
            }
        )
    return {"periods": periods, "temperatures": temperatures}


def main(kind: str, names: list[str]) -> None:
    """Every meter that was named, else all, two at a time."""
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
