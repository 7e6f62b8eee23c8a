"""A pace worked out again for a comparison, against least squares and Student's law of other programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.publishing.comparing.pace import chance, pace

TOLD = 2026 * 12 + 10
TONNES = st.lists(st.floats(50, 400), min_size=26, max_size=60)


def series(tonnes: list[float]) -> dict[int, float]:
    """Months that end with the one a pace is told of."""
    return {TOLD - len(tonnes) + 1 + n: value for n, value in enumerate(tonnes)}


@settings(deadline=None, max_examples=40)
@given(TONNES)
def test_the_slope_is_that_of_a_line_with_a_mean_for_each_calendar_month(
    tonnes: list[float],
) -> None:
    months = series(tonnes)
    seasons = [[float(index % 12 == n) for n in range(12)] for index in months]
    terms = np.array(
        [[index - TOLD, *season] for index, season in zip(months, seasons, strict=True)]
    )
    fitted = np.linalg.lstsq(terms, np.array(tonnes), rcond=None)[0]

    line = pace(months, TOLD)
    assert line is not None
    assert line.of_year == pytest.approx(144 * fitted[0], abs=1e-6)


def test_of_two_years_a_tonne_more_in_the_later_one_is_a_tonne_a_year_more() -> None:
    months = series([100.0] * 24)
    line = pace({**months, TOLD - 4: 107.0}, TOLD)
    assert line is not None
    assert line.of_year == pytest.approx(7)


def test_months_that_are_too_far_back_or_to_come_say_nothing() -> None:
    months = series([100.0 + n % 7 for n in range(60)])
    assert pace({**months, TOLD - 60: 900.0, TOLD + 1: 900.0}, TOLD) == pace(months, TOLD)


def test_a_line_that_fits_without_a_rest_arrives_or_does_not() -> None:
    months = series([200.0 - n for n in range(36)])
    # A tonne less each month: 2030 ends at the sum of twelve months on the line.
    last = sum(200.0 - n for n in range(36 + 50 - 12, 36 + 50))
    assert chance(months, TOLD, last + 1, 2030) == pytest.approx(1, abs=1e-6)
    assert chance(months, TOLD, last - 1, 2030) == pytest.approx(0, abs=1e-6)


def test_the_chance_of_the_forecast_itself_is_one_in_two() -> None:
    months = series([200.0 - n + 9 * ((n * 7919) % 13 - 6) for n in range(48)])
    low, high = -5000.0, 5000.0
    for _ in range(60):
        middle = (low + high) / 2
        found = chance(months, TOLD, middle, 2030)
        assert found is not None
        low, high = (middle, high) if found < 0.5 else (low, middle)
    # The straight line through 2030 by least squares on the same terms.
    terms = np.array(
        [[index - TOLD, *(float(index % 12 == n) for n in range(12))] for index in months]
    )
    fitted = np.linalg.lstsq(terms, np.array(list(months.values())), rcond=None)[0]
    year = sum(
        fitted[0] * (index - TOLD) + fitted[1 + index % 12]
        for index in range(2030 * 12 + 1, 2030 * 12 + 13)
    )
    assert middle == pytest.approx(year, abs=1e-3)


def test_a_target_year_that_is_over_has_no_chance() -> None:
    assert chance(series([100.0 + n % 5 for n in range(36)]), TOLD, 900, 2025) is None
