"""The small district, built once by dbt in a process of its own for all tests of this folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.settings import checkout
from tests.warehouse import small_district
from tests.warehouse.models import Models

Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse file of the small district, after a build whose tests passed."""
    home = tmp_path_factory.mktemp("small_district")
    small_district.write(home)
    project = checkout() / "dbt_project"
    built = subprocess.run(
        [
            Path(sys.executable).with_name("dbt"), "build", "--exclude-resource-type", "unit_test",
            "--project-dir", project, "--profiles-dir", project,
            "--target-path", home / "target", "--log-path", home / "logs",
        ],
        env={**os.environ, "NZD_HOME": str(home), "NZD_WAREHOUSE": str(home / "warehouse.duckdb")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout[-4000:]
    return home / "warehouse.duckdb"


@pytest.fixture(scope="session")
def models(warehouse: Path) -> Models:
    """The models of that build, to be run over other rows."""
    return Models(warehouse.parent / "target", warehouse)


@pytest.fixture(scope="session")
def ask(warehouse: Path) -> Iterator[Ask]:
    """One value of one row: `ask('fct_energy_monthly', 'final_energy_kwh', month='2026-10')`."""
    with duckdb.connect(str(warehouse), read_only=True) as engine:

        def answer(table: str, column: str, **where: str) -> Any:
            condition = " and ".join(f"{name} = ?" for name in where)
            rows = engine.execute(
                f"select {column} from {table} where {condition}",  # noqa: S608 - our own tests' names
                [*where.values()],
            ).fetchall()
            assert len(rows) == 1, f"{table} has {len(rows)} rows where {where}"
            value = rows[0][0]
            return float(value) if isinstance(value, Decimal) else value

        yield answer
