"""A deployment with two editions of October, the second with a figure corrected, and people who get mail."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.publishing.comparing.figure_history import SCHEMA as HISTORY
from pipelines.publishing.kpi_file import kpi_table
from pipelines.publishing.protecting.protection import Protected, protected
from pipelines.publishing.protecting.tables import SCHEMAS
from pipelines.publishing.protecting.trajectory import KEPT
from pipelines.publishing.rows import Row
from pipelines.settings import Settings, checkout
from tests.delivery.house import DISTRICT, PDF, RECIPIENTS, House
from tests.published import DISTRICTS, deployment


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`r1`, and `r2` in which Prato's water of September is another."""
    home = tmp_path_factory.mktemp("published")
    content = protected(deployment(home / "view", "2026-10").view, "2026-10")
    _edition(home / "r1", 1, content, content.kpi_values)
    _edition(home / "r2", 2, content, [_corrected(row) for row in content.kpi_values])
    return home


def _corrected(row: Row) -> Row:
    """The value of the second revision: Prato took a tenth more water in September."""
    if (row["district_id"], row["month"], row["kpi_code"]) != ("prato", "2026-09", "WAT01"):
        return row
    return {**row, "value": row["value"] * Decimal("1.1")}


@pytest.fixture
def house(tmp_path: Path, published: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The deployment with `r1` published; `r2` is published by the test that needs it."""
    for name in [name for name in os.environ if name.startswith("NZD_")]:
        monkeypatch.delenv(name)
    home, districts = tmp_path / "home", tmp_path / "districts"
    (districts / "recipients").mkdir(parents=True)
    for district, names in DISTRICTS.items():
        text = DISTRICT.format(id=district, name=names[0], name_en=names[1], city=names[2])
        (districts / f"{district}.yaml").write_text(text, encoding="utf-8")
    for name, text in RECIPIENTS.items():
        (districts / "recipients" / f"{name}.yaml").write_text(text, encoding="utf-8")
    shutil.copytree(published / "view" / "declared", home / "declared")
    made = House(Settings(checkout(), home, districts, tmp_path / "inbox", home), published)
    made.publish(1)
    return made


def _edition(folder: Path, number: int, content: Protected, values: list[Row]) -> None:
    """The protected tables of an edition, and for each report a file in its place."""
    (folder / "tables").mkdir(parents=True)
    pq.write_table(kpi_table(values, "2026-10", number), folder / "kpi_values.parquet")
    empty = {"revisions": SCHEMAS["revisions"], "forecasts_kept": KEPT, "figure_history": HISTORY}
    tables = {**content.tables, **{name: one.empty_table() for name, one in empty.items()}}
    for name, table in tables.items():
        pq.write_table(table, folder / "tables" / f"{name}.parquet")
    for place in (*DISTRICTS, "programme"):
        for language in ("it", "en"):
            report = folder / place / language
            report.mkdir(parents=True)
            (report / "report.pdf").write_bytes(PDF + f"{place}/{language}/r{number}".encode())
            (report / "report.html").write_text(f"<title>{place}</title>", encoding="utf-8")
    about = {
        "id": f"2026-10-r{number}",
        "month": "2026-10",
        "revision": number,
        "known_at": datetime(2026, 11, 9 + number, 7, tzinfo=UTC).isoformat(),
        "code_version": "test",
        "factor_set": "factors-test",
        "gwp_set": "AR5",
        "content": f"content-{number}",
        "left_out": [],
        "overrides": [],
        "inputs": [],
        "earlier": [],
        "files": [],
    }
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
