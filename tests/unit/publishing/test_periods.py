"""Quarters and years are views of one monthly edition: nothing is in them that it did not publish."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipelines.publishing.language import words
from pipelines.publishing.periods.figures import (
    PARTS,
    RATIO,
    SCHEMA,
    STATE,
    SUM,
    figures,
    parts,
    rule_of,
)
from pipelines.publishing.periods.period import Period, ended_by
from pipelines.publishing.periods.reading import DistrictPeriod, PeriodReading
from pipelines.publishing.reading import Reading
from pipelines.publishing.report.page_one.rules import declared, said
from pipelines.publishing.report.sections.period_sentences import FACTS, sentences
from pipelines.publishing.rows import Row, to_table
from pipelines.settings import checkout

Q3 = Period.named("2026-Q3")
_HIDEABLE = ["ENE01", "WAT01", "GOV01", "ENE07"]


@cache
def published(folder: Path) -> dict[tuple[str, str, str], Row]:
    """The rows of an edition, read once."""
    return dict(Reading(folder).values)


class Changed(Reading):
    """An edition of which single published rows say something else."""

    def __init__(self, folder: Path, change: Callable[[Row], Row | None]) -> None:
        super().__init__(folder)
        object.__setattr__(self, "change", change)

    @cached_property
    def values(self):  # type: ignore[override]
        """The rows as changed; None takes a row away."""
        told = published(self.folder)
        made = {key: self.change(dict(row)) for key, row in told.items()}  # type: ignore[attr-defined]
        return {key: row for key, row in made.items() if row is not None}


def one(reading: Reading, period: Period, code: str, district: str = "prato") -> Row:
    """The figure of one KPI."""
    found = figures(reading, period, "test")
    return next(row for row in found if (row["district_id"], row["kpi_code"]) == (district, code))


def months(reading: Reading, period: Period, code: str, district: str = "prato") -> list[Row]:
    """What was published of its months."""
    return [reading.values[district, month, code] for month in period.months]


def test_a_quarter_and_a_year_have_their_civil_months() -> None:
    assert Q3.months == ("2026-07", "2026-08", "2026-09")
    assert Period.named("2025").months[0] == "2025-01"
    assert len(Period.named("2025").months) == 12
    assert Q3.before == Period.named("2025-Q3")
    assert [part.quarter for part in Period.named("2025").parts] == [1, 2, 3, 4]
    assert (Q3.start.isoformat(), Q3.end.isoformat()) == ("2026-07-01", "2026-10-01")


@pytest.mark.parametrize("wrong", ["2026-Q5", "2026-10", "26", "2026-q3", ""])
def test_what_is_no_period_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="neither a quarter nor a year"):
        Period.named(wrong)


def test_a_quarter_ends_every_third_month_and_a_year_in_december() -> None:
    assert [one.name for one in ended_by("2026-09")] == ["2026-Q3"]
    assert [one.name for one in ended_by("2026-12")] == ["2026-Q4", "2026"]
    assert ended_by("2026-10") == ()


def test_a_sum_is_that_of_the_published_months_to_the_digit(reading: Reading) -> None:
    told = one(reading, Q3, "ENE01")

    assert told["value"] == sum(row["value"] for row in months(reading, Q3, "ENE01"))
    assert told["value_adjusted"] == sum(row["value_adjusted"] for row in months(reading, Q3, "ENE01"))  # fmt: skip
    assert (told["rule"], told["months_told"], told["reason"]) == (SUM, 3, None)
    before = sum(row["value"] for row in months(reading, Q3.before, "ENE01"))
    assert told["value_year_before"] == before


def test_a_ratio_is_one_of_sums_and_no_mean_of_ratios(reading: Reading) -> None:
    code = next(
        code
        for code, kpi in reading.kpis.items()
        if rule_of(kpi) == RATIO
        and all(
            row["value"] is not None and row["denominator"] for row in months(reading, Q3, code)
        )
        and len({row["denominator"] for row in months(reading, Q3, code)}) > 1
    )
    rows, kpi = months(reading, Q3, code), reading.kpis[code]

    told = one(reading, Q3, code)

    wanted = sum(r["numerator"] for r in rows) / sum(r["denominator"] for r in rows) * kpi["scale"]
    mean = sum(r["value"] for r in rows) / 3
    assert abs(told["value"] - wanted) < Decimal("1e-9")
    assert told["value"] != mean


def test_what_speaks_of_twelve_months_is_as_at_the_end(reading: Reading) -> None:
    told, last = one(reading, Q3, "EMI11"), reading.values["prato", "2026-09", "EMI11"]

    assert told["rule"] == STATE
    assert {name: told[name] for name in ("value", "target", "gap", "signal", "grade")} == {
        name: last[name] for name in ("value", "target", "gap", "signal", "grade")
    }


@pytest.mark.parametrize("reason", ["suppressed", "suppressed_since_edition", "withheld"])
@pytest.mark.parametrize("code", ["ENE01", "GOV01"])
@pytest.mark.parametrize("hidden", Q3.months)
def test_no_total_stands_beside_two_published_months_where_the_third_is_hidden(
    reading: Reading, reason: str, code: str, hidden: str
) -> None:
    def hide(row: Row) -> Row:
        if (row["district_id"], row["month"], row["kpi_code"]) != ("prato", hidden, code):
            return row
        gone = dict.fromkeys(("value", "value_adjusted", "numerator", "denominator"))
        return {**row, **gone, "suppressed": reason != "withheld", "reason": reason}

    told = one(Changed(reading.folder, hide), Q3, code)

    assert all(told[name] is None for name in ("value", "value_adjusted", "numerator", "denominator"))  # fmt: skip
    assert (told["reason"], told["reason_months"]) == (reason, hidden)
    year = one(Changed(reading.folder, hide), Period.named("2026-Q3"), code)
    assert year["value"] is None


def test_a_hidden_flag_alone_hides_the_period(reading: Reading) -> None:
    """Also where a row still bore a value: the flag decides."""

    def flag(row: Row) -> Row:
        mine = (row["district_id"], row["month"], row["kpi_code"]) == ("prato", "2026-08", "ENE01")
        return {**row, "suppressed": True} if mine else row

    assert one(Changed(reading.folder, flag), Q3, "ENE01")["value"] is None


def test_a_month_that_is_missing_is_no_zero(reading: Reading) -> None:
    def drop(row: Row) -> Row | None:
        return None if (row["month"], row["kpi_code"]) == ("2026-07", "ENE01") else row

    told = one(Changed(reading.folder, drop), Q3, "ENE01")

    assert told["value"] is None
    assert (told["reason"], told["reason_months"], told["months_told"]) == ("not_yet", "2026-07", 2)


@hypothesis_settings(max_examples=15, deadline=None)
@given(st.sets(st.tuples(st.sampled_from(Q3.months), st.sampled_from(_HIDEABLE)), max_size=8))
def test_a_period_says_no_more_than_the_published_rows(
    reading: Reading, hidden: set[tuple[str, str]]
) -> None:
    """What a hidden row held changes nothing: a period is a function of what was published."""

    def gone(with_value: Decimal) -> Callable[[Row], Row]:
        def change(row: Row) -> Row:
            if (row["month"], row["kpi_code"]) not in hidden:
                return row
            left = dict.fromkeys(
                ("value", "value_adjusted", "numerator", "denominator"), with_value
            )
            return {**row, **left, "suppressed": True, "reason": "suppressed"}

        return change

    first, second = (
        figures(Changed(reading.folder, gone(Decimal(value))), Q3, "test") for value in (1, 999)
    )

    summed = lambda rows: [row for row in rows if row["rule"] != STATE]  # noqa: E731
    assert summed(first) == summed(second)


def test_a_comparison_needs_the_same_boundary_and_readings(reading: Reading) -> None:
    def moved(row: Row) -> Row:
        return {**row, "boundary_version": "v2"} if row["month"] in Q3.months else row

    def unread(row: Row) -> Row:
        low = row["month"] == "2026-08" and row["coverage"] is not None
        return {**row, "coverage": Decimal("0.5")} if low else row

    assert one(reading, Q3, "ENE01")["why_not_comparable"] is None
    assert one(Changed(reading.folder, moved), Q3, "ENE01")["why_not_comparable"] == "boundary"
    assert one(Changed(reading.folder, unread), Q3, "ENE01")["why_not_comparable"] == "coverage"


def test_each_figure_names_the_published_values_it_is_made_of(reading: Reading) -> None:
    made = [row for row in parts(reading, Q3) if row["district_id"] == "prato"]
    told = one(reading, Q3, "ENE01")

    energy = [row for row in made if row["kpi_code"] == "ENE01"]
    assert [row["month"] for row in energy] == list(Q3.months)
    assert sum(row["value"] for row in energy) == told["value"]
    assert all(row["kpi_value_id"] for row in energy)
    assert [row["month"] for row in made if row["kpi_code"] == "EMI11"] == ["2026-09"]
    to_table(made, PARTS)
    to_table(figures(reading, Q3, "test"), SCHEMA)


RULES = declared(checkout() / "reports" / "period_page_one.yaml")


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_rule_of_page_one_has_its_facts_and_its_words(
    reading: Reading, language: str
) -> None:
    """Every fact that a rule asks for is found, and every text can be said of any district."""
    said_in = words(language, checkout() / "reports" / "text")
    for district in ("prato", "bergamo", "parma", "roma"):
        for period in (Q3, Period.named("2025")):
            of = DistrictPeriod(PeriodReading(reading, period, {"id": "x"}), district)
            for rule in RULES.rules:
                if not rule.cases:
                    continue
                facts = FACTS[rule.rule](of, said_in)
                for case in rule.cases:
                    if facts.hold(case.when[:1]):
                        said(rule, facts, said_in, "periods")
    for text in RULES.texts():
        assert said_in.has(f"periods.{text}"), text


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("it", "Nel terzo trimestre del 2026 i punti misurati (ogni mese almeno "),
        ("en", "In the third quarter of 2026 the metered points (each month at least "),
    ],
)
def test_page_one_says_the_figures_of_the_period(
    reading: Reading, language: str, first: str
) -> None:
    said_in = words(language, checkout() / "reports" / "text")
    of = DistrictPeriod(PeriodReading(reading, Q3, {"id": "x"}), "prato")
    told = sentences(of, said_in)

    value = one(reading, Q3, "ENE01")["value"]
    assert told[0].text.replace("\u00a0", " ").startswith(first)
    assert said_in.number(value) in told[0].text
    assert len(told) <= RULES.at_most
    hidden = DistrictPeriod(PeriodReading(reading, Q3, {"id": "x"}), "bergamo")
    text = " ".join(each.text for each in sentences(hidden, said_in))
    assert ("riservato" if language == "it" else "confidential") in text
