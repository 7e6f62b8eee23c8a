"""A district of a few points whose files and register of corrections a test writes.

Belongs here: the district on disk and what is asked of it. Does not belong here: what should come of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.collecting.current import read_current
from pipelines.settings import Settings, settings
from tests.declaring import PROVA

FIRST = datetime(2026, 4, 10, 8, tzinfo=UTC)
SECOND, THIRD = FIRST + timedelta(days=5), FIRST + timedelta(days=30)
SOURCES = """\
  curves: {dataset: meter_intervals, format: canonical_csv, from: "${NZD_INBOX}/curves/*.csv"}
  readings: {dataset: meter_registers, format: canonical_csv, from: "${NZD_INBOX}/readings/*.csv"}
  bills: {dataset: utility_bills, format: canonical_csv, from: "${NZD_INBOX}/bills/*.csv", cadence: once}
  corrections: {dataset: data_corrections, format: canonical_csv, from: "${NZD_INBOX}/corrections/*.csv"}
"""
CURVE = """\
point_id,carrier,flow,interval_start,interval_end,quantity,unit,quality
A1,electricity,import,2026-03-08T23:00:00Z,2026-03-09T11:00:00Z,{0},kWh,measured
A1,electricity,import,2026-03-09T11:00:00Z,2026-03-09T23:00:00Z,{1},kWh,measured
A1,electricity,import,2026-03-09T23:00:00Z,2026-03-10T11:00:00Z,7,kWh,measured
B1,electricity,import,2026-03-08T23:00:00Z,2026-03-09T11:00:00Z,5,kWh,measured
"""
ENTRY = {
    "correction_id": "C1", "about_source": "curves", "point_id": "A1", "first_day": "2026-03-09",
    "what_is_wrong": "Wh", "value_received": "3000", "value_right": "1", "unit": "kWh", "treatment": "apply",
    "status": "open", "expires_on": "2026-12-31",
}  # fmt: skip


class Place:
    """A district of one point whose curve and register are files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "districts").mkdir()
        (root / "districts" / "prova.yaml").write_text(PROVA + SOURCES, encoding="utf-8")
        self.deployment: Settings = settings()
        self.catalogue = load(self.deployment.districts)

    def send(self, source: str, name: str, text: str) -> None:
        path = self.root / "inbox" / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def enter(self, name: str, *entries: dict[str, str]) -> None:
        columns = list(dict.fromkeys(key for one in entries for key in one))
        lines = [",".join(columns)] + [",".join(one.get(c, "") for c in columns) for one in entries]
        self.send("corrections", name, "\n".join(lines) + "\n")

    def collect(self, at: datetime) -> None:
        collect_all(self.deployment, self.catalogue, at)

    def rows(self, dataset: str, view: Settings | None = None) -> list[dict[str, Any]]:
        place = (view or self.deployment).view
        return read_current(place, self.catalogue.datasets[dataset]).to_pylist()

    def curve(self, view: Settings | None = None) -> list[tuple[str, Decimal, str]]:
        rows = self.rows("meter_intervals", view)
        return [(row["point_id"], row["quantity"], row["quality"]) for row in rows]

    def told(self, view: Settings | None = None) -> list[dict[str, Any]]:
        place = (view or self.deployment).view
        return pq.read_table(place / "collected" / "corrections.parquet").to_pylist()

    def codes(self) -> set[str]:
        path = self.deployment.view / "collected" / "findings.parquet"
        found = pq.read_table(path).to_pylist()
        return {row["code"] for row in found if row["code"].startswith(("VALUE_", "CORRECTION_"))}
