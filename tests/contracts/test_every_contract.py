"""Every dataset has a contract that loads, asks for what is required, and accepts valid rows."""

from pathlib import Path

import pytest

from pipelines.catalogue.issue import issues
from pipelines.quality.contract import contracts
from pipelines.quality.great_expectations_check import check
from pipelines.quality.row_pass import judge

EXPECTATIONS = Path(__file__).parents[2] / "expectations"
DATASETS = sorted(
    path.stem
    for path in (Path(__file__).parents[2] / "pipelines" / "catalogue" / "datasets").glob("*.yaml")
)


@pytest.fixture(scope="module")
def loaded(datasets):
    return contracts(datasets, EXPECTATIONS)


def test_every_dataset_has_one_contract_and_no_contract_is_left_over(loaded, datasets):
    assert set(loaded) == set(datasets)


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_contract_asks_for_every_required_column(loaded, datasets, dataset):
    required = {name for name, column in datasets[dataset].columns.items() if column.required}

    asked = {
        rule.column
        for rule in loaded[dataset].expectations
        if rule.type == "expect_column_values_to_not_be_null"
        and rule.action == "quarantine"
        and not rule.row_condition
    }

    assert required <= asked


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_contract_holds_the_key_unique_within_a_delivery(loaded, datasets, dataset):
    unique = [
        set(rule.columns)
        for rule in loaded[dataset].expectations
        if rule.type == "expect_compound_columns_to_be_unique"
    ]

    assert any(set(datasets[dataset].key) <= columns for columns in unique)


def test_every_code_of_a_contract_is_in_the_issue_catalogue(loaded):
    used = {rule.code for contract in loaded.values() for rule in contract.expectations}

    assert used <= set(issues())


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_contract_accepts_valid_rows_in_both_executors(loaded, received, valid, dataset):
    table = received(dataset, valid[dataset])

    judged = judge(loaded[dataset], table)

    broken = [result for result in judged.results if result.failed_rows and result.action != "note"]
    assert (broken, judged.refusal) == ([], None)
    assert judged.accepted.equals(table)
    assert check(loaded[dataset], table) == judged.results
