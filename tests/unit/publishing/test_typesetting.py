"""Apostrophes, gases, plurals and links between words as they are printed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.publishing.language import words
from pipelines.publishing.report.typesetting import typeset_text
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Costo dell'energia", "Costo dell’energia"),
        ("un po' di gas", "un po’ di gas"),
        ("CO2", "CO₂"),
        ("tCO2e e kgCO2e", "tCO₂e e kgCO₂e"),
        ("CH4, N2O", "CH₄, N₂O"),
        ("UNFCCC_IT_NG_CO2_2018", "UNFCCC_IT_NG_CO2_2018"),
        ("IPCC06_CH4_NATURAL_GAS_IND", "IPCC06_CH4_NATURAL_GAS_IND"),
    ],
)
def test_texts_are_printed_with_typographic_marks(typed, printed):
    assert typeset_text(typed) == printed


def test_a_percentage_does_not_break_and_has_no_space_in_english():
    assert typeset_text("il 95 % di", "it") == "il 95\u00a0% di"
    assert typeset_text("the 95 % interval", "en") == "the 95% interval"


def test_italian_lists_and_points_and_days_sound_right():
    it, en = words("it", TEXTS), words("en", TEXTS)

    assert it.both(["elettricità", "emissioni"]) == "elettricità ed emissioni"
    assert it.both(["acqua", "gas"]) == "acqua e gas"
    assert it.points(Decimal(1), 0) == "+1 punto"
    assert it.points(Decimal("-2.5")) == "−2,5 punti"
    assert it.day_from(date(2026, 11, 8), year=False) == "dall’8 novembre"
    assert it.day_from(date(2026, 11, 1), year=False) == "dal 1º novembre"
    assert it.since("2026-08", year=False) == "da agosto"
    assert en.day_from(date(2026, 9, 21), year=False) == "since 21 September"


def test_an_article_is_chosen_by_the_number_inside_the_emphasis():
    assert words("it", TEXTS).of("**8,1 %**") == "dell’**8,1 %**"
