"""The row pass and Great Expectations say the same of every rule of the closed list."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.quality.contract import Contract
from pipelines.quality.expectation import RULES, Condition, Expectation
from pipelines.quality.great_expectations_check import MOST_ROWS, check
from pipelines.quality.row_pass import judge

SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        ("other", pa.string()),
        ("quantity", pa.decimal128(18, 6)),
        ("money", pa.decimal128(16, 2)),
        ("count", pa.int64()),
        ("day", pa.date32()),
        ("later", pa.date32()),
        ("start", pa.timestamp("us", tz="UTC")),
        ("end", pa.timestamp("us", tz="UTC")),
        ("flag", pa.bool_()),
        ("_known_at", pa.timestamp("us", tz="UTC")),
    ]
)

NULL = "expect_column_values_to_not_be_null"
BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
REGEX = "expect_column_values_to_match_regex"
PAIR = "expect_column_pair_values_a_to_be_greater_than_b"
UNIQUE = "expect_compound_columns_to_be_unique"
COUNT = "expect_table_row_count_to_be_between"
COLUMNS = "expect_table_columns_to_match_set"


def rule(type_: str, *conditions: Condition, **kwargs: object) -> Expectation:
    action = "quarantine" if "table" not in type_ else "note"
    return Expectation(
        type=type_,
        kwargs=RULES[type_](**kwargs),
        severity="warning",
        action=action,
        code="BAD_ID",
        row_condition=conditions,
    )


OF_A = Condition(column="text", values=("a", "è"))
TRUE = Condition(column="flag", equals=True)
FALSE = Condition(column="flag", equals=False)
OTHER_IS_NULL = Condition(column="other", is_null=True)
HAS_DAY = Condition(column="day", is_null=False)

RULES_TRIED = [
    rule(NULL, column="text"),
    rule(NULL, TRUE, column="quantity"),
    rule(NULL, OF_A, HAS_DAY, column="count"),
    rule(BETWEEN, column="quantity", min_value=0),
    rule(BETWEEN, column="quantity", min_value=0, strict_min=True, max_value=100),
    rule(BETWEEN, column="money", max_value=100, strict_max=True),
    rule(BETWEEN, FALSE, column="count", min_value=-1, max_value=1),
    rule(BETWEEN, column="day", min_value=date(2000, 1, 1)),
    rule(
        BETWEEN,
        column="day",
        min_value=date(2000, 1, 1),
        strict_min=True,
        max_value=date(2026, 1, 1),
    ),
    rule(BETWEEN, column="start", min_value=date(2000, 1, 1)),
    rule(BETWEEN, column="start", max_value=date(2026, 1, 1), strict_max=True),
    rule(IN_SET, column="text", value_set=("a", "b'c", "è")),
    rule(IN_SET, OTHER_IS_NULL, column="text", value_set=("a", "")),
    rule(IN_SET, column="count", value_set=(0, 1)),
    rule(IN_SET, column="flag", value_set=(False,)),
    rule(REGEX, column="text", regex="^[a-z0-9è]{1,3}$"),
    rule(REGEX, column="text", regex="^[^ ]+( [^ ]+)*$"),
    rule(REGEX, OF_A, column="other", regex="^(a|bc|\\.)*$"),
    rule(PAIR, column_A="end", column_B="start"),
    rule(PAIR, column_A="end", column_B="start", or_equal=True),
    rule(PAIR, column_A="later", column_B="day", or_equal=True),
    rule(PAIR, column_A="_known_on", column_B="day", or_equal=True),
    rule(PAIR, column_A="_known_at", column_B="end"),
    rule(PAIR, TRUE, column_A="quantity", column_B="money"),
    rule(UNIQUE, column_list=("text", "count")),
    rule(UNIQUE, column_list=("quantity", "day", "start")),
    rule(UNIQUE, OTHER_IS_NULL, column_list=("text", "flag")),
    rule(COUNT, min_value=1, max_value=4),
    rule(COUNT, min_value=3),
    rule(COLUMNS, column_set=("text", "day"), exact_match=False),
    rule(COLUMNS, column_set=("text", "day")),
    rule(COLUMNS, column_set=("text", "missing"), exact_match=False),
]
CONTRACT = Contract(dataset="any", expectations=tuple(RULES_TRIED))

texts = st.sampled_from(
    ["a", "b'c", "è", "", " ", "a ", "a\n", "A", "\N{CYRILLIC SMALL LETTER A}", "٣", "bc.", "😀"]
)
days = st.one_of(
    st.sampled_from([date(2000, 1, 1), date(1999, 12, 31), date(2026, 1, 1), date(2026, 11, 11)]),
    st.dates(),
)
MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
moments = st.one_of(
    st.sampled_from(
        [
            MIDNIGHT,
            MIDNIGHT.replace(year=2026),
            MIDNIGHT.replace(year=2026, month=10, day=25, hour=1),
        ]
    ),
    st.datetimes(min_value=MIDNIGHT.replace(year=1900), max_value=MIDNIGHT.replace(year=9000)),
).map(lambda moment: moment.replace(tzinfo=UTC))
ROW = st.fixed_dictionaries(
    {
        "text": st.none() | texts,
        "other": st.none() | texts,
        "quantity": st.none()
        | st.sampled_from(
            [Decimal(0), Decimal("0.000001"), Decimal("-0.000001"), Decimal("100.000001")]
        )
        | st.decimals(-1000, 1000, places=6),
        "money": st.none() | st.sampled_from([Decimal("100.00"), Decimal("99.99")]),
        "count": st.none() | st.integers(-2, 2),
        "day": st.none() | days,
        "later": st.none() | days,
        "start": st.none() | moments,
        "end": st.none() | moments,
        "flag": st.none() | st.booleans(),
        "_known_at": st.just(datetime(2026, 11, 10, 12, tzinfo=UTC)) | moments,
    }
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, max_size=8))
def test_the_two_executors_agree_on_every_rule_and_any_rows(rows):
    received = pa.Table.from_pylist(rows, schema=SCHEMA)

    assert judge(CONTRACT, received).results == check(CONTRACT, received)


def test_every_rule_of_the_closed_list_is_tried():
    assert {one.type for one in RULES_TRIED} == set(RULES)


def test_great_expectations_declines_a_delivery_that_only_the_row_pass_can_carry():
    large = pa.table({"text": pa.nulls(MOST_ROWS + 1, pa.string())})

    with pytest.raises(ValueError, match=r"50001 rows.*row_pass"):
        check(CONTRACT, large)


def test_great_expectations_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    check(CONTRACT, pa.Table.from_pylist([], schema=SCHEMA))

    assert list(tmp_path.iterdir()) == []
