"""A share in whole per cent is a bound like any other figure: it is told where rounding covers what is hidden."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.protecting.limits import Limits
from pipelines.publishing.protecting.relations import hidden_figures
from pipelines.publishing.protecting.rounded_shares import telling_shares
from pipelines.publishing.protecting.uses import months

PLACE = ("d", "2026-10")
Row = dict[str, Any]


def _points(sun: int) -> list[Row]:
    """Four firms draw 1000 kWh each; one of them uses its own sun."""
    place = {"district_id": "d", "month": "2026-10", "carrier": "electricity", "sector": "industry"}
    drawn = [
        {**place, "point_id": f"P{n}", "holder_group": f"firm {n}", "holder_kind": "firm",
         "role": "supply", "flow": "import", "adds_to_total": True, "energy_kwh": Decimal(1000)}
        for n in range(4)
    ]  # fmt: skip
    roof = {**drawn[0], "point_id": "R", "role": "generation", "flow": "production",
            "adds_to_total": False, "energy_kwh": Decimal(sun)}  # fmt: skip
    return [*drawn, roof]


@pytest.mark.parametrize(("sun", "tells"), [(400, True), (80, False)])
def test_the_share_of_models_is_told_unless_it_closes_in_on_a_hidden_use(
    tmp_path: Path, sun: int, tells: bool
) -> None:
    points = _points(sun)
    models = [
        {"district_id": "d", "point_id": f"P{n}", "carrier": "electricity", "model_grade": "A",
         "reason": None, "baseline_of": "first_year"}
        for n in range(4)
    ]  # fmt: skip
    total = Decimal(4000 + sun)
    sums = {"district_id": "d", "month": "2026-10", "final_energy_kwh": total,
            "weather_modelled_kwh": Decimal(4000), "weather_modelled_well_kwh": Decimal(4000)}  # fmt: skip
    pq.write_table(pa.Table.from_pylist(models), tmp_path / "fct_baseline_models.parquet")
    pq.write_table(pa.Table.from_pylist([sums]), tmp_path / "fct_energy_monthly.parquet")
    cells = [
        {**points[0], "flow": "import", "energy_kwh": Decimal(4000)},
        {**points[0], "flow": "self_consumed", "energy_kwh": Decimal(sun)},
    ]
    made_of = months(cells, points, (), ())
    hidden = hidden_figures(made_of, {}, {}, {}, Limits())
    assert ("kpi", "ENE01") not in hidden[PLACE].keys
    assert hidden[PLACE].keys

    found = telling_shares(tmp_path, made_of, hidden, {}, points, Limits())

    assert (PLACE in found) is tells
