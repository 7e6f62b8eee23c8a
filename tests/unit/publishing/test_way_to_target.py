"""Section 2 and the chart of a change: what is said when, in words and numbers."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.language import words
from pipelines.publishing.protecting.trajectory import KEPT, forecasts, kept, trajectories
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.chart_data import WaterfallData
from pipelines.publishing.report.document import Chart, Note, Sentences, Table
from pipelines.publishing.report.sections.backtest import backtest
from pipelines.publishing.report.sections.change import year_of_change
from pipelines.publishing.report.sections.path import likelihood, path
from pipelines.settings import checkout

IT, EN = (words(code, checkout() / "reports" / "text") for code in ("it", "en"))


def said(reading: Reading, district: str, language: Any = EN) -> str:
    blocks = path(DistrictReading(reading, district), language).blocks
    text = [s.text for b in blocks if isinstance(b, Sentences) for s in b.items]
    return " ".join([*text, *(b.text for b in blocks if isinstance(b, Note))])


def test_needed_and_reached_pace_stand_in_one_sentence_with_the_interval(reading: Reading) -> None:
    assert (
        "Getting there takes −572 t a year; the pace of the last 24 months is −431 t a year "
        "(90 % interval: −671 to −191)." in said(reading, "prato")
    )
    assert "servono −572 t all’anno" in said(reading, "prato", IT)


def test_the_chance_is_told_in_words_and_as_a_number(reading: Reading) -> None:
    assert "is unlikely (27%)" in said(reading, "prato")
    assert "molto probabile (98\u00a0%)" in said(reading, "parma", IT)


@pytest.mark.parametrize(
    ("chance", "word"),
    [("0.995", "certain"), ("0.9", "very_likely"), ("0.66", "likely"), ("0.5", "even"),
     ("0.33", "even"), ("0.2", "unlikely"), ("0.05", "very_unlikely"), ("0.001", "almost_excluded")],
)  # fmt: skip
def test_words_of_likelihood_are_those_of_ipcc(chance: str, word: str) -> None:
    assert likelihood(Decimal(chance)) == word
    assert IT.has(f"likely.{word}")
    assert EN.has(f"likely.{word}")


def test_the_chart_of_the_way_has_a_message_a_band_and_its_table(reading: Reading) -> None:
    blocks = path(DistrictReading(reading, "prato"), EN).blocks
    (chart,) = [block for block in blocks if isinstance(block, Chart)]

    assert chart.title == "At this pace the target for 2030 is missed"
    assert [line.look for line in chart.data.lines] == ["main", "path", "forecast"]  # type: ignore[union-attr]
    band = chart.data.band  # type: ignore[union-attr]
    assert (
        sum(pair is not None for pair in band) == 51
    )  # today and the fifty months to December 2030
    assert band[-51] is not None
    assert band[-51][0] == band[-51][1]
    assert chart.twin.rows[-1][0].text == "2030"
    assert "–" in chart.twin.rows[-1][3].text


def test_a_district_without_a_target_or_figures_says_so(reading: Reading) -> None:
    text = said(reading, "roma")

    assert "has not declared an emissions target yet" in text
    assert "not available" in text


def test_forecasts_are_on_record_before_any_is_a_year_old(reading: Reading) -> None:
    (note,) = backtest(DistrictReading(reading, "prato"), EN)

    assert isinstance(note, Note)
    assert note.text.endswith("the first in the edition of April 2027.")


MART = pa.schema([field for field in KEPT if field.name not in ("edition", "known_at")]).append(
    pa.field("horizon_months", pa.int32())
)


def forecast(made: str, value: str, fact: str | None, naive: str = "1000") -> dict[str, Any]:
    """A forecast of a year ahead."""
    now = {"forecast_tco2e": value, "low_tco2e": "900", "high_tco2e": "990", "naive_tco2e": naive}
    return {
        "district_id": "d", "month": made, "for_month": f"{int(made[:4]) + 1}{made[4:]}",
        "horizon_months": 12, "method": "seasonal_line",
        **{name: Decimal(amount) for name, amount in now.items()},
        "fact_tco2e": None if fact is None else Decimal(fact), "error_tco2e": None,
        "naive_error_tco2e": None, "within_interval": None,
    }  # fmt: skip


def test_what_an_edition_foresaw_is_held_against_what_came(tmp_path: Path) -> None:
    folder = tmp_path / "2025-10" / "r1"
    (folder / "tables").mkdir(parents=True)
    about = {"id": "2025-10-r1", "month": "2025-10", "known_at": "2025-11-10T07:00:00Z"}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    rows = [forecast("2025-10", "950", None), forecast("2025-09", "960", None)]
    pq.write_table(pa.Table.from_pylist(rows), folder / "tables" / "emission_forecasts.parquet")
    values = [{"district_id": "d", "month": "2026-10", "kpi_code": "EMI11", "value": Decimal(940)}]

    (row,) = kept([folder], values).to_pylist()

    assert (row["edition"], row["known_at"], row["month"]) == (
        about["id"],
        about["known_at"],
        "2025-10",
    )
    assert (row["error_tco2e"], row["naive_error_tco2e"]) == (10, 60)
    assert row["within_interval"] is True


def test_a_fact_after_the_edition_or_not_published_is_not_told(tmp_path: Path) -> None:
    rows = [forecast("2025-10", "950", "940"), forecast("2025-09", "950", "930")]
    pq.write_table(
        pa.Table.from_pylist(rows, schema=MART), tmp_path / "fct_emission_forecasts.parquet"
    )
    readable = {
        ("d", month, code) for month in ("2025-09", "2025-10") for code in ("EMI11", "EMI14")
    }

    both = forecasts(tmp_path, "2026-10", readable | {("d", "2026-10", "EMI11")}).to_pylist()
    early = forecasts(tmp_path, "2026-09", readable | {("d", "2026-10", "EMI11")}).to_pylist()

    assert {row["month"]: row["fact_tco2e"] for row in both} == {"2025-09": None, "2025-10": 940}
    assert all(row["fact_tco2e"] is None for row in early)
    assert not forecasts(tmp_path, "2026-10", {("d", "2025-10", "EMI11")}).to_pylist()


def test_what_follows_from_a_hidden_figure_is_not_in_the_trajectory(tmp_path: Path) -> None:
    row = {
        "district_id": "d", "month": "2026-10", "target_tco2e": Decimal(700),
        "energy_tco2e_12m": Decimal(1000), "achieved_slope_tco2e": Decimal(-50),
        "required_slope_tco2e": Decimal(-70), "arrival_probability": Decimal("0.4"),
    }  # fmt: skip
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "fct_emission_trajectory.parquet")
    place = ("d", "2026-10")

    (none,) = trajectories(tmp_path, "2026-10", set()).to_pylist()
    (some,) = trajectories(tmp_path, "2026-10", {(*place, "EMI11"), (*place, "EMI14")}).to_pylist()

    assert none["target_tco2e"] == 700  # declared in public
    assert [none[name] for name in ("energy_tco2e_12m", "achieved_slope_tco2e")] == [None, None]
    assert (some["achieved_slope_tco2e"], some["arrival_probability"]) == (-50, None)


def test_the_backtest_says_whether_forecasting_helped(reading: Reading) -> None:
    read = DistrictReading(reading, "prato")
    rows = kept([], []).to_pylist()
    assert rows == []
    assert KEPT.names[0] == "edition"
    assert backtest(read, IT)


def test_a_change_is_drawn_from_part_to_part_with_its_table(reading: Reading) -> None:
    (chart,) = year_of_change(DistrictReading(reading, "prato"), EN)

    assert isinstance(chart, Chart)
    assert isinstance(chart.data, WaterfallData)
    assert sum(step.value for step in chart.data.steps) == pytest.approx(chart.data.total.value)
    assert "most of it is due to efficiency" in chart.title
    texts = [cell.text for row in chart.twin.rows for cell in row]
    assert "The twelve months before" in texts


def test_a_change_of_hidden_figures_is_not_told(reading: Reading) -> None:
    assert year_of_change(DistrictReading(reading, "bergamo"), EN) == []
    assert not [
        b for b in year_of_change(DistrictReading(reading, "roma"), EN) if isinstance(b, Table)
    ]
