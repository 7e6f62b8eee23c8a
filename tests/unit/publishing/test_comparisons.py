"""What is compared with what: not two months that were read differently, not a target of another inventory."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.page_one.said import sentences
from pipelines.publishing.report.sections.tiles import tiles
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"


def _prato(reading: Reading, month: str, code: str, **changed: Any) -> DistrictReading:
    """Prato of the same edition, with one value otherwise."""
    fresh, key = Reading(reading.folder), ("prato", month, code)
    vars(fresh)["values"] = {**fresh.values, key: {**fresh.values[key], **changed}}
    return DistrictReading(fresh, "prato")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "it",
            "; un anno prima si era letto almeno l’81 % del perimetro: il confronto rifletterebbe",
        ),
        (
            "en",
            "; a year before at least 81% of the boundary had been read: a comparison would reflect",
        ),
    ],
)
def test_a_change_of_what_was_read_is_not_told_as_one_of_use(reading, language, said):
    month = DistrictReading(reading, "prato").year_before
    read = _prato(reading, month, "ENE01", coverage=Decimal("0.81"))
    first = sentences(read, words(language, TEXTS))[0].text.replace("\u00a0", " ")

    assert said in first
    assert "7,3" not in first
    assert "7.3" not in first
    assert read.why_not_comparable("ENE01") == "coverage_differs"


def test_a_few_points_of_coverage_are_compared(reading):
    month = DistrictReading(reading, "prato").year_before
    assert _prato(reading, month, "ENE01", coverage=Decimal("0.93")).comparable("ENE01")


@pytest.mark.parametrize(
    ("code", "comparable"), [("EMI05", False), ("ENE01", True)], ids=["emissions", "energy"]
)
def test_emissions_without_a_carriers_factor_are_not_compared_with_those_that_have_it(
    reading, code, comparable
):
    """Then the coverage of the one year is confidential and that of the other is told."""
    month = DistrictReading(reading, "prato").year_before
    read = _prato(reading, month, code, coverage=None)

    assert read.comparable(code) is comparable
    assert read.why_not_comparable(code) == (None if comparable else "coverage_differs")


def test_a_declared_target_that_nothing_can_be_held_against_is_not_called_none(reading):
    read = _prato(reading, reading.month, "EMI11", target=None, gap=None, signal="none")
    it = words("it", TEXTS)
    said = " ".join(sentence.text for sentence in sentences(read, it))
    tile = next(tile for tile in tiles(read, it).items if tile.code == "EMI11")

    assert "il confronto con l’obiettivo dichiarato è sospeso" in said
    assert "non ha ancora dichiarato" not in said
    assert tile.status.words == "non confrontabile"
    assert tile.comparisons[-1].value == "confronto sospeso"
