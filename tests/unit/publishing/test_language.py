"""Figures, articles, prepositions and plurals in both languages; texts of both have the same keys."""

from __future__ import annotations

import string
from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_decimal

from pipelines.publishing.language import TextError, Words, rounded, words
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"


@pytest.fixture
def it() -> Words:
    return words("it", TEXTS)


@pytest.fixture
def en() -> Words:
    return words("en", TEXTS)


def spoken(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "the", "of"),
    [
        ("6.2", "il 6,2 %", "del 6,2 %"),
        ("8", "l’8,0 %", "dell’8,0 %"),
        ("11.4", "l’11,4 %", "dell’11,4 %"),
        ("1.2", "l’1,2 %", "dell’1,2 %"),
        ("0.5", "lo 0,5 %", "dello 0,5 %"),
        ("80", "l’80,0 %", "dell’80,0 %"),
        ("18", "il 18,0 %", "del 18,0 %"),
        ("3", "il 3,0 %", "del 3,0 %"),
    ],
)
def test_italian_articles_follow_the_sound_of_the_number(it, value, the, of):
    printed = it.percent(Decimal(value), 1)

    assert spoken(it.the(printed)) == the
    assert spoken(it.of(printed)) == of


def test_italian_millions_take_dei_or_degli(it):
    assert it.from_("12,4 milioni di euro") == "dei 12,4 milioni di euro"
    assert it.from_("8,1 milioni di euro") == "degli 8,1 milioni di euro"


def test_months_are_lower_case_and_take_their_preposition(it, en):
    assert it.in_month("2026-10") == "a ottobre"
    assert it.in_month("2026-08") == "ad agosto"
    assert it.in_month("2026-04") == "ad aprile"
    assert it.month("2026-10") == "ottobre 2026"
    assert it.month_short("2025-10") == "ott. 2025"
    assert en.in_month("2026-08") == "in August"
    assert en.month_short("2025-10") == "Oct 2025"


def test_days_are_written_as_italians_write_them(it, en):
    assert it.day(date(2026, 11, 1)) == "1º novembre 2026"
    assert it.day_in(date(2026, 11, 8), year=False) == "l’8 novembre"
    assert it.day_in(date(2026, 11, 1), year=False) == "il 1º novembre"
    assert it.day_in(date(2026, 11, 30), year=False) == "il 30 novembre"
    assert en.day(date(2026, 11, 10)) == "10 November 2026"


def test_numbers_have_the_signs_of_their_language_and_round_half_away_from_zero(it, en):
    assert it.number(Decimal("1234567.85"), 1) == "1.234.567,9"
    assert en.number(Decimal("1234567.85"), 1) == "1,234,567.9"
    assert it.number(Decimal("-2.5")) == "−3"
    assert it.number(Decimal("0.4"), sign=True) == "0"
    assert it.number(Decimal(4), sign=True) == "+4"
    assert spoken(it.percent(Decimal("6.25"), 1)) == "6,3 %"
    assert en.percent(Decimal("6.25"), 1) == "6.3%"


def test_plurals_follow_the_count(it, en):
    said = {"expected": 9, "who": "x", "meters": "…"}
    assert "manca …" in it.say("summary.owed_now", count=1, **said)
    assert "mancano …" in it.say("summary.owed_now", count=2, **said)
    assert "… out of 9 is" in en.say("summary.owed_now", count=1, **said)
    assert "… out of 9 are" in en.say("summary.owed_now", count=2, **said)


def test_both_languages_have_the_same_texts_with_the_same_forms(it, en):
    assert sorted(it.texts) == sorted(en.texts)
    for key, text in it.texts.items():
        assert isinstance(text, dict) == isinstance(en.texts[key], dict), key


def test_a_text_never_asks_for_a_value_the_other_language_cannot_be_given(it, en):
    grammar = {"the", "of", "percent", "amber", "to_amber", "of_amber", "grey", "the_grey"}
    grammar |= {"Those", "counted", "count", "day", "of_day"}

    def asked(text: object) -> set[str]:
        whole = " ".join(text.values()) if isinstance(text, dict) else str(text)
        return {name for _, name, _, _ in string.Formatter().parse(whole) if name}

    for key, text in it.texts.items():
        assert asked(text) ^ asked(en.texts[key]) <= grammar, key


def test_a_missing_text_is_an_error_and_not_a_blank(it):
    with pytest.raises(TextError, match="there is no text 'nowhere'"):
        it.say("nowhere")
    with pytest.raises(TextError, match="needs a value"):
        it.say("summary.days", days_now=3)


@pytest.mark.parametrize(
    "value", ["0", "-0.05", "999.995", "1000", "-1234567.891", "0.5", "1e9", "12345678901234.5678"]
)
@pytest.mark.parametrize("decimals", [0, 1, 2, 3])
def test_numbers_are_those_of_cldr(it, en, value, decimals):
    """The library that reads CLDR's patterns writes the same."""
    exact = rounded(Decimal(value), decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    for said in (it, en):
        wanted = format_decimal(abs(exact), format=pattern, locale=said.locale)
        assert said.number(Decimal(value), decimals).removeprefix("\u2212") == wanted
