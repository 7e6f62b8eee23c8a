"""What is computed today as of an earlier round is what was computed in that round, in every table.

Belongs here: marts built then beside marts built later for then. Does not belong here: whether either is right
(`test_recomputed_from_raw.py`).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all, refresh_current
from pipelines.settings import as_of, settings
from pipelines.warehouse.build import build
from sample.deliver import deliver
from sample.play import clock_of

BEFORE, AFTER = "2025-12", "2026-01"
"""Then the gas meter's estimates of December were sent again as they were read."""


@dataclass(frozen=True)
class Twice:
    """Marts of one moment, built at that moment and after another round had arrived."""

    then: Path
    later: Path
    unchanged: list[str]
    """Months of current rows whose file the later round left alone."""

    def names(self) -> list[str]:
        return sorted(path.stem for path in self.then.glob("*.parquet"))


@pytest.fixture(scope="module")
def twice(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    root = tmp_path_factory.mktemp("parma")
    districts = root / "districts"
    districts.mkdir()
    shutil.copy(checkout / "sample" / "districts" / "parma.yaml", districts)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NZD_HOME", str(root / "home"))
        environment.setenv("NZD_DISTRICTS", str(districts))
        deployment = settings()
        catalogue = load(districts)

        def collect(month: str) -> datetime:
            moment = datetime.fromisoformat(clock_of(month)).astimezone(UTC)
            environment.setenv("NZD_NOW", clock_of(month))
            deliver(month, deployment.inbox)
            collect_all(deployment, catalogue, moment)
            return moment

        moment = collect(BEFORE)
        build(deployment, catalogue, moment)
        then = shutil.copytree(deployment.view / "marts", root / "then")
        written = _written(deployment.view / "current")
        collect(AFTER)
        again = _written(deployment.view / "current")
        view = as_of(deployment, moment)
        refresh_current(view, catalogue, moment)
        build(view, catalogue, moment)
    kept = [name for name, at in written.items() if again.get(name) == at]
    return Twice(then, view.view / "marts", kept)


def _written(current: Path) -> dict[str, int]:
    return {
        str(path.relative_to(current)): path.stat().st_mtime_ns
        for path in current.glob("*/*.parquet")
    }


def sorted_rows(path: Path) -> pa.Table:
    table = pq.read_table(path)
    plain = [field.name for field in table.schema if not pa.types.is_nested(field.type)]
    return table.sort_by([(name, "ascending") for name in plain])


def test_every_mart_of_then_is_what_it_was(twice: Twice) -> None:
    assert len(twice.names()) > 15
    assert twice.names() == sorted(path.stem for path in twice.later.glob("*.parquet"))
    moved = [
        name
        for name in twice.names()
        if not sorted_rows(twice.then / f"{name}.parquet").equals(
            sorted_rows(twice.later / f"{name}.parquet")
        )
    ]
    assert moved == []


def test_then_holds_the_estimates_that_came_to_be_read(twice: Twice) -> None:
    rows = pq.read_table(twice.later / "fct_energy.parquet").to_pylist()
    estimated = {row["month"] for row in rows if row["value_status"] == "estimated"}
    assert "2025-12" in estimated


def test_late_readings_touch_only_their_months(twice: Twice) -> None:
    assert "meter_registers/2025-12.parquet" not in twice.unchanged
    assert "meter_intervals/2025-12.parquet" in twice.unchanged
