"""The memo of avoided emissions is told measure by measure, what meters tell apart from what is expected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.tracing.avoided_rows import Avoided, avoided_rows, avoided_rows_text

VALUE = {
    "district_id": "d", "kpi_code": "EMI09", "period_start": date(2026, 2, 1), "period_end": date(2026, 4, 1),
}  # fmt: skip


def _row(
    measure: str, month: str, tonnes: str, share: str | None, point: str = "p"
) -> dict[str, object]:
    return {
        "district_id": "d", "month": month, "measure_id": measure, "carrier": "natural_gas", "point_id": point,
        "avoided_tco2e": Decimal(tonnes), "measured": share is not None,
        "share_of_saving": None if share is None else Decimal(share),
    }  # fmt: skip


def test_measured_and_expected_tonnes_add_up_to_the_figure(tmp_path: Path) -> None:
    rows = [
        _row("A", "2026-01", "9", "1"),  # before the figure's months
        _row("A", "2026-02", "2.5", "0.25"), _row("A", "2026-03", "1.5", "0.75"),
        _row("B", "2026-02", "4", "1"), _row("B", "2026-03", "3", None), _row("B", "2026-03", "1", None, "q"),
        {**_row("A", "2026-02", "7", "1"), "district_id": "e"},
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "fct_avoided_emissions.parquet")

    found = avoided_rows(tmp_path, VALUE)

    assert found == (
        Avoided("B", Decimal(4), Decimal(4), 1, 2, None),
        Avoided("A", Decimal(4), Decimal(0), 2, 2, Decimal("0.5")),
    )
    text = avoided_rows_text(found, "en")
    assert "B: 4.000 t measured (months: 1 of 2), 4.000 t expected" in text
    assert "50" in text
    assert "In all: 12.000 tCO2e, of which 8.000 measured and 4.000 expected" in text


def test_other_figures_have_no_such_rows(tmp_path: Path) -> None:
    assert avoided_rows(tmp_path, {**VALUE, "kpi_code": "EMI05"}) is None
