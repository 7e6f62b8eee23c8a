"""Every measure of a KPI has a way back to rows, or says which model stands between."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import pipelines.tracing
from pipelines.catalogue.kpi import kpis
from pipelines.tracing.figure import MODELLED, OF_A_YEAR, close
from pipelines.tracing.projects import MONEY
from pipelines.tracing.registers import REGISTERS

QUERIES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (Path(pipelines.tracing.__file__).parent / "queries").glob("*.sql")
)
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
