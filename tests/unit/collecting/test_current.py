"""The rows that count do not depend on how, in what order or how often deliveries arrived."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.current import read_current, resolve_current
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.paths import Verdict
from pipelines.landing.files import write_parquet
from tests.declaring import PROVA

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
ARRIVED = datetime(2026, 4, 5, tzinfo=UTC)
SOURCES = """\
  curves: {dataset: meter_intervals, format: intervals_csv, from: "${NZD_INBOX}/*.csv"}
  decisions: {dataset: cdtt_decisions, format: cdtt_decisions_xlsx, from: "${NZD_INBOX}/*.xlsx"}
"""
Reading = tuple[str, int, int, int]
"""Point, hour, kWh, rank of the flow."""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("districts")
    (folder / "prova.yaml").write_text(PROVA + SOURCES, encoding="utf-8")
    return load(folder)


def delivered(folder: Path, catalogue: Catalogue, rows: list[Reading], day: int) -> Delivery:
    """One accepted delivery of hourly readings, arrived on the given day."""
    binding = next(catalogue.bindings_of("meter_intervals"))
    sha256 = hashlib.sha256(repr((rows, day)).encode()).hexdigest()
    at = ARRIVED + timedelta(days=day)
    table = pa.Table.from_pylist(
        [
            {
                "point_id": point,
                "carrier": "electricity",
                "flow": "import",
                "interval_start": FIRST + timedelta(hours=hour),
                "interval_end": FIRST + timedelta(hours=hour + 1),
                "quantity": Decimal(kwh),
                "unit": "kWh",
                "quality": "measured",
                "month": "2026-03",
                "district_id": "prova",
                "source_id": "curves",
                "flow_rank": rank,
                "_sha256": sha256,
                "_member": "",
                "_row": number,
                "_known_at": at,
            }
            for number, (point, hour, kwh, rank) in enumerate(rows, start=1)
        ],
        schema=binding.dataset.schema(),
    )
    path = folder / f"{sha256}.parquet"
    write_parquet(table, path)
    verdict = Verdict(accepted=True, rows_accepted=len(rows), months={"2026-03": len(rows)})
    return Delivery(Received(binding, sha256, "x.csv", at, day), verdict, path)


def figures(view: Path, catalogue: Catalogue) -> dict[tuple[str, datetime], Decimal]:
    rows = read_current(view, catalogue.datasets["meter_intervals"]).to_pylist()
    return {(row["point_id"], row["interval_start"]): row["quantity"] for row in rows}


readings = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 3), st.integers(0, 9), st.integers(0, 2)),
    min_size=1,
    max_size=5,
    unique_by=lambda reading: reading[:2],
)


@settings(max_examples=25, deadline=None)
@given(st.lists(readings, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_and_the_repetition_of_deliveries_change_nothing(
    catalogue: Catalogue, sent: list[list[Reading]], chance: Any
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        deliveries = [delivered(folder, catalogue, rows, day) for day, rows in enumerate(sent)]
        best: dict[tuple[str, datetime], tuple[int, int, int]] = {}
        for day, rows in enumerate(sent):
            for point, hour, kwh, rank in rows:
                key = (point, FIRST + timedelta(hours=hour))
                best[key] = max(best.get(key, (-1, -1, -1)), (rank, day, kwh))
        shuffled = [*deliveries, *deliveries[:1]]
        chance.shuffle(shuffled)

        resolve_current(catalogue, shuffled, folder / "view", ARRIVED + timedelta(days=30))

        assert figures(folder / "view", catalogue) == {
            key: Decimal(won[2]) for key, won in best.items()
        }


def test_what_arrived_after_the_cut_off_does_not_exist_yet(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    first = delivered(tmp_path, catalogue, [("A", 0, 5, 0)], 0)
    restated = delivered(tmp_path, catalogue, [("A", 0, 7, 0)], 10)

    resolve_current(catalogue, [first, restated], tmp_path / "then", ARRIVED + timedelta(days=5))
    found = resolve_current(
        catalogue, [first, restated], tmp_path / "now", ARRIVED + timedelta(days=20)
    )

    assert list(figures(tmp_path / "then", catalogue).values()) == [5]
    assert list(figures(tmp_path / "now", catalogue).values()) == [7]
    assert [(one.month, one.rows) for one in found["meter_intervals"].restated] == [("2026-03", 1)]


def test_a_refused_delivery_never_replaces_the_last_accepted_one(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    good = delivered(tmp_path, catalogue, [("A", 0, 5, 0)], 0)
    broken = delivered(tmp_path, catalogue, [("A", 0, 5000, 0)], 1)
    broken = replace(broken, verdict=Verdict(accepted=False, code="UNIT_SLIP"))

    resolve_current(catalogue, [good, broken], tmp_path / "view", ARRIVED + timedelta(days=5))

    assert list(figures(tmp_path / "view", catalogue).values()) == [5]


def test_a_month_that_nothing_touched_is_not_written_again(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    one = delivered(tmp_path, catalogue, [("A", 0, 5, 0)], 0)
    resolve_current(catalogue, [one], tmp_path / "view", ARRIVED)
    path = tmp_path / "view/current/meter_intervals/2026-03.parquet"
    written = path.stat().st_mtime_ns

    resolve_current(catalogue, [one], tmp_path / "view", ARRIVED + timedelta(days=9))

    assert path.stat().st_mtime_ns == written


def test_every_dataset_is_readable_before_anything_arrived(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    resolve_current(catalogue, [], tmp_path / "view", ARRIVED)

    for dataset in catalogue.datasets.values():
        assert read_current(tmp_path / "view", dataset).num_rows == 0
