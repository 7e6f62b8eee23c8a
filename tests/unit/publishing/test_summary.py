"""The sentences of page one, in both languages, from editions."""

from __future__ import annotations

import re

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.page_one.said import sentences
from pipelines.publishing.report.sections.tiles import tiles
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"


def said(reading: Reading, district: str, language: str = "it") -> list[str]:
    found = sentences(DistrictReading(reading, district), words(language, TEXTS))
    return [sentence.text.replace("\u00a0", " ") for sentence in found]


def test_raw_and_adjusted_stand_in_one_sentence_with_the_working_days(reading):
    first = said(reading, "prato")[0]

    assert re.fullmatch(
        r"A ottobre i punti misurati \(almeno il 97 % del perimetro\) hanno consumato 3\.746 MWh, il 7,3 % in meno "
        r"di un anno prima; a parità di clima la riduzione è del 7,8 %\. I giorni lavorativi erano 22, come un anno "
        r"prima\. Il dato è provvisorio\.",
        first,
    )


def test_the_same_sentence_in_english(reading):
    first = said(reading, "prato", "en")[0]

    assert first == (
        "In October the measured points (at least 97% of the boundary) used 3,746 MWh, 7.3% less than a year before; "
        "adjusted for weather, the reduction is 7.8%. There were 22 working days, the same as a year before. "
        "The figure is provisional."
    )


def test_at_most_six_sentences(reading):
    for district in reading.districts:
        assert 1 <= len(said(reading, district)) <= 6


def test_a_hidden_total_is_called_confidential_and_no_figure_of_it_is_said(reading):
    text = " ".join(said(reading, "bergamo"))

    assert "riservato" in text
    assert "MWh" not in text
    assert "tCO₂e" not in text


def test_what_is_not_collected_is_said_to_be_and_not_called_zero(reading):
    first = said(reading, "roma")[0]

    assert first.startswith("I consumi di energia e di acqua non sono ancora raccolti")


def test_what_is_missing_names_who_can_send_it(reading):
    assert (
        "Per l’acqua abbiamo il 72 % o poco più delle letture; mancano 41 contatori d’acqua su 156 (gestore idrico): "
        "perciò il dato non è giudicato." in said(reading, "prato")
    )


def test_under_ten_cases_are_printed_as_counts(reading):
    it = words("it", TEXTS)
    tile = next(
        tile for tile in tiles(DistrictReading(reading, "prato"), it).items if tile.code == "GOV01"
    )

    assert tile.value == "5 su 6"
    assert tile.comparisons[0].value.startswith("erano ")
    assert any("5 decisioni su 6" in sentence for sentence in said(reading, "prato"))


def test_status_has_words_and_a_symbol(reading):
    for code in ("it", "en"):
        for district in reading.districts:
            for tile in tiles(DistrictReading(reading, district), words(code, TEXTS)).items:
                assert tile.status.words
                assert tile.status.symbol
                assert tile.value == "–" or tile.reason is None


def test_no_value_is_a_dash_with_its_reason_in_words(reading):
    it = words("it", TEXTS)
    by_code = {tile.code: tile for tile in tiles(DistrictReading(reading, "roma"), it).items}

    assert by_code["ENE01"].value == "–"
    assert by_code["ENE01"].reason == "non ancora raccolto"
    assert by_code["ENE01"].status.words == "senza dato"
