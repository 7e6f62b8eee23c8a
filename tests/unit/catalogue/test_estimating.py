"""What a source may declare of figures that were not read, and where."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from pipelines.catalogue.estimating import calendarised
from pipelines.catalogue.source import Source

PLACE = {"format": "any", "from": "${NZD_INBOX}/x/*.csv"}


def test_one_word_holds_for_every_carrier_and_a_map_for_its_own():
    bills = Source.model_validate(
        {"dataset": "utility_bills", "calendarise": "degree_days", **PLACE}
    )
    water = Source.model_validate(
        {"dataset": "meter_registers", "calendarise": {"natural_gas": "degree_days"}, **PLACE}
    )

    assert ("district_heat", "degree_days") in set(calendarised(bills.calendarise))
    assert list(calendarised(water.calendarise)) == [("natural_gas", "degree_days")]
    assert list(calendarised(None)) == []


def test_a_substitution_says_its_method_and_its_longest_gap():
    said = {"method": "linear", "up_to_hours": 6}
    curves = Source.model_validate({"dataset": "meter_intervals", "substitute": said, **PLACE})

    assert curves.substitute is not None
    assert curves.substitute.up_to_hours == Decimal(6)


@pytest.mark.parametrize(
    "said",
    [
        {"dataset": "meter_intervals", "calendarise": "days"},
        {"dataset": "meter_registers", "substitute": {"method": "linear", "up_to_hours": 6}},
        {"dataset": "meter_intervals", "substitute": {"method": "linear"}},
        {"dataset": "meter_intervals", "substitute": {"method": "guess", "up_to_hours": 6}},
        {"dataset": "meter_intervals", "substitute": {"method": "linear", "up_to_hours": 5000}},
        {"dataset": "utility_bills", "calendarise": {"steam": "days"}},
    ],
)
def test_what_cannot_be_estimated_is_refused(said: dict[str, object]):
    with pytest.raises(ValidationError):
        Source.model_validate({**said, **PLACE})
