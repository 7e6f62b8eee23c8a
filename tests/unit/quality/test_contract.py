"""A contract that cannot be meant does not load, and says where and what would be accepted."""

import re
from pathlib import Path

import pytest

from pipelines.catalogue.declaration import DeclarationError
from pipelines.quality.contract import contract_of, contracts
from pipelines.quality.derived import NEEDS
from pipelines.quality.expectation import RULES

QUARANTINE = "severity: critical, action: quarantine, code: BAD_ID"
NOT_NULL = f"type: expect_column_values_to_not_be_null, {QUARANTINE}"
BETWEEN = f"type: expect_column_values_to_be_between, {QUARANTINE}"
IN_SET = f"type: expect_column_values_to_be_in_set, {QUARANTINE}"
REGEX = f"type: expect_column_values_to_match_regex, {QUARANTINE}"
PAIR = f"type: expect_column_pair_values_a_to_be_greater_than_b, {QUARANTINE}"
ROWS = f"type: expect_table_row_count_to_be_between, {QUARANTINE}"
UNIT = "kwargs: {column: unit}"

REFUSED = {
    f"{NOT_NULL.replace('not_be_null', 'be_nul')}, {UNIT}": (
        "'expect_column_values_to_be_nul' is not a rule. "
        "Did you mean 'expect_column_values_to_not_be_null'?"
    ),
    f"{NOT_NULL}, kwargs: {{column: point}}": (
        "'point' is not a column of meters. Did you mean 'point_id'?"
    ),
    f"{NOT_NULL}, kwargs: {{column: point_id, mostly: 0.9}}": (
        "'mostly' is not a known key. Accepted: column."
    ),
    f"{NOT_NULL}, {UNIT}, mostly: 1": "'mostly' is not a known key.",
    f"{NOT_NULL.replace('BAD_ID', 'BAD_IDS')}, {UNIT}": (
        "'BAD_IDS' is not an issue code. Did you mean 'BAD_ID'?"
    ),
    f"{BETWEEN}, kwargs: {{column: quantity}}": "needs min_value, max_value or both.",
    f"{BETWEEN}, kwargs: {{column: quantity, min_value: 2, max_value: 1}}": (
        "min_value is above max_value."
    ),
    f"{BETWEEN}, kwargs: {{column: quantity, min_value: 0.1}}": "min_value",
    f"{BETWEEN}, kwargs: {{column: quantity, min_value: 2020-01-01}}": (
        "'quantity' is a number and cannot be compared with 2020-01-01."
    ),
    f"{BETWEEN}, kwargs: {{column: read_on, min_value: 5}}": (
        "'read_on' is a date and cannot be compared with 5."
    ),
    f"{PAIR}, kwargs: {{column_A: _known_on, column_B: interval_end}}": (
        "'_known_on' is a date and cannot be compared with 'interval_end' is a timestamp."
    ),
    f"{PAIR}, kwargs: {{column_A: _period_days, column_B: quantity}}": (
        "'_period_days' is not a column of meters."
    ),
    f"{REGEX}, kwargs: {{column: quantity, regex: '^[0-9]$'}}": (
        "'quantity' is a number; a pattern is for texts."
    ),
    f"{REGEX}, kwargs: {{column: point_id, regex: '[0-9]+'}}": "start it with ^ and end it with $.",
    f"{REGEX}, kwargs: {{column: point_id, regex: '^\\d+$'}}": "classes out, like [0-9] for \\d",
    f"{REGEX}, kwargs: {{column: point_id, regex: '^a.b$'}}": "write what may stand there",
    f"{REGEX}, kwargs: {{column: point_id, regex: '^a|b$'}}": "put alternatives in brackets",
    f"{REGEX}, kwargs: {{column: point_id, regex: '^(?=a)b$'}}": "only plain groups",
    f"{REGEX}, kwargs: {{column: point_id, regex: '^(a$'}}": "not a pattern",
    f"{NOT_NULL}, {UNIT}, row_condition: {{column: unit, in: [MWh]}}": "'MWh' is never in 'unit'.",
    f"{NOT_NULL}, {UNIT}, row_condition: {{column: unit, in: [kWh], is_null: false}}": (
        "says exactly one of in, equals, is_null."
    ),
    f"{NOT_NULL}, {UNIT}, row_condition: {{column: unit, equals: true}}": "'equals' is for flags.",
    f"{IN_SET}, kwargs: {{column: unit, value_set: [1]}}": (
        "'unit' is a text; value_set has number."
    ),
    f"{ROWS}, kwargs: {{min_value: 1}}": "it has no rows to pick.",
}


def test_a_contract_keeps_its_rules_in_declared_order(contract):
    loaded = contract(
        f"{NOT_NULL}, kwargs: {{column: point_id}}",
        f"{BETWEEN}, kwargs: {{column: quantity, min_value: 0}}",
    )

    assert [rule.column for rule in loaded.expectations] == ["point_id", "quantity"]


@pytest.mark.parametrize(("rule", "said"), REFUSED.items())
def test_a_rule_that_cannot_be_meant_is_refused_with_its_line(contract, rule, said):
    with pytest.raises(DeclarationError) as refused:
        contract(f"{NOT_NULL}, kwargs: {{column: unit}}", rule)

    message = str(refused.value)
    assert "meters.yaml:5: expectations.1" in message
    assert said in message


def test_every_mistake_of_a_contract_is_told_at_once(contract):
    with pytest.raises(DeclarationError) as refused:
        contract(f"{NOT_NULL}, kwargs: {{column: a}}", f"{NOT_NULL}, kwargs: {{column: b}}")

    assert len(refused.value.mistakes) == 2


def test_a_dataset_without_a_contract_and_a_contract_without_a_dataset_are_refused(
    dataset, tmp_path
):
    (tmp_path / "mters.yaml").write_text("dataset: mters\nexpectations: []\n")

    with pytest.raises(DeclarationError) as refused:
        contracts({"meters": dataset}, tmp_path)

    assert "dataset 'meters' has no contract" in str(refused.value)
    assert "mters.yaml:1: there is no dataset 'mters'. Did you mean 'meters'?" in str(refused.value)


def test_a_contract_of_another_dataset_under_this_name_is_refused(dataset, write):
    rule = f"  - {{{NOT_NULL}, kwargs: {{column: unit}}}}\n"

    with pytest.raises(
        DeclarationError, match=r"meters\.yaml:1: dataset: 'others' is not the dataset"
    ):
        contract_of(dataset, write(f"dataset: others\nexpectations:\n{rule}"))


def test_the_documentation_lists_every_rule_with_its_arguments():
    lines = (Path(__file__).parents[3] / "docs" / "contracts.md").read_text().splitlines()

    for name, kwargs in RULES.items():
        (row,) = [line for line in lines if line.startswith(f"| `{name}`")]
        assert set(kwargs.model_fields) <= set(re.findall(r"`(\w+)`", row))
    for name in NEEDS:
        assert any(line.startswith(f"| `{name}`") for line in lines)
