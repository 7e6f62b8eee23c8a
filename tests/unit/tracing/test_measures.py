"""Every measure of a KPI has a way back to rows, or says which model stands between."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import pipelines.tracing
from pipelines.catalogue.kpi import kpis
from pipelines.catalogue.shared import datasets_of
from pipelines.tracing.figure import MODELLED, OF_A_YEAR, close
from pipelines.tracing.projects import MONEY
from pipelines.tracing.registers import REGISTERS, query

QUERIES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (Path(pipelines.tracing.__file__).parent / "queries").glob("*.sql")
)
DATASETS = datasets_of(Path("nowhere"), [])
MEASURES = sorted(
    {
        measure
        for kpi in kpis().values()
        if kpi.measure is not None
        for measure in (kpi.measure.numerator, kpi.measure.denominator)
        if measure is not None
    }
)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_is_traced_or_says_which_model_gives_it(measure: str) -> None:
    assert (
        measure in REGISTERS
        or measure in MONEY
        or measure in MODELLED
        or measure in OF_A_YEAR
        or f"'{measure}'" in QUERIES
        or measure in ("employees", "output_kg", "registered_organisations", "active_firms")
    ), f"{measure}: say in pipelines/tracing which rows give it, or which model (figure.MODELLED)"


@pytest.mark.parametrize(
    "measure", sorted({m for model in MODELLED.values() for m in model.inputs})
)
def test_what_goes_into_a_model_is_traced_itself(measure: str) -> None:
    assert measure in REGISTERS or f"'{measure}'" in QUERIES


def test_amounts_are_one_but_for_the_rounding_of_parts() -> None:
    assert close(Decimal("100.00001"), Decimal(100))
    assert not close(Decimal("100.001"), Decimal(100))
    assert not close(Decimal(0), Decimal("0.01"))


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Registers as their datasets declare them, without rows, and the months they are asked for."""
    with duckdb.connect() as session:
        session.execute(
            """
            create table int_district_months as
            select 'prato' as district_id, '2026-10' as month,
                   date '2026-10-01' as month_start, date '2026-11-01' as month_end;
            create table int_change_link_months as
            select 'prato' as district_id, '2026-10' as month, 'a' as link_id;
            create table int_solar_yields (district_id text, surface_class text, kwh_per_kwp double);
            """
        )
        for dataset in DATASETS.values():
            names = {"_sha256": "sha256", "_member": "member", "_row": "source_row",
                     "_known_at": "known_at"}  # fmt: skip
            table = dataset.schema().empty_table()
            empty = table.rename_columns([names.get(each, each) for each in table.column_names])
            session.register("empty", empty)
            session.execute(f"create table rows_{dataset.id} as from empty")
        yield session


@pytest.mark.parametrize("measure", REGISTERS)
def test_a_query_of_a_register_asks_for_columns_that_its_dataset_has(
    warehouse: duckdb.DuckDBPyConnection, measure: str
) -> None:
    asked = {"district": "prato", "months": ["2026-10"]}

    assert warehouse.execute(query(REGISTERS[measure]), asked).fetchall() == []


def test_of_a_link_with_two_proofs_one_counts_and_of_one_without_none(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        ("a", "2026-05-31", "2026-05-02", "delibera 12"),
        ("a", "2026-09-30", "2026-09-01", "verbale 3"),
        ("a", "2026-12-31", "2026-12-01", "arrives later"),
        ("a", "2026-09-30", "2026-09-01", " "),
        ("undeclared", "2026-05-31", "2026-05-02", "delibera 12"),
    ]
    for number, row in enumerate(rows):
        warehouse.execute(
            "insert into rows_change_links (district_id, source_row, link_id, as_of, evidence_on, evidence)"
            " values ('prato', ?, ?, ?, ?, ?)",
            [number, *row],
        )

    found = warehouse.execute(
        query(REGISTERS["change_links_evidenced"]), {"district": "prato", "months": ["2026-10"]}
    ).fetchall()

    warehouse.execute("delete from rows_change_links")
    assert sorted((row[-2], row[-1]) for row in found) == [(0.0, "told_again"), (1.0, "counts")]
