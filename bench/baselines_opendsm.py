"""Seconds per meter of opendsm, run by `bench.baselines` in its own environment; prints what it finds as well."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

from opendsm import eemeter

KINDS = {
    "billing": "il-electricity-cdd-hdd-billing_monthly",
    "daily": "il-electricity-cdd-hdd-daily",
}
METERS = 3
"""The first fit compiles; the mean is over those that follow."""


def main(kind: str) -> None:
    """One meter with heating and cooling, several times."""
    usage, hourly, about = eemeter.load_sample(KINDS[kind])
    end = about["blackout_start_date"]
    usage = usage[(usage.index < end) & (usage.index >= end - timedelta(days=367))]
    hourly = hourly[(hourly.index < end) & (hourly.index >= end - timedelta(days=367))]
    holder, model = (
        (eemeter.DailyBaselineData, eemeter.DailyModel)
        if kind == "daily"
        else (eemeter.BillingBaselineData, eemeter.BillingModel)
    )
    seconds = []
    for _ in range(METERS + 1):
        started = time.perf_counter()
        data = holder.from_series(usage["value"], hourly, is_electricity_data=True)
        fitted = model().fit(data, ignore_disqualification=True)
        seconds.append(time.perf_counter() - started)
    print(json.dumps(fitted.to_dict()["submodels"], default=str), file=sys.stderr)
    print(json.dumps({"seconds_per_meter": sum(seconds[1:]) / METERS}))


if __name__ == "__main__":
    main(sys.argv[1])
