"""A row that breaks its contract is set aside with the reason; the others go on."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from pipelines.quality.row_pass import judge

START = datetime(2026, 9, 30, 22, tzinfo=UTC)
QUARANTINE = "severity: warning, action: quarantine"
NOT_NULL = f"type: expect_column_values_to_not_be_null, {QUARANTINE}, code: MISSING_VALUE"
NOT_NEGATIVE = (
    "type: expect_column_values_to_be_between, kwargs: {column: quantity, min_value: 0}, "
    f"{QUARANTINE}, code: NEGATIVE_QUANTITY"
)
IN_ORDER = (
    "type: expect_column_pair_values_a_to_be_greater_than_b, "
    "kwargs: {column_A: interval_end, column_B: interval_start}, "
    f"{QUARANTINE}, code: EMPTY_INTERVAL"
)
NOT_FUTURE = (
    "type: expect_column_pair_values_a_to_be_greater_than_b, "
    "kwargs: {column_A: _known_on, column_B: read_on, or_equal: true}, "
    f"{QUARANTINE}, code: FUTURE_DATE"
)
UNIQUE = (
    "type: expect_compound_columns_to_be_unique, "
    "kwargs: {column_list: [point_id, interval_start]}, "
    f"{QUARANTINE}, code: DUP_CONFLICT"
)
SOME_ROWS = (
    "type: expect_table_row_count_to_be_between, kwargs: {min_value: 1}, "
    "severity: critical, action: refuse, code: NO_ROWS"
)


def reasons(judged):
    return judged.quarantined.select(["_row", "code", "column", "raw"]).to_pylist()


def test_a_broken_row_is_quarantined_with_code_column_and_what_stood_there(contract, delivery):
    received = delivery(
        {"point_id": "a", "quantity": Decimal("1.5")},
        {"point_id": "b", "quantity": Decimal("-2.25")},
    )

    judged = judge(contract(NOT_NEGATIVE), received)

    assert judged.accepted["point_id"].to_pylist() == ["a"]
    assert reasons(judged) == [
        {"_row": 2, "code": "NEGATIVE_QUANTITY", "column": "quantity", "raw": "-2.250000"}
    ]
    assert judged.accepted.schema == received.schema
    assert judged.quarantined.schema.names == [*received.schema.names, "code", "column", "raw"]


def test_the_first_declared_rule_a_row_breaks_names_its_code(contract, delivery):
    received = delivery({"quantity": Decimal(-1)})

    first = judge(contract(f"{NOT_NULL}, kwargs: {{column: point_id}}", NOT_NEGATIVE), received)
    second = judge(contract(NOT_NEGATIVE, f"{NOT_NULL}, kwargs: {{column: point_id}}"), received)

    assert (first.counts, second.counts) == ({"MISSING_VALUE": 1}, {"NEGATIVE_QUANTITY": 1})


def test_every_rule_counts_the_rows_that_break_it_whichever_comes_first(contract, delivery):
    judged = judge(
        contract(f"{NOT_NULL}, kwargs: {{column: point_id}}", NOT_NEGATIVE),
        delivery({"quantity": Decimal(-1)}, {"point_id": "a"}),
    )

    assert [(result.failed_rows, result.passed) for result in judged.results] == [
        (1, False),
        (1, False),
    ]


def test_a_null_violates_only_not_null(contract, delivery):
    rules = contract(NOT_NEGATIVE, IN_ORDER, NOT_FUTURE)

    judged = judge(rules, delivery({"interval_start": START}))

    assert judged.accepted.num_rows == 1


def test_a_zero_length_interval_is_set_aside_with_both_ends(contract, delivery):
    judged = judge(contract(IN_ORDER), delivery({"interval_start": START, "interval_end": START}))

    (reason,) = reasons(judged)
    assert reason["column"] == "interval_end"
    assert reason["raw"].startswith("interval_end=2026-09-30 22:00:00")


def test_nobodys_today_is_the_future(contract, delivery):
    """Known at 2026-11-10 08:00 UTC, when it was at most 22:00 of that day anywhere."""
    judged = judge(
        contract(NOT_FUTURE),
        delivery({"read_on": date(2026, 11, 10)}, {"read_on": date(2026, 11, 11)}),
    )

    assert judged.accepted["read_on"].to_pylist() == [date(2026, 11, 10)]
    assert judged.counts == {"FUTURE_DATE": 1}


def test_both_of_two_conflicting_rows_are_set_aside_and_their_neighbours_stay(contract, delivery):
    rows = [
        {"point_id": "a", "interval_start": START, "quantity": Decimal(1)},
        {"point_id": "b", "interval_start": START, "quantity": Decimal(1)},
        {"point_id": "a", "interval_start": START, "quantity": Decimal(2)},
        {"point_id": None, "interval_start": START},
        {"point_id": None, "interval_start": START + timedelta(hours=1)},
    ]

    judged = judge(contract(UNIQUE), delivery(*rows))

    assert judged.accepted["_row"].to_pylist() == [2, 4, 5]
    assert judged.counts == {"DUP_CONFLICT": 2}
    assert reasons(judged)[0]["raw"].startswith("point_id=a; interval_start=2026-09-30")


def test_a_noted_rule_keeps_the_row_and_counts_it(contract, delivery):
    judged = judge(
        contract(NOT_NEGATIVE.replace("action: quarantine", "action: note")),
        delivery({"quantity": Decimal(-1)}),
    )

    assert judged.accepted.num_rows == 1
    assert [(result.action, result.failed_rows) for result in judged.results] == [("note", 1)]


def test_a_rule_is_only_about_the_rows_of_its_condition(contract, delivery):
    only_energy = f"{NOT_NEGATIVE}, row_condition: {{column: unit, in: [kWh]}}"
    rows = [{"unit": unit, "quantity": Decimal(-1)} for unit in ("kWh", "m3", None)]

    judged = judge(contract(only_energy), delivery(*rows))

    assert judged.quarantined["unit"].to_pylist() == ["kWh"]


def test_a_refusing_rule_refuses_the_delivery_and_says_why_in_both_languages(contract, delivery):
    rules = contract(NOT_NEGATIVE.replace("action: quarantine", "action: refuse"))

    judged = judge(rules, delivery({"quantity": Decimal(-1)}, {"quantity": Decimal(1)}))

    assert judged.accepted.num_rows == 0
    assert (judged.refusal.code, judged.refusal.count) == ("NEGATIVE_QUANTITY", 1)
    assert judged.refusal.detail.en.startswith("quantity: 1 of 2 rows.")
    assert judged.refusal.detail.it.startswith("quantity: 1 righe su 2.")


def test_too_large_a_share_of_bad_rows_refuses_the_delivery_and_keeps_the_reasons(
    contract, delivery
):
    rules = contract(NOT_NEGATIVE, head="refuse_above_share: 0.5")
    good, bad = {"quantity": Decimal(1)}, {"quantity": Decimal(-1)}

    half, most = judge(rules, delivery(good, bad)), judge(rules, delivery(good, bad, bad))

    assert half.refusal is None
    assert (most.refusal.code, most.refusal.count, most.accepted.num_rows) == (
        "TOO_MANY_BAD_ROWS",
        2,
        0,
    )
    assert most.counts == {"NEGATIVE_QUANTITY": 2}


def test_an_empty_delivery_is_judged_by_its_table_rules(contract, delivery):
    judged = judge(contract(SOME_ROWS, NOT_NEGATIVE, UNIQUE), delivery())

    assert judged.refusal.code == "NO_ROWS"


def test_a_key_that_may_be_a_name_is_never_shown(contract, delivery):
    rule = (
        "type: expect_column_values_to_match_regex, "
        "kwargs: {column: person_key, regex: '^[0-9a-z]+$'}, "
        f"{QUARANTINE}, code: BAD_ID"
    )

    judged = judge(contract(rule), delivery({"person_key": "Maria Rossi"}))

    assert reasons(judged) == [{"_row": 1, "code": "BAD_ID", "column": "person_key", "raw": None}]


def test_what_stood_there_is_cut_at_200_characters(contract, delivery):
    rule = (
        "type: expect_column_values_to_match_regex, kwargs: {column: point_id, regex: '^a$'}, "
        f"{QUARANTINE}, code: BAD_ID"
    )

    judged = judge(contract(rule), delivery({"point_id": "è" * 500}))

    assert judged.quarantined["raw"].to_pylist() == ["è" * 200]


def test_the_same_delivery_is_judged_the_same_way_every_time(contract, delivery):
    rules = contract(NOT_NEGATIVE, UNIQUE)
    received = delivery(
        *({"point_id": str(n % 700), "quantity": Decimal(n % 3 - 1)} for n in range(1000))
    )

    first, second = judge(rules, received), judge(rules, received)

    assert first.accepted.equals(second.accepted)
    assert first.quarantined.equals(second.quarantined)
    assert (
        pa.concat_tables([first.accepted, first.quarantined.select(received.schema.names)]).num_rows
        == 1000
    )
