"""What the library svy 0.35.0 makes of the answers of survey_people.py: raked weights, a mean, a share, their errors.

    uv run --isolated --no-project --with svy==0.35.0 python tests/warehouse/survey_reference.py

Prints one JSON document; the last one is kept beside this file (`survey_reference.json`). Belongs here: calls of the
library. Does not belong here: anything of ours.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl
import svy

sys.path.insert(0, str(Path(__file__).parent))
from survey_people import AGES, SECTORS, people


def main() -> None:
    """Rake, then estimate with the weights as given."""
    rows = pl.DataFrame(people()).with_columns(drawn=pl.lit(1.0))
    raked = svy.Sample(rows, svy.Design(wgt="drawn")).weighting.rake(
        controls={"sector": SECTORS, "age": AGES}, tol=1e-13, max_iter=1000, wgt_name="weight"
    )
    weighted = rows.with_columns(weight=raked.data["weight"])
    sample = svy.Sample(weighted, svy.Design(wgt="weight"))
    mean = sample.estimation.mean("score").to_polars().row(0, named=True)
    shares = sample.estimation.prop("changed", ci_method="wilson").to_polars()
    yes = shares.filter(pl.col("changed") == 1).row(0, named=True)
    told = {
        "weights": dict(zip(weighted["person"], weighted["weight"], strict=True)),
        "mean": {name: mean[name] for name in ("est", "se", "lci", "uci", "n")},
        "share": {name: yes[name] for name in ("est", "se", "lci", "uci", "n")},
    }
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
