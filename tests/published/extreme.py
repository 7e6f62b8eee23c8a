"""The same deployment at its limits: every free text that a register or a declaration can carry, and endless figures.

Prato's amounts are a hundred thousand times as large, Parma's have been zero for a
year, of Bergamo everything is confidential, Roma
has one source, which sent nothing in the month.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.settings import Settings
from tests.published.measures import measures_of
from tests.published.view import deployment

MARKUP = '"Quartiere" <script>window.broken=1</script><b>&amp;</b> {{ 7*7 }} {% raw %} <!--'
FORMULA = '=1+1;HYPERLINK("http://127.0.0.1/","L\'Aquila")'
TYPST = '#import "x": * $E=mc^2$ @rif <eti> _a_ *b* `c` \\ ~ // /* [d] = Titolo - uno + due'
LONG = "Precipitevolissimevolmentesupercalifragilistichespiralidosoelettroencefalografo"
NAMES = {"prato": MARKUP, "parma": TYPST, "bergamo": FORMULA, "roma": LONG}
"""Each district's name, and its texts."""

AMOUNTS = ("_kwh", "_m3", "_tco2e", "_eur")
"""How measures end that have no limit of their own."""

FREE = (
    "name_it", "name_en", "city", "holder_name", "contact_name", "contact_email", "description_it", "description_en",
    "title", "programme", "detail_it", "detail_en", "source", "file_name", "raw",
)  # fmt: skip
"""Columns that a person fills as they like; a contact's address keeps its form."""


def measured(district: str, month: str, late: bool) -> dict[str, float | None]:
    """Measures at the limits of what may be."""
    found = measures_of(district, month, late)
    base = found["baseline_tco2e"]
    by = {"prato": 1e5, "parma": int(month < "2025-10")}.get(district, 1)
    return {
        name: value * by if value is not None and name.endswith(AMOUNTS) else value
        for name, value in found.items()
    } | {"baseline_tco2e": base}


def extreme(home: Path) -> Settings:
    """The deployment, its view at its limits."""
    settings = deployment(home, "2026-10", measured=measured)
    for path in sorted(
        [*settings.view.glob("declared/*.parquet"), *settings.view.glob("marts/*.parquet")]
    ):
        _spoil(path)
    for path in sorted(settings.view.glob("collected/*.parquet")):
        _spoil(path)
    _confidential(settings.view / "marts" / "fct_contributors.parquet")
    return settings


def _spoil(path: Path) -> None:
    table = pq.read_table(path)
    if "district_id" not in table.column_names or path.stem == "targets":
        return
    for name in set(FREE) & set(table.column_names):
        texts = [
            f"{NAMES[district].replace(' ', '')}@example.org" if name == "contact_email"
            else None if value is None
            else NAMES[district]
            for district, value in zip(table["district_id"].to_pylist(), table[name].to_pylist(), strict=True)
        ]  # fmt: skip
        table = _with(table, name, pa.array(texts, table.schema.field(name).type))
    pq.write_table(table, path)


def _confidential(path: Path) -> None:
    table = pq.read_table(path)
    of = pc.equal(table["district_id"], "bergamo")
    one = pa.scalar(1, table.schema.field("contributors").type)
    table = _with(table, "contributors", pc.if_else(of, one, table["contributors"]))
    for name, value in (
        ("largest", table["total"]),
        ("second", pa.scalar(Decimal(0), pa.decimal128(28, 6))),
    ):
        table = _with(table, name, pc.if_else(of, value, table[name]))
    pq.write_table(table, path)


def _with(table: pa.Table, name: str, values: Any) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, table.schema.field(at), values)
