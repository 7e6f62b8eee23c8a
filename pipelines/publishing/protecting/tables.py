"""The protected tables of an edition besides `kpi_values`: what the reports may read, and nothing else.

Belongs here: which columns of which mart leave the house, at which grain, with what hidden. Does not belong
here: the rules themselves (`limits.py`, `relations.py`, `disclosure.py`), the tables of one point or one
firm, which never leave.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.uses import ALL, Cell
from pipelines.publishing.rows import Row, read_rows

ELSEWHERE = "included_elsewhere"
"""The reason of a cell whose amount lies in others (notation key IE of the GPC)."""
_POINT_CODE = re.compile(r"IT\d{3}[A-Z][0-9A-Z]{5,}|\d{8,}", re.IGNORECASE)


def with_margins(energy: Iterable[Row]) -> dict[Place, dict[Cell, Decimal]]:
    """Energy by carrier and sector with every total."""
    sums: dict[Place, dict[Cell, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in energy:
        if row["energy_kwh"] is None or not row.get("adds_to_total", True):
            continue
        for carrier in (row["carrier"], ALL):
            for sector in (row["sector"], ALL):
                sums[row["district_id"], row["month"]][carrier, sector] += row["energy_kwh"]
    return {place: dict(cells) for place, cells in sums.items()}


def energy_table(
    energy: Sequence[Row], hidden: Mapping[Place, set[Cell]], water: Iterable[Row] = ()
) -> list[Row]:
    """Energy by carrier and sector with its margins, hidden cells flagged and empty.

    Where the water cycle's energy is known it has a row without an amount (IE): supply points hold it.
    """
    cells = [
        _cell(place, cell, "energy_kwh", value, hidden)
        for place, cells in with_margins(energy).items()
        for cell, value in cells.items()
    ]
    included = {"carrier": ALL, "sector": "water_cycle", "energy_kwh": None, "suppressed": False}
    return cells + [
        {**included, "district_id": row["district_id"], "month": row["month"], "reason": ELSEWHERE}
        for row in water
        if row.get("water_cycle_kwh") is not None
    ]


def emissions_table(lines: Sequence[Row], hidden: Mapping[Place, set[Cell]]) -> list[Row]:
    """Energy emissions by carrier (location-based), hidden cells flagged and empty."""
    sums: dict[Place, dict[Cell, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    uses: dict[Place, dict[Cell, dict[tuple[str, str], Decimal]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for row in lines:
        if row["kg_co2e"] is None or row.get("biogenic") or row["scope"] not in ("1", "2_location"):
            continue
        place = (row["district_id"], row["month"])
        for sector in (row["sector"], ALL):
            sums[place][row["carrier"], sector] += row["kg_co2e"] / 1000
        # Every gas of a fuel has a line of its own of the same energy: the one with most of it counts once.
        used = uses[place][row["carrier"], row["sector"]]
        key = (row["scope"], row["gas"])
        used[key] = used.get(key, Decimal(0)) + (row["activity"] or 0)
    return [
        {
            **_cell(place, cell, "tco2e", value, hidden),
            "kg_per_kwh": None
            if cell in hidden.get(place, set())
            else _factor(value, uses[place].get(cell, {})),
        }
        for place, cells in sums.items()
        for cell, value in cells.items()
    ]


def _factor(tonnes: Decimal, used: Mapping[tuple[str, str], Decimal]) -> Decimal | None:
    """Kilograms of CO2e per kWh of a cell over all gases; none for margins and where nothing was used."""
    kwh = max(used.values(), default=Decimal(0))
    return (tonnes * 1000 / kwh).quantize(Decimal("1e-12")) if kwh > 0 else None


def _cell(
    place: Place, cell: Cell, column: str, value: Decimal | None, hidden: Mapping[Place, set[Cell]]
) -> Row:
    gone = cell in hidden.get(place, set())
    return {
        "district_id": place[0],
        "month": place[1],
        "carrier": cell[0],
        "sector": cell[1],
        column: None if gone else value,
        "suppressed": gone,
        "reason": "suppressed" if gone else None,
    }


def measuring_sources(points: Iterable[Row]) -> list[Row]:
    """Which source measures which carrier: enough to tell what a figure was made of, and no point."""
    named = {
        (row["district_id"], row["source_id"], row["carrier"])
        for row in points
        if row.get("source_id")
    }
    return [
        {"district_id": district, "source_id": source, "carrier": carrier}
        for district, source, carrier in named
    ]


def masked(
    rows: Iterable[Row], mart: str, kpis: Iterable[Row], hidden: set[tuple[str, str, str]]
) -> list[Row]:
    """Rows of a wide mart, without the columns that a hidden KPI is made of."""
    columns = {str(kpi["code"]): columns_of(kpi) for kpi in kpis if kpi.get("mart") == mart}
    readable = []
    for row in rows:
        gone = {
            column
            for code, names in columns.items()
            if (row["district_id"], row["month"], code) in hidden
            for column in names
        }
        readable.append({name: None if name in gone else value for name, value in row.items()})
    return readable


def columns_of(kpi: Row) -> set[str]:
    """The columns of its mart that a KPI is made of or protected by."""
    return {str(kpi[name]) for name in _COLUMN_NAMES if kpi.get(name)}


_COLUMN_NAMES = (
    "numerator",
    "denominator",
    "adjusted_numerator",
    "interval_low",
    "interval_high",
    "disclosure_contributions",
    "disclosure_adjusted",
    "disclosure_smallest",
)


def without_point_codes(text: str | None) -> str | None:
    """File names without what could be the code of one supply point."""
    return None if text is None else _POINT_CODE.sub("…", text)


def summed(rows: Iterable[Row], key: Sequence[str], amount: str) -> list[Row]:
    """Rows counted together over everything that is not in the key."""
    counts: dict[tuple[object, ...], int] = defaultdict(int)
    for row in rows:
        counts[tuple(row.get(name) for name in key)] += (
            int(row.get(amount) or 0) if amount in row else 1
        )
    return [
        {**dict(zip(key, place, strict=True)), amount: count} for place, count in counts.items()
    ]


def up_to(
    folder: Path, name: str, month: str, keep: Callable[[Row], bool] | None = None
) -> list[Row]:
    """Rows of one mart with a month up to the edition's."""
    rows = read_rows(folder / f"{name}.parquet")
    return [
        row
        for row in rows
        if (row.get("month") is None or row["month"] <= month) and (keep is None or keep(row))
    ]


TEXT = pa.string()
_AMOUNT = pa.decimal128(28, 6)
CELLS: dict[str, pa.DataType] = {
    "district_id": TEXT,
    "month": TEXT,
    "carrier": TEXT,
    "sector": TEXT,
}
FLAGS: dict[str, pa.DataType] = {"suppressed": pa.bool_(), "reason": TEXT}
SCHEMAS: dict[str, pa.Schema] = {
    name: pa.schema(list(columns.items()))
    for name, columns in {
        "energy_by_carrier_sector": {**CELLS, "energy_kwh": _AMOUNT, **FLAGS},
        "emissions_by_carrier_sector": {
            **CELLS,
            "tco2e": _AMOUNT,
            "kg_per_kwh": pa.decimal128(28, 12),
            **FLAGS,
        },
        "water_by_source": {
            "district_id": TEXT,
            "month": TEXT,
            "source": TEXT,
            "volume_m3": _AMOUNT,
            **FLAGS,
        },
        "findings": {
            "district_id": TEXT,
            "dataset": TEXT,
            "month": TEXT,
            "code": TEXT,
            "severity": TEXT,
            "count": pa.int64(),
        },
        "deliveries": {
            "district_id": TEXT,
            "source_id": TEXT,
            "dataset": TEXT,
            "file_name": TEXT,
            "sha256": TEXT,
            "received_at": pa.timestamp("us", tz="UTC"),
            "outcome": TEXT,
            "code": TEXT,
            "rows_received": pa.int64(),
            "rows_accepted": pa.int64(),
            "rows_quarantined": pa.int64(),
            "first_month": TEXT,
            "last_month": TEXT,
        },
        "quarantine_counts": {
            "district_id": TEXT,
            "source_id": TEXT,
            "dataset": TEXT,
            "month": TEXT,
            "code": TEXT,
            "rows": pa.int64(),
        },
        "measuring_sources": {"district_id": TEXT, "source_id": TEXT, "carrier": TEXT},
        "revisions": {
            "district_id": TEXT,
            "month": TEXT,
            "kpi_code": TEXT,
            "unit": TEXT,
            "old_edition": TEXT,
            "old_value": pa.decimal128(28, 9),
            "new_value": pa.decimal128(28, 9),
            "change": pa.decimal128(28, 9),
            "cause": TEXT,
            "part": pa.decimal128(28, 9),
        },
    }.items()
}
"""Tables whose columns are ours; the others keep the columns of their mart or declaration."""
