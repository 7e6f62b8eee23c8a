"""What goes wrong in real deliveries gets its own code, and the row beside it stays."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.quality.contract import contract_of
from pipelines.quality.great_expectations_check import check
from pipelines.quality.row_pass import judge

EXPECTATIONS = Path(__file__).parents[2] / "expectations"
TOMORROW = date(2026, 11, 12)

QUARANTINED = [
    ("meter_intervals", {"quantity": Decimal("-0.5")}, "NEGATIVE_QUANTITY"),
    ("meter_intervals", {"quantity": Decimal("99999.999")}, "IMPLAUSIBLE_QUANTITY"),
    ("meter_intervals", {"interval_end": None}, "MISSING_VALUE"),
    ("meter_intervals", {"unit": "m3"}, "WRONG_UNIT"),
    ("meter_intervals", {"point_id": "8,811E+11"}, "BAD_ID"),
    ("meter_registers", {"reading": Decimal(-1)}, "NEGATIVE_READING"),
    ("meter_registers", {"digits": 1}, "IMPLAUSIBLE_VALUE"),
    ("utility_bills", {"period_end": date(2026, 9, 1)}, "EMPTY_INTERVAL"),
    ("utility_bills", {"period_start": date(2024, 9, 1)}, "INTERVAL_TOO_LONG"),
    ("utility_bills", {"quantity": Decimal(-3)}, "NEGATIVE_QUANTITY"),
    ("utility_bills", {"unit": None}, "MISSING_VALUE"),
    ("utility_bills", {"quantity": None, "amount_net_eur": None}, "MISSING_VALUE"),
    ("metering_points", {"valid_to": date(2019, 1, 1)}, "DATES_REVERSED"),
    ("metering_points", {"contract_power_kw": Decimal(1_000_000)}, "IMPLAUSIBLE_VALUE"),
    ("metering_points", {"point_id": "IT001E1-PV"}, "DUP_CONFLICT"),
    ("renewable_surfaces", {"installed_kw": Decimal(-1)}, "IMPLAUSIBLE_VALUE"),
    ("weather_daily", {"value": Decimal("281.4")}, "IMPLAUSIBLE_VALUE"),
    ("weather_daily", {"day": TOMORROW}, "FUTURE_DATE"),
    ("district_activity", {"period_end": date(2026, 9, 1)}, "EMPTY_INTERVAL"),
    ("district_activity", {"value": Decimal(-1)}, "NEGATIVE_QUANTITY"),
    ("investment_projects", {"cup": "J51B2100294000"}, "BAD_CUP"),
    ("investment_projects", {"lifetime_years": Decimal(0)}, "IMPLAUSIBLE_VALUE"),
    ("investment_projects", {"as_of": date(1999, 12, 31)}, "DATE_TOO_OLD"),
    ("investment_projects", {"actual_end": date(2026, 10, 2)}, "FUTURE_DATE"),
    ("investment_projects", {"planned_end": date(9999, 12, 31)}, "DATE_TOO_FAR"),
    ("project_funding", {"amount_eur": Decimal(-1)}, "NEGATIVE_QUANTITY"),
    ("finance_barriers", {"due_on": date(2025, 12, 31)}, "DATES_REVERSED"),
    ("measures", {"ends_on": date(2024, 12, 31)}, "DATES_REVERSED"),
    ("measures", {"status": "completed", "ends_on": TOMORROW}, "STATE_CONTRADICTS_DATE"),
    ("measures", {"capex_eur": Decimal(-1)}, "IMPLAUSIBLE_VALUE"),
    ("measures", {"as_of": TOMORROW}, "FUTURE_DATE"),
    ("measure_points", {"code": "8,811E+11"}, "BAD_ID"),
    ("data_corrections", {"value_right": None}, "MISSING_VALUE"),
    ("data_corrections", {"expires_on": None}, "MISSING_VALUE"),
    ("data_corrections", {"answered_on": date(2026, 9, 30)}, "DATES_REVERSED"),
    ("data_corrections", {"told_on": TOMORROW, "answered_on": None}, "FUTURE_DATE"),
    ("non_routine_events", {"ends_on": date(2026, 5, 31)}, "DATES_REVERSED"),
    ("project_locations", {"municipality_code": "16024"}, "BAD_MUNICIPALITY_CODE"),
    ("cdtt_decisions", {"due_on": date(2026, 8, 31)}, "DUE_BEFORE_RAISED"),
    (
        "cdtt_decisions",
        {"closed_on": date(2026, 8, 31), "outcome": "approved"},
        "CLOSED_BEFORE_RAISED",
    ),
    ("cdtt_decisions", {"outcome": "approved"}, "STATE_CONTRADICTS_DATE"),
    ("cdtt_decisions", {"closed_on": date(2026, 9, 30)}, "STATE_CONTRADICTS_DATE"),
    ("cdtt_meetings", {"present": -1}, "NEGATIVE_COUNT"),
    ("policy_sandboxes", {"closed_on": date(2025, 1, 1)}, "CLOSED_BEFORE_RAISED"),
    ("shared_priorities", {"adopted_on": TOMORROW}, "FUTURE_DATE"),
    ("management_system", {"met_on": TOMORROW}, "FUTURE_DATE"),
    ("best_practices", {"catalogued_on": date(1900, 1, 1)}, "DATE_TOO_OLD"),
    ("shared_schemes", {"left_on": date(2026, 1, 1)}, "DATES_REVERSED"),
    ("participation_events", {"participants": -4}, "NEGATIVE_COUNT"),
    ("contributions", {"answered_on": date(2026, 8, 1)}, "DATES_REVERSED"),
    ("change_links", {"as_of": TOMORROW}, "FUTURE_DATE"),
    ("change_links", {"stage": None}, "MISSING_VALUE"),
    ("finance_barriers", {"closed_on": date(2025, 1, 1)}, "CLOSED_BEFORE_RAISED"),
    ("energy_contracts", {"energy_kwh": None}, "MISSING_VALUE"),
    ("energy_contracts", {"valid_to": date(2024, 1, 1)}, "DATES_REVERSED"),
    ("energy_contracts", {"cancelled_on": TOMORROW}, "FUTURE_DATE"),
    ("energy_contracts", {"factor_g_co2e_per_kwh": Decimal(450000)}, "IMPLAUSIBLE_VALUE"),
    ("activity_data", {"gpc_ref": "I.3.1"}, "COUNTED_BY_METERS"),
    ("activity_data", {"quantity": None}, "MISSING_VALUE"),
    ("activity_data", {"unit": None}, "MISSING_VALUE"),
    ("activity_data", {"series": None}, "MISSING_VALUE"),
    ("activity_data", {"notation_key": "NO"}, "MISSING_VALUE"),
    ("activity_data", {"period_end": date(2025, 1, 1)}, "EMPTY_INTERVAL"),
    ("course_enrolments", {"score_after": Decimal("100.5")}, "SCORE_OUT_OF_RANGE"),
    ("course_enrolments", {"person_key": "Maria Rossi"}, "BAD_ID"),
    ("course_enrolments", {"ended_on": TOMORROW}, "FUTURE_DATE"),
    ("learning_activities", {"hours": Decimal(0)}, "IMPLAUSIBLE_VALUE"),
    ("survey_answers", {"not_applicable": True}, "CONTRADICTION"),
    ("survey_answers", {"weight": Decimal(0)}, "IMPLAUSIBLE_VALUE"),
]

NOTED = [
    ("meter_intervals", {"quality": "estimated"}, "ESTIMATED_READING"),
    ("metering_points", {"role": "submeter"}, "MISSING_PARENT"),
    ("investment_projects", {"paid_eur": Decimal("5.01")}, "PAID_ABOVE_COMMITTED"),
    ("cdtt_meetings", {"present": 4}, "PRESENT_ABOVE_FORESEEN"),
    ("course_enrolments", {"score_after": None}, "SCORE_MISSING"),
    ("renewable_surfaces", {"installed_kw": Decimal(101)}, "ABOVE_POTENTIAL"),
]


@pytest.fixture
def broken(datasets, received, valid):
    """The contract of a dataset, and its valid rows with a few fields of the first one changed."""

    def build(dataset, change):
        first, *others = valid[dataset]
        table = received(dataset, [{**first, **change}, *others])
        return contract_of(datasets[dataset], EXPECTATIONS), table

    return build


@pytest.mark.parametrize(("dataset", "change", "code"), QUARANTINED)
def test_a_row_that_cannot_be_right_is_set_aside_with_its_code(broken, dataset, change, code):
    contract, table = broken(dataset, change)

    judged = judge(contract, table)

    both = code == "DUP_CONFLICT"
    assert judged.counts == {code: 2 if both else 1}
    assert (judged.refusal is not None) == both
    assert judged.accepted.num_rows == (0 if both else 1)


@pytest.mark.parametrize(("dataset", "change", "code"), NOTED)
def test_a_row_that_is_only_odd_is_kept_and_counted(broken, dataset, change, code):
    contract, table = broken(dataset, change)

    judged = judge(contract, table)

    assert judged.accepted.num_rows == 2
    assert {r.code for r in judged.results if r.failed_rows and r.action == "note"} >= {code}


def test_great_expectations_sees_every_failure_that_the_row_pass_sees(broken):
    for dataset, change, _ in QUARANTINED[::4]:
        contract, table = broken(dataset, change)
        assert check(contract, table) == judge(contract, table).results


def test_a_restated_flow_of_the_distributor_is_no_conflict(broken, valid, received):
    contract, _ = broken("meter_intervals", {})
    first = valid["meter_intervals"][0]
    rows = [
        {**first, "flow_code": "PDO", "flow_rank": 1},
        {**first, "flow_code": "RFO", "flow_rank": 3, "quantity": Decimal(2)},
    ]

    assert judge(contract, received("meter_intervals", rows)).accepted.num_rows == 2


def test_a_reading_of_an_interval_that_has_not_ended_is_from_the_future(broken, valid):
    end = valid["meter_intervals"][0]["interval_start"] + timedelta(days=41)
    contract, table = broken("meter_intervals", {"interval_end": end})

    assert judge(contract, table).counts == {"FUTURE_DATE": 1}
