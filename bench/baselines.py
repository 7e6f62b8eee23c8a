"""How long baselines take in the warehouse, per meter, against the CalTRACK reference and opendsm in the same run.

Billing: meters with 36 months of bills, each on its own days. Daily: meters with three years of days. All have the
reference's 2,014 candidates (30 to 90 °F) and weather of four stations. The product's own dbt models are timed, by
their run times as dbt reports them; the others fit meters one at a time in environments of their own.

    python -m bench.baselines [billing meters] [daily meters]

Needs `make oracle`; opendsm is fitted where the interpreter named by OPENDSM has it (opendsm==1.2.7, multimethod<2.1).
"""
# ruff: noqa: S608, E501 - statements of our own, with numbers in them

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from pipelines.settings import checkout
from tests.baselines import fitting

HERE = Path(__file__).parent
AIMS = {
    ("billing", "eemeter"): 5000,
    ("billing", "opendsm"): 200,
    ("daily", "eemeter"): 1000,
    ("daily", "opendsm"): 200,
}
STATIONS = 4
DAYS = 1096
FIRST = "2022-01-01"


def prepare(warehouse: Path, kind: str, meters: int) -> None:
    """Tables in front of the models: random weather that lasts, random models, random days of billing."""
    with duckdb.connect(str(warehouse)) as engine:
        engine.execute("select setseed(0.5)")
        engine.execute(
            f"create table int_weather_days as select 's' || station as district_id, date '{FIRST}' + day::int as day,"
            " round(12 - 11 * cos(2 * pi() * (day - 15) / 365.25) + station + 3 * sin(day * 0.7 + station)"
            " + 4 * (random() - 0.5), 2) as temperature_c"
            f" from range({STATIONS}) as s(station), range(-80, {DAYS + 80}) as d(day)"
        )
        engine.execute(
            "create table int_district_months as select district_id, strftime(m, '%Y-%m') as month, m::date as month_start,"
            " (m + interval 1 month)::date as month_end, datediff('day', m, m + interval 1 month)::int as days,"
            " (year(m) * 12 + month(m))::int as month_index, month(m)::int as month_of_year"
            " from (select distinct district_id from int_weather_days),"
            f" generate_series(date '{FIRST}', date '{FIRST}' + interval 35 month, interval 1 month) as g(m)"
        )
        fitting.write_empty(engine)
        engine.execute(
            "create table meters as select 's' || (n % 4) as district_id, 'm' || n as point_id, 200 * random() as base,"
            f" 20 * random() as hot, 20 * random() as cold, floor(random() * 30)::int as shift from range({meters}) as r(n)"
        )
        length = "1" if kind == "daily" else "29 + (hash(point_id, n) % 4)::int"
        count = DAYS if kind == "daily" else 36
        engine.execute(
            "create table periods as with lengths as (select point_id, district_id, shift, n, "
            f"{length} as days from meters, range({count}) as r(n)) select *, date '{FIRST}' +"
            " (coalesce(sum(days) over (partition by point_id order by n rows between unbounded preceding and 1 preceding),"
            " 0)::int + case when days = 1 then 0 else shift end) as period_start from lengths"
        )
        engine.execute(
            "create table int_baseline_observations as select p.district_id, p.point_id, 'electricity' as carrier,"
            f" '{'daily' if kind == 'daily' else 'billing_monthly'}' as frequency, p.period_start,"
            " p.period_start + p.days as period_end, p.period_start + p.days as temperature_end,"
            " p.days::decimal(12, 6) as days, round(sum((m.base + m.cold * greatest(15 - w.temperature_c, 0) + m.hot *"
            " greatest(w.temperature_c - 20, 0)) * (0.9 + 0.2 * random())), 3)::decimal(28, 6) as usage_kwh,"
            " null::decimal(28, 6) as output, false as with_output, null::text as output_driver, null::text as unusable,"
            " null::integer as declared_start_number from periods p join meters m using (point_id)"
            " join int_weather_days w on w.district_id = p.district_id and w.day >= p.period_start"
            " and w.day < p.period_start + p.days group by all"
        )


def ours(kind: str, meters: int) -> float:
    """Seconds of the models, of all meters together."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "warehouse.duckdb"
        prepare(warehouse, kind, meters)
        fitting.fit(warehouse, **fitting.FAHRENHEIT)
        results = json.loads((Path(folder) / "target" / "run_results.json").read_text())
        (found,) = fitting.rows(
            warehouse, "select count(*) as models from int_baseline_models where reason is null"
        )
        if found["models"] != meters:
            raise RuntimeError(
                f"Expected a model of each of {meters} meters, found {found['models']}."
            )
    each = {r["unique_id"].split(".")[-1]: r["execution_time"] for r in results["results"]}
    for name, seconds in sorted(each.items(), key=lambda item: -item[1])[:5]:
        print(f"    {name}: {seconds:.1f} s")
    return float(sum(each.values()))


def theirs(interpreter: Path, script: str, kind: str) -> float:
    """Seconds per meter, imports left out."""
    done = subprocess.run(
        [interpreter, "-W", "ignore", HERE / script, kind],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(json.loads(done.stdout.splitlines()[-1])["seconds_per_meter"])


def main(billing: int, daily: int) -> None:
    """Prints seconds per meter and ratios."""
    others: dict[str, Any] = {"eemeter": checkout() / ".oracle" / "bin" / "python"}
    if "OPENDSM" in os.environ:
        others["opendsm"] = Path(os.environ["OPENDSM"])
    for kind, meters in (("billing", billing), ("daily", daily)):
        started = time.perf_counter()
        seconds = ours(kind, meters)
        print(
            f"{kind}, {meters} meters: {seconds:.1f} s in the models ({seconds / meters * 1000:.2f} ms a meter),"
            f" {time.perf_counter() - started:.0f} s with data and dbt's start"
        )
        for name, interpreter in others.items():
            one = theirs(interpreter, f"baselines_{name}.py", kind)
            ratio = one * meters / seconds
            print(f"  {name}: {one:.2f} s a meter; {ratio:,.0f} times (aim {AIMS[kind, name]:,})")


if __name__ == "__main__":
    main(*([int(number) for number in sys.argv[1:3]] or [10_000, 1_000]))
