"""A small dataset, contracts written into a folder, and deliveries of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines.catalogue.dataset import Column, Dataset
from pipelines.catalogue.declaration import Bilingual
from pipelines.quality.contract import Contract, contract_of

KNOWN_AT = datetime(2026, 11, 10, 8, tzinfo=UTC)


def column(kind: str, **more: Any) -> Column:
    return Column(type=kind, description="…", **more)


DATASET = Dataset(
    id="meters",
    family="metering",
    name=Bilingual(it="Contatori", en="Meters"),
    description="…",
    lever="technology_infrastructure",
    delivers="increments",
    cadence="monthly",
    expected_after_days=15,
    key=("point_id", "interval_start"),
    period="interval_start",
    columns={
        "point_id": column("text"),
        "unit": column("code", accepts=("kWh", "m3")),
        "interval_start": column("timestamp"),
        "interval_end": column("timestamp"),
        "quantity": column("quantity"),
        "read_on": column("date"),
        "person_key": column("text"),
        "checked": column("flag"),
    },
)


@pytest.fixture
def dataset() -> Dataset:
    return DATASET


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Writes expectations/meters.yaml and gives the folder."""

    def write(text: str) -> Path:
        (tmp_path / "meters.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def contract(write: Callable[[str], Path]) -> Callable[..., Contract]:
    """A contract of the small dataset from rules in one line each."""

    def build(*rules: str, head: str = "") -> Contract:
        text = f"dataset: meters\n{head}\nexpectations:\n" + "".join(
            f"  - {{{rule}}}\n" for rule in rules
        )
        return contract_of(DATASET, write(text))

    return build


@pytest.fixture
def delivery() -> Callable[..., pa.Table]:
    """A received table of the small dataset."""

    def build(*rows: dict[str, Any]) -> pa.Table:
        lineage = {"district_id": "prato", "source_id": "s", "flow_rank": 0, "_known_at": KNOWN_AT}
        full = [{**lineage, "_row": number, **row} for number, row in enumerate(rows, start=1)]
        return pa.Table.from_pylist(full, schema=DATASET.schema())

    return build
