"""Whatever happens to a file on its way, it is refused or read; nothing else."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.connectors.parsers import DeliveryRefused, ParseContext, parse
from tests.unit.connectors.conftest import KNOWN_AT, dataset_named, form_of, workbook

CONTEXT = ParseContext("prato", "s", "ef" * 32, "IT001E00000001.csv", KNOWN_AT)
LABELS = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1441, 15)]
WIDE = "Giorno;" + ";".join(f"{a}-{b}" for a, b in pairwise(LABELS)) + "\n"
READINGS = ["Data lettura", "Matricola", "PDR", "Lettura", "Tipo lettura", "Motivo"]
WHOLE: dict[str, tuple[str, bytes]] = {
    "unareti_curves": (
        "meter_intervals",
        (
            b"POD;DATA;ORA;FL_ORA_LEGALE;ATTIVA_PRELEVATA;ATTIVA_IMMESSA;TIPO_DATO;\n"
            b"IT001E00000001;20260501;000000;2;0,025;;E;\n"
            b"IT001E00000001;20260501;001500;2;0,1;;E;\n"
        ),
    ),
    "e_distribuzione_curves": (
        "meter_intervals",
        (
            WIDE + "".join(f"{d:02d}/10/2026;" + ";".join(["0,5"] * 96) + "\n" for d in (24, 25))
        ).encode(),
    ),
    "gas_readings_xlsx": (
        "meter_registers",
        workbook(
            {"letture": [READINGS, ["31/01/2026", "42", "00881100000001", 12.5, "E", "periodica"]]}
        ),
    ),
    "open_meteo_daily": (
        "weather_daily",
        json.dumps({"daily": {"time": ["2026-01-01"], "precipitation_sum": [1.5]}}).encode(),
    ),
    "pnrr_projects_csv": (
        "investment_projects",
        (
            "\ufeffCUP ;Titolo progetto ;Programma;FINANZ_TOTALE ;FINANZIAMENTO_PNRR;"
            "FINANZIAMENTO_PRIVATO\nJ51B21002940006;Città;PNRR;40.000;40.000;N/D\n"
        ).encode(),
    ),
}


def taken(name: str, blob: bytes) -> Any:
    dataset, _ = WHOLE[name]
    return parse(blob, form_of(name), dataset_named(dataset), CONTEXT)


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_the_undamaged_file_is_read(name: str) -> None:
    parsed = taken(name, WHOLE[name][1])

    assert parsed.table.num_rows > 0
    assert parsed.rejects == ()


@pytest.mark.parametrize("name", sorted(WHOLE))
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4)), max_size=3),
    noise=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=3)), max_size=4),
)
def test_a_damaged_file_is_refused_or_read_and_never_breaks_the_collection(
    name: str, cuts: list[tuple[float, int]], noise: list[tuple[float, bytes]]
) -> None:
    damaged = bytearray(WHOLE[name][1])
    for where, length in cuts:
        at = int(where * len(damaged))
        del damaged[at : at + length]
    for where, insert in noise:
        at = int(where * len(damaged))
        damaged[at : at + len(insert)] = insert

    try:
        parsed = taken(name, bytes(damaged))
    except DeliveryRefused as refused:
        assert refused.code  # noqa: PT017
        return

    assert parsed.table.schema == dataset_named(WHOLE[name][0]).schema()


@pytest.mark.parametrize("name", ["unareti_curves", "e_distribuzione_curves", "pnrr_projects_csv"])
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(where=st.floats(0, 1), cell=st.text(max_size=12))
def test_any_text_in_a_cell_is_a_value_a_reject_or_a_refusal(
    name: str, where: float, cell: str
) -> None:
    lines = WHOLE[name][1].decode().split("\n")
    cells = lines[1].split(";")
    cells[int(where * (len(cells) - 1))] = cell
    lines[1] = ";".join(cells)

    try:
        taken(name, "\n".join(lines).encode("utf-8", "surrogatepass"))
    except DeliveryRefused as refused:
        assert refused.code  # noqa: PT017
