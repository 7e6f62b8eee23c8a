"""What the edition says of each link of the four Theories of Change is what its file, register and figure give."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.end_to_end.conftest import SamplePlayed
from tests.end_to_end.raw_files import Row
from tests.end_to_end.recomputed import Recomputed
from tests.end_to_end.recomputed_links import standing, state
from tests.end_to_end.test_recomputed_from_raw import cities_of

MONTH = "2026-10"
LINKS = {"prato": 24, "parma": 18, "roma": 9, "bergamo": 6}


@pytest.fixture(scope="module")
def cities(checkout: Path, sample_played: SamplePlayed) -> dict[str, Recomputed]:
    """The four districts from their raw files."""
    return cities_of(checkout, sample_played.home / "inbox", MONTH)


@pytest.fixture(scope="module")
def edition(sample_played: SamplePlayed) -> Path:
    """The newest edition's folder."""
    return sample_played.edition(MONTH)


def rows_of(edition: Path, name: str) -> list[Row]:
    return pq.read_table(edition / f"{name}.parquet").to_pylist()


def test_every_declared_link_stands_where_its_figure_says(
    edition: Path, cities: dict[str, Recomputed]
) -> None:
    links = rows_of(edition, "tables/theory_links")
    kpis = {row["code"]: row for row in rows_of(edition, "tables/kpis")}
    values = {
        (row["district_id"], row["kpi_code"]): row
        for row in rows_of(edition, "kpi_values")
        if row["month"] == MONTH
    }

    assert Counter(row["district_id"] for row in links) == LINKS
    for row in links:
        theory = cities[row["district_id"]].theory
        assert theory is not None
        code = theory["links"][row["link_id"]]["kpi"]
        value = values[row["district_id"], code]
        said = theory["indicators"][code]
        expected = standing(value, said, kpis[code], theory.get("boundary_version"))
        assert (row["kpi_code"], row["status"]) == (code, expected), row
        assert (row["reason"] is None) == (expected != "not_measurable"), row
        if value["suppressed"]:
            assert row["reason"] == "suppressed", row


def test_stage_lateness_and_evidence_are_those_of_the_register(
    edition: Path, cities: dict[str, Recomputed]
) -> None:
    for row in rows_of(edition, "tables/theory_links"):
        told = (row["stage"], row["timeliness"], row["evidence_on"] is not None)
        assert told == state(cities[row["district_id"]], row["link_id"], MONTH), row


def test_the_sample_shows_every_case(edition: Path) -> None:
    links = rows_of(edition, "tables/theory_links")

    assert {row["status"] for row in links} == {"reached", "on_course", "behind", "not_measurable"}
    assert {"suppressed", "few_cases", "other_boundary"} <= {row["reason"] for row in links}
    assert any(row["timeliness"] == "late" for row in links)
    unproven = [r for r in links if r["stage"] == "under_way" and r["evidence_on"] is None]
    assert unproven
