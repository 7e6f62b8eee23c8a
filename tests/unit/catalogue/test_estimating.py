"""What a source may declare of figures that were not read, and where."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines.catalogue.catalogue import load
from pipelines.catalogue.estimating import calendarised
from pipelines.catalogue.source import Source
from pipelines.warehouse.declared_districts import calendarisation_rows

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


def test_what_a_district_says_holds_where_its_source_says_nothing():
    said = dict(
        calendarised({"water": "days"}, {"water": "degree_days", "natural_gas": "degree_days"})
    )
    assert said == {"water": "days", "natural_gas": "degree_days"}
    assert set(dict(calendarised("days", "degree_days")).values()) == {"days"}


def test_a_district_says_it_once_for_readings_and_bills_and_not_for_curves(tmp_path: Path):
    (tmp_path / "d.yaml").write_text(
        """\
id: d
name: D
city: D
boundary:
  - {version: "1", valid_from: 2024-01-01, municipalities: ["100005"], description: {it: d, en: d}}
calendarise: {natural_gas: degree_days}
sources:
  curves: {dataset: meter_intervals, format: e_distribuzione_curves, from: "/i/*.xlsx"}
  water: {dataset: meter_registers, format: water_readings_csv, from: "/w/*.csv"}
  gas:
    dataset: meter_registers
    format: water_readings_csv
    from: "/g/*.csv"
    calendarise: days
""",
        encoding="utf-8",
    )

    said = {
        (row["source_id"], row["carrier"]): row["method"]
        for row in calendarisation_rows(load(tmp_path))
    }

    assert said["water", "natural_gas"] == "degree_days"
    assert said["gas", "natural_gas"] == "days"
    assert {source for source, _ in said} == {"water", "gas"}


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
