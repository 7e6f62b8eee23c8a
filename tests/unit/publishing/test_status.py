"""Few cases, overdue decisions and grades, said in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.sections import summary
from pipelines.publishing.report.sections.figures import status_of
from pipelines.publishing.report.sections.grade_note import grade_note
from pipelines.publishing.report.sections.tiles import tiles
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"
IT = words("it", TEXTS)


@pytest.fixture
def prato(reading: Reading) -> DistrictReading:
    return DistrictReading(reading, "prato")


@pytest.mark.parametrize(("done", "said"), [(5, "raggiunto"), (4, "non raggiunto")])
def test_counts_below_ten_say_whether_the_target_is_met_and_take_no_colour(prato, done, said):
    row = {**(prato.kpi("GOV01") or {}), "numerator": Decimal(done)}
    status = status_of(row, prato, IT)

    assert status.words == said
    assert status.signal == "none"


def test_a_tile_of_counts_names_its_target(prato):
    tile = next(tile for tile in tiles(prato, IT).items if tile.code == "GOV01")

    assert tile.value == "5 su 6"
    assert (tile.comparisons[-1].label, tile.comparisons[-1].value) == ("obiettivo", "80\u00a0%")


def decision(due: date | None, title: str, closed: date | None = None) -> dict[str, Any]:
    return {"due_on": due, "title": title, "closed_on": closed, "district_id": "prato"}


@pytest.mark.parametrize(
    ("due", "italian", "english"),
    [
        (
            [date(2026, 11, 6), date(2026, 11, 8), date(2026, 11, 20)],
            "; delle 3 aperte a fine ottobre 2 sono scadute, la prima il 6 novembre: «T0»",
            "; of the 3 open at the end of October, 2 are overdue, the first since 6 November: “T0”",
        ),
        (
            [date(2026, 11, 8), date(2026, 11, 20)],
            "; delle 2 aperte a fine ottobre una è scaduta l’8 novembre: «T0»",
            "; of the 2 open at the end of October, one is overdue since 8 November: “T0”",
        ),
        (
            [date(2026, 11, 1)],
            "; resta aperta «T0», scaduta il 1º novembre",
            "; “T0” is still open and overdue since 1 November",
        ),
        (
            [date(2026, 11, 10)],
            "; resta aperta «T0», da decidere entro il 10 novembre",
            "; “T0” is still open, to be decided by 10 November",
        ),
    ],
)
def test_a_decision_past_its_day_is_called_overdue_and_not_due(
    prato, monkeypatch, due, italian, english
):
    rows = [decision(day, f"T{n}") for n, day in enumerate(due)]
    monkeypatch.setitem(prato.reading._by_district, "decisions", {"prato": rows})

    assert summary._open(prato, IT) == italian
    assert summary._open(prato, words("en", TEXTS)) == english


def test_a_weak_grade_is_explained_under_the_chart(prato, monkeypatch):
    parts = {"grade_factor_age": "D", "grade_coverage": "A"}
    value = {**(prato.kpi("EMI11") or {}), "grade": "D", "coverage": Decimal("0.95")}
    monkeypatch.setitem(prato.reading.qualities, ("prato", "2026-10", "EMI11"), parts)  # type: ignore[arg-type]
    monkeypatch.setitem(prato.reading.values, ("prato", "2026-10", "EMI11"), value)  # type: ignore[arg-type]

    assert (grade_note(prato, "EMI11", IT) or "").replace("\u00a0", " ") == (
        "Qualità D: i fattori di emissione sono datati (elettricità 2020, gas naturale 2020). "
        "Le emissioni sono note per il 95 % dell’energia."
    )


def test_a_grade_of_unknown_coverage_says_so_in_both_languages(prato, monkeypatch):
    value = {**(prato.kpi("EMI11") or {}), "grade": "E", "coverage": None}
    monkeypatch.setitem(
        prato.reading.qualities, ("prato", "2026-10", "EMI11"), {"grade_coverage": "E"}
    )
    monkeypatch.setitem(prato.reading.values, ("prato", "2026-10", "EMI11"), value)

    assert grade_note(prato, "EMI11", IT) == (
        "Qualità E: non si sa quanta parte del perimetro sia stata letta."
    )
    assert grade_note(prato, "EMI11", words("en", TEXTS)) == (
        "Quality E: it is not known how much of the boundary has been read."
    )


def test_a_good_and_complete_figure_needs_no_note(prato, monkeypatch):
    value = {**(prato.kpi("EMI11") or {}), "grade": "B", "coverage": Decimal(1)}
    monkeypatch.setitem(prato.reading.values, ("prato", "2026-10", "EMI11"), value)  # type: ignore[arg-type]

    assert grade_note(prato, "EMI11", IT) is None
