"""What an internal edition says: the published one of its month, and beside it what an agreement opens.

Belongs here: which rows come from where. Does not belong here: protection (`protecting`), pages (`pages.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.catalogue.agreement import CELLS, Agreement
from pipelines.publishing.kpi_file import kpi_table
from pipelines.publishing.protecting.protection import Protected
from pipelines.publishing.rows import Row, ordered, parquet_bytes, read_table, to_table

_NEVER = ("survey", "households")
"""Rules that no agreement of firms lifts."""
_AMOUNTS = {
    "energy_by_carrier_sector": "energy_kwh",
    "emissions_by_carrier_sector": "tco2e",
    "water_by_source": "volume_m3",
}
_KEY = ("district_id", "month", "kpi_code")


@dataclass(frozen=True)
class Opened:
    """One figure that the published edition hides and this one shows."""

    month: str
    figure: str
    value: Decimal
    unit: str


def check_figures(agreement: Agreement, kpis: Iterable[Row]) -> None:
    """Refuse figures that nobody declares, and those of people.

    Raises:
        ValueError: naming them.
    """
    rules = {str(kpi["code"]): kpi["disclosure_rule"] for kpi in kpis}
    codes = {name for name in agreement.figures if name not in CELLS}
    unknown, people = codes - rules.keys(), {c for c in codes if rules.get(c) in _NEVER}
    if unknown or people:
        said = [f"{code} is no KPI" for code in sorted(unknown)]
        said += [f"{code} is of people, whose protection nothing lifts" for code in sorted(people)]
        raise ValueError(
            f"The agreement opens what it cannot: {', '.join(said)}. Nothing was made."
        )


def composed(
    edition: Path, more: Protected, district: str, agreement: Agreement, month: str, revision: int
) -> tuple[dict[str, bytes], list[Opened]]:
    """The files that reports are made of, and the figures that are shown beyond the published ones.

    Args:
        edition: The folder of the published edition.
        more: The same month, protected for a reader to whom those who signed are no strangers.
        district: The district; no row of another one is taken along.
        agreement: What it opens.
        month: 'YYYY-MM'.
        revision: Of the published edition.
    """
    files: dict[str, bytes] = {}
    shown: list[Opened] = []
    for path in sorted((edition / "tables").glob("*.parquet")):
        table = read_table(path)
        if table is not None:
            files[f"tables/{path.name}"] = parquet_bytes(_of(table, district))
    values = read_table(edition / "kpi_values.parquet")
    public = [] if values is None else _of(values, district).to_pylist()
    rows, opened = _values(public, more.kpi_values, district, agreement)
    files["kpi_values.parquet"] = parquet_bytes(kpi_table(rows, month, revision))
    shown += opened
    for name in sorted(agreement.figures & set(CELLS)):
        table, opened = _cells(edition / "tables" / f"{name}.parquet", more, name, district)
        files[f"tables/{name}.parquet"] = parquet_bytes(table)
        shown += opened
    return files, shown


def _of(table: pa.Table, district: str) -> pa.Table:
    if "district_id" not in table.column_names:
        return table
    rows = [row for row in table.to_pylist() if row["district_id"] == district]
    return to_table(rows, table.schema.remove_metadata())


def _values(
    public: Sequence[Row], more: Iterable[Row], district: str, agreement: Agreement
) -> tuple[list[Row], list[Opened]]:
    told = {
        tuple(row[name] for name in _KEY): row
        for row in more
        if row["district_id"] == district
        and row["kpi_code"] in agreement.figures
        and row["value"] is not None
    }
    rows, opened = [], []
    for row in public:
        instead = told.get(tuple(row[name] for name in _KEY)) if row["suppressed"] else None
        rows.append(row if instead is None else instead)
        if instead is not None:
            opened.append(Opened(row["month"], row["kpi_code"], instead["value"], str(row["unit"])))
    return rows, opened


def _cells(path: Path, more: Protected, name: str, district: str) -> tuple[pa.Table, list[Opened]]:
    amount = _AMOUNTS[name]
    public = pq.read_table(path)
    keys = [
        column
        for column in ("month", "carrier", "sector", "source")
        if column in public.column_names
    ]
    told = {
        tuple(row[key] for key in keys): row
        for row in more.tables[name].to_pylist()
        if row["district_id"] == district and row[amount] is not None
    }
    rows, opened = [], []
    for row in _of(public, district).to_pylist():
        place = tuple(row[key] for key in keys)
        instead = told.get(place) if row["suppressed"] else None
        rows.append(row if instead is None else instead)
        if instead is not None:
            opened.append(_opened(name, place, instead, amount))
    return to_table(ordered(rows, keys), public.schema.remove_metadata()), opened


def _opened(name: str, place: Sequence[str], row: Row, amount: str) -> Opened:
    unit = {"energy_kwh": "kWh", "tco2e": "tCO2e", "volume_m3": "m³"}[amount]
    return Opened(place[0], " ".join((name, *place[1:])), row[amount], unit)
