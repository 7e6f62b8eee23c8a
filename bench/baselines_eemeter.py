"""Seconds per meter of the CalTRACK reference, run by `bench.baselines` in its own environment."""

from __future__ import annotations

import json
import sys
import time

import eemeter

KINDS = {
    "billing": "il-electricity-cdd-hdd-billing_monthly",
    "daily": "il-electricity-cdd-hdd-daily",
}


def main(kind: str) -> None:
    """One meter with heating and cooling, 2,014 candidates."""
    usage, hourly, about = eemeter.load_sample(KINDS[kind])
    baseline, _ = eemeter.get_baseline_data(usage, end=about["blackout_start_date"], max_days=365)
    started = time.perf_counter()
    if kind == "daily":
        design = eemeter.create_caltrack_daily_design_matrix(baseline, hourly)
        eemeter.fit_caltrack_usage_per_day_model(design)
    else:
        design = eemeter.create_caltrack_billing_design_matrix(baseline, hourly)
        design["n_days"] = eemeter.day_counts(design.index)
        eemeter.fit_caltrack_usage_per_day_model(
            design, use_billing_presets=True, weights_col="n_days"
        )
    print(json.dumps({"seconds_per_meter": time.perf_counter() - started}))


if __name__ == "__main__":
    main(sys.argv[1])
