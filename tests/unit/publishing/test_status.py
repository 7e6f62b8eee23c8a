"""Few cases, overdue decisions and grades, said in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
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


def test_a_weak_grade_is_explained_under_the_chart(prato, monkeypatch):
    parts = {"grade_factor_age": "D", "grade_coverage": "A"}
    value = {**(prato.kpi("EMI11") or {}), "grade": "D", "coverage": Decimal("0.95")}
    monkeypatch.setitem(prato.reading.qualities, ("prato", "2026-10", "EMI11"), parts)  # type: ignore[arg-type]
    monkeypatch.setitem(prato.reading.values, ("prato", "2026-10", "EMI11"), value)  # type: ignore[arg-type]

    assert (grade_note(prato, "EMI11", IT) or "").replace("\u00a0", " ") == (
        "Qualità D: i fattori di emissione sono datati (elettricità 2020, gas naturale 2020). "
        "Le emissioni sono note per almeno il 95 % dell’energia."
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


def test_emissions_name_the_carriers_that_have_no_factor(prato, monkeypatch):
    value = {**(prato.kpi("EMI11") or {}), "grade": None, "coverage": None}
    monkeypatch.setitem(prato.reading.values, ("prato", "2026-10", "EMI11"), value)
    slots = [
        {"scope": scope, "carrier": carrier}
        for scope, carrier in (("2_location", "district_heat"), ("3", "electricity"))
    ]
    monkeypatch.setitem(
        prato.reading._by_district,
        "empty_slots",
        {"prato": [{**each, "month": "2026-10"} for each in slots]},
    )

    assert grade_note(prato, "EMI11", IT) == (
        "Mancano le emissioni del teleriscaldamento: non c’è un fattore con una fonte."
    )
    assert grade_note(prato, "EMI11", words("en", TEXTS)) == (
        "Emissions from district heat are missing: there is no factor with a source."
    )


def test_a_good_and_complete_figure_needs_no_note(prato, monkeypatch):
    value = {**(prato.kpi("EMI11") or {}), "grade": "B", "coverage": Decimal(1)}
    monkeypatch.setitem(prato.reading.values, ("prato", "2026-10", "EMI11"), value)  # type: ignore[arg-type]

    assert grade_note(prato, "EMI11", IT) is None
