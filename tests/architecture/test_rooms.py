"""The house keeps its order: imports point one way, and every declaration has its counterparts."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from pipelines.catalogue.declaration import plain, read_yaml

ROOT = Path(__file__).parents[2]
DATASETS = sorted(path.stem for path in (ROOT / "pipelines/catalogue/datasets").glob("*.yaml"))


def test_imports_point_one_way() -> None:
    from importlinter.cli import lint_imports

    standing = Path.cwd()
    os.chdir(ROOT)
    try:
        assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == 0
    finally:
        os.chdir(standing)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_dataset_has_a_contract_and_a_staging_model(dataset: str) -> None:
    assert (ROOT / "expectations" / f"{dataset}.yaml").is_file()
    assert list((ROOT / "dbt_project/models/staging").rglob(f"stg_{dataset}.sql"))


def test_no_contract_is_without_a_dataset() -> None:
    assert sorted(path.stem for path in (ROOT / "expectations").glob("*.yaml")) == DATASETS


def test_reports_say_the_same_things_in_italian_and_english() -> None:
    italian = {path.name: _keys(path) for path in (ROOT / "reports/text/it").glob("*.yaml")}
    english = {path.name: _keys(path) for path in (ROOT / "reports/text/en").glob("*.yaml")}

    assert italian
    assert italian == english


def test_unit_tests_stay_light() -> None:
    heavy = {"dagster", "dagster_dbt", "great_expectations", "dbt"}
    for path in (ROOT / "tests/unit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not heavy & {name.split(".")[0] for name in names}, path


def test_no_name_says_nothing() -> None:
    empty = {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "misc",
        "manager",
        "handler",
        "handlers",
    }
    named = {
        path.stem
        for room in ("pipelines", "sample", "tests")
        for path in (ROOT / room).rglob("*.py")
    }

    assert not named & empty


def _keys(path: Path) -> set[str]:
    def walk(node: object, at: str) -> set[str]:
        if not isinstance(node, dict):
            return {at}
        return {key for name, value in node.items() for key in walk(value, f"{at}.{name}")}

    return walk(plain(read_yaml(path)), "")
