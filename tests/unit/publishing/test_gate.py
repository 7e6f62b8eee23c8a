"""Who waits for the report: everyone for a defect of what all share, one district for a bad headline figure."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.editions.delayed import delayed_months, lift, note, notes_of
from pipelines.publishing.editions.gate import Held, Override, checked
from pipelines.settings import Settings
from tests.published import deployment

MONTH, AT = "2026-10", datetime(2026, 11, 10, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Four districts whose headline figures all may be told."""
    return deployment(tmp_path_factory.mktemp("gate"), MONTH)


@pytest.fixture(scope="module")
def parma_is_bad(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same, and half of Parma's readings did not come."""
    return _graded(deployment(tmp_path_factory.mktemp("bad"), MONTH), {"parma"})


def _graded(settings: Settings, districts: set[str]) -> Settings:
    path = settings.view / "marts" / "fct_kpi_values.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    for row in rows:
        if row["district_id"] in districts and row["kpi_code"] == "ENE01":
            row["grade"] = "E"
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    return settings


def _districts(content: object) -> set[str]:
    return {row["district_id"] for row in content.kpi_values}  # type: ignore[attr-defined]


def test_nobody_waits_where_headline_figures_are_good_enough(good: Settings) -> None:
    found = checked(good, MONTH, [])

    assert found.held == ()
    assert _districts(found.content) == {"bergamo", "parma", "prato", "roma"}


def test_a_district_below_the_line_waits_and_the_others_go_on(parma_is_bad: Settings) -> None:
    found = checked(parma_is_bad, MONTH, [])

    (waiting,) = found.held
    (why,) = waiting.because
    assert (waiting.district_id, why.code, why.kpi_code, why.grade, why.line) == (
        "parma",
        "headline_grade",
        "ENE01",
        "E",
        "D",
    )
    assert _districts(found.content) == {"bergamo", "prato", "roma"}
    for name, table in found.content.tables.items():
        if "district_id" in table.column_names:
            assert "parma" not in table["district_id"].to_pylist(), name


def test_a_named_person_may_publish_it_all_the_same(parma_is_bad: Settings) -> None:
    said = Override("parma", "Anna Rossi", "il gestore ha confermato i dati", AT.isoformat())
    idle = Override("prato", "Anna Rossi", "non serve", AT.isoformat())

    found = checked(parma_is_bad, MONTH, [said, idle])

    assert found.held == ()
    assert found.overrides == (said,)
    assert "parma" in _districts(found.content)


def test_where_all_are_below_the_line_nothing_is_published(tmp_path: Path) -> None:
    bad = _graded(deployment(tmp_path, MONTH), {"bergamo", "parma", "prato", "roma"})
    told = {row["district_id"] for row in pq.read_table(bad.view / "marts" / "fct_kpi_values.parquet").to_pylist()
            if row["month"] == MONTH and row["kpi_code"] == "ENE01" and row["value"] is not None}  # fmt: skip

    found = {one.district_id for one in checked(bad, MONTH, []).held}

    assert "roma" not in told  # it has no meters: nothing of it is told, and its report says why
    assert found == told - {"bergamo"}  # its figure is hidden: what is not told cannot be bad


def test_a_build_that_failed_stops_everyone_and_no_person_can_change_that(
    good: Settings, tmp_path: Path
) -> None:
    unfinished = deployment(tmp_path, MONTH)
    (unfinished.view / "warehouse").mkdir()
    (unfinished.view / "warehouse" / "unfinished").touch()
    said = [Override(name, "Anna Rossi", "subito", AT.isoformat()) for name in ("parma", "prato")]

    with pytest.raises(Held) as held:
        checked(unfinished, MONTH, said)

    assert [one.district_id for one in held.value.districts] == [
        "bergamo",
        "parma",
        "prato",
        "roma",
    ]
    assert {why.code for one in held.value.districts for why in one.because} == {"failed_build"}


def test_the_note_says_who_waits_for_what_since_when_and_until_when(parma_is_bad: Settings) -> None:
    settings = parma_is_bad
    waiting = checked(settings, MONTH, []).held
    note(settings, MONTH, AT, waiting)
    note(settings, MONTH, datetime(2026, 11, 12, 8, tzinfo=UTC), waiting)

    folder = settings.editions / MONTH
    said = json.loads((folder / "delayed.json").read_text(encoding="utf-8"))
    page = (folder / "delayed.html").read_text(encoding="utf-8")
    assert said["next_try"] == "2026-11-13"
    assert [(one["district_id"], one["since"]) for one in said["districts"]] == [
        ("parma", "2026-11-10")
    ]
    assert "Consumo finale di energia (ENE01) ha qualità E, sotto la soglia D" in page
    assert "Final energy consumption (ENE01) has grade E, below the line D" in page
    assert "in ritardo dal 10 novembre 2026" in page
    assert delayed_months(settings.editions) == [MONTH]
    assert "delayed since 2026-11-10" in next(notes_of(settings, MONTH))

    lift(settings, MONTH)

    assert delayed_months(settings.editions) == []
    assert list(notes_of(settings, MONTH)) == []
