"""The tables of an edition of the fixture, without its reports: enough to read sentences from."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from pipelines.publishing.comparing.figure_history import SCHEMA as HISTORY
from pipelines.publishing.kpi_file import kpi_table
from pipelines.publishing.protecting.protection import protected
from pipelines.publishing.protecting.tables import SCHEMAS
from pipelines.publishing.protecting.trajectory import KEPT
from pipelines.publishing.reading import Reading
from tests.published import deployment


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """The protected tables of October."""
    home = tmp_path_factory.mktemp("publishing")
    content = protected(deployment(home, "2026-10").view, "2026-10")
    folder = home / "edition"
    (folder / "tables").mkdir(parents=True)
    pq.write_table(kpi_table(content.kpi_values, "2026-10", 1), folder / "kpi_values.parquet")
    for name, table in {
        **content.tables,
        "revisions": SCHEMAS["revisions"].empty_table(),
        "forecasts_kept": KEPT.empty_table(),
        "figure_history": HISTORY.empty_table(),
    }.items():
        pq.write_table(table, folder / "tables" / f"{name}.parquet")
    about = {
        "id": "2026-10-r1",
        "month": "2026-10",
        "revision": 1,
        "known_at": "2026-11-10T07:00:00Z",
        "code_version": "test",
        "factor_set": "factors-test",
        "gwp_set": "AR5",
    }
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    return Reading(folder)
