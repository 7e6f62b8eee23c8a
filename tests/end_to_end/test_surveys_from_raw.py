"""Surveys of an edition are what the raw files give: who counts, weights, figures, intervals, what is set aside."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from scipy.stats import t as student

from sample import survey as sample
from tests.end_to_end.conftest import SamplePlayed
from tests.end_to_end.raw_files import Raw
from tests.end_to_end.recomputed_surveys import Estimate, Wave, changed, points, waves

Row = dict[str, Any]
MOMENT = datetime(2026, 11, 10, 8, tzinfo=UTC)
TOLD = [("prato", 1), ("prato", 2), ("roma", 1), ("roma", 2), ("parma", 1)]


@pytest.fixture(scope="module")
def answered(checkout: Path, sample_played: SamplePlayed) -> dict[tuple[str, int], Wave]:
    raw = Raw(sample_played.home / "inbox", MOMENT)
    folder = checkout / "sample" / "districts"
    return {
        (city, wave.number): wave
        for city in ("prato", "roma", "parma", "bergamo")
        for wave in waves(raw, city, folder)
    }


@pytest.fixture(scope="module")
def tables(sample_played: SamplePlayed) -> dict[str, list[Row]]:
    folder = sample_played.edition("2026-10") / "tables"
    return {
        name: pq.read_table(folder / f"survey_{name}.parquet").to_pylist()
        for name in ("waves", "estimates", "changes")
    }


def row_of(rows: list[Row], city: str, number: int, **where: str) -> Row:
    [row] = [
        row
        for row in rows
        if (row["district_id"], row["wave"]) == (city, str(number))
        and all(row[name] == value for name, value in where.items())
    ]
    return row


def bounds(row: Row) -> tuple[float, float]:
    return float(row["estimate_low"]), float(row["estimate_high"])


@pytest.mark.parametrize(("city", "number"), TOLD)
def test_figures_and_intervals_of_a_wave(
    tables: dict[str, list[Row]],
    answered: dict[tuple[str, int], Wave],
    city: str,
    number: int,
) -> None:
    wave = answered[city, number]
    index = row_of(tables["estimates"], city, number, statistic="index")
    by_hand = wave.estimate(points)
    assert (index["answers"], float(index["estimate"])) == (
        by_hand.answers,
        pytest.approx(by_hand.mean, rel=1e-6),
    )
    assert bounds(index) == pytest.approx(by_hand.interval, abs=1e-3)

    share = row_of(tables["estimates"], city, number, statistic="topic_share", measure="behaviour")
    of_people = wave.estimate(changed)
    assert float(share["estimate"]) == pytest.approx(of_people.mean, rel=1e-6)
    assert float(share["design_effect"]) == pytest.approx(of_people.design_effect, rel=1e-5)
    if "population" not in wave.design:
        assert bounds(share) == pytest.approx(of_people.wilson, abs=1e-5)


@pytest.mark.parametrize(
    ("city", "number", "weighting", "joined", "reached"),
    [("prato", 1, "post_stratified", 2, 120), ("prato", 2, "post_stratified", 1, 124),
     ("roma", 1, "raked", 0, 210), ("roma", 2, "raked", 0, 228), ("parma", 1, "unweighted", 0, None)],
)  # fmt: skip
def test_what_is_said_of_a_wave(
    tables: dict[str, list[Row]],
    answered: dict[tuple[str, int], Wave],
    city: str,
    number: int,
    weighting: str,
    joined: int,
    reached: int | None,
) -> None:
    told, wave = row_of(tables["waves"], city, number), answered[city, number]
    assert (told["weighting"], told["categories_joined"]) == (weighting, joined)
    assert told["respondents"] == len(wave.rows) == told["complete"] + told["partial"]
    one = wave.estimate(lambda _: 1.0)
    assert float(told["design_effect"]) == pytest.approx(one.design_effect, rel=1e-5)
    assert float(told["largest_weight"]) == pytest.approx(max(wave.weights), rel=1e-5)
    if reached is None:
        assert told["response_rate"] is None
    else:
        assert float(told["response_rate"]) == pytest.approx(len(wave.rows) / reached, abs=1e-8)


def test_what_was_planted_is_set_aside_and_counted(tables: dict[str, list[Row]]) -> None:
    roma, prato = (row_of(tables["waves"], city, 2) for city in ("roma", "prato"))
    assert roma["set_aside_programs"] == sample.MADE_BY_PROGRAMS + sample.TRAPPED
    assert roma["set_aside_duplicates"] == sample.TWICE
    assert prato["set_aside_careless"] == sample.UNREAD


def test_waves_are_compared_only_where_they_asked_alike(
    tables: dict[str, list[Row]], answered: dict[tuple[str, int], Wave]
) -> None:
    roma = [row for row in tables["changes"] if row["district_id"] == "roma"]
    assert {row["reason"] for row in roma} == {"universe_changed"}
    prato = row_of(tables["changes"], "prato", 2, statistic="index")
    before, now = (answered["prato", number].estimate(points) for number in (1, 2))
    assert prato["is_comparable"]
    assert float(prato["change"]) == pytest.approx(now.mean - before.mean, abs=1e-4)
    low, high = _welch(now, before)
    assert float(prato["change_low"]) == pytest.approx(low, abs=5e-3)
    assert float(prato["change_high"]) == pytest.approx(high, abs=5e-3)
    rescaled = row_of(tables["estimates"], "prato", 2, measure="inclusion_3", statistic="mean")
    assert rescaled["is_rescaled"]


def test_of_eight_answers_nothing_is_told(tables: dict[str, list[Row]]) -> None:
    [wave] = [row for row in tables["waves"] if row["district_id"] == "bergamo"]
    assert wave["suppressed"]
    assert wave["respondents"] is wave["design_effect"] is None
    told = [row for row in tables["estimates"] if row["district_id"] == "bergamo"]
    assert told
    assert {(row["suppressed"], row["estimate"], row["option"]) for row in told} == {
        (True, None, "")
    }


def test_what_people_wrote_is_in_no_file_of_an_edition(sample_played: SamplePlayed) -> None:
    folder = sample_played.edition("2026-10")
    for path in folder.rglob("*.parquet"):
        text = str(pq.read_table(path).to_pydict())
        assert not [canary for canary in sample.CANARIES if canary in text], path
    for path in (*folder.rglob("*.html"), *folder.rglob("*.csv")):
        text = path.read_text(encoding="utf-8")
        assert not [canary for canary in sample.CANARIES if canary in text], path


def _welch(now: Estimate, before: Estimate) -> tuple[float, float]:

    variances = now.error**2, before.error**2
    degrees = sum(variances) ** 2 / (
        variances[0] ** 2 / (now.answers - 1) + variances[1] ** 2 / (before.answers - 1)
    )
    half = float(student.ppf(0.975, degrees)) * sum(variances) ** 0.5
    change = now.mean - before.mean
    return change - half, change + half
