"""Page one's chart names the path it draws, and no path where none is drawn."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.document import Chart
from pipelines.publishing.report.sections.lead_chart import path_chart
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"


@pytest.fixture
def chart(reading: Reading, tmp_path: Path) -> Callable[..., Chart]:
    """Prato's chart of October in an edition whose tables differ as said."""

    def drawn(table: str, language: str, **said: Any) -> Chart:
        folder = tmp_path / "edition"
        shutil.copytree(reading.folder, folder, dirs_exist_ok=True)
        path = folder / table
        whole = pq.read_table(path)
        rows = [{**row, **said} for row in whole.to_pylist()]
        pq.write_table(pa.Table.from_pylist(rows, whole.schema), path)
        made = path_chart(DistrictReading(Reading(folder), "prato"), words(language, TEXTS))
        assert made is not None
        return made

    return drawn


def test_a_citys_path_is_not_called_the_districts_own_target(chart):
    own = chart("tables/targets.parquet", "it", stands="own").subtitle
    share = chart("tables/targets.parquet", "it", stands="city_share").subtitle

    assert "il percorso verso l’obiettivo del distretto" in own
    assert "la quota del distretto nel percorso della città" in share
    assert (
        "share of the city’s path"
        in chart("tables/targets.parquet", "en", stands="city_share").subtitle
    )


def test_without_a_path_the_table_speaks_of_none(chart):
    alone = chart("kpi_values.parquet", "it", target=None, gap=None)

    assert "percorso" not in alone.twin.caption
    assert "percorso" not in alone.subtitle
