"""Statistics: JSON-stat cubes, SDMX-CSV and the periods they speak of (cases S)."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from pipelines.connectors.parsers import DeliveryRefused, Parsed
from pipelines.connectors.parsers.periods import day_after, first_day
from tests.unit.connectors.conftest import Read

GEO, YEARS = {"IT": "Italia", "ITI15": "Prato"}, ["2022", "2023", "2024"]
VALUES: list[float | None] = [1.5, None, 3, 4, 5, None]
STATES = {1: ":", 3: "p"}


def cube(
    *, version: int = 2, sparse: bool = False, index: str = "list", status: Any = None
) -> dict[str, Any]:
    """Two places by three years, last dimension fastest, in any of the forms that exist."""

    def category(codes: list[str]) -> Any:
        return codes if index == "list" else {code: at for at, code in enumerate(codes)}

    dimension: dict[str, Any] = {
        "unit": {"category": {"label": {"EUR": "Euro"}}},
        "geo": {"category": {"index": category(list(GEO)), "label": GEO}},
        "time": {"category": {"index": category(YEARS)}},
    }
    names, sizes = ["unit", "geo", "time"], [1, 2, 3]
    if version == 1:
        dimension |= {"id": names, "size": sizes}
    dense = {str(at): value for at, value in enumerate(VALUES) if value is not None}
    made: dict[str, Any] = {
        "dimension": dimension,
        "value": dense if sparse else VALUES,
        "status": {str(at): text for at, text in STATES.items()} if status is None else status,
    }
    return made if version == 1 else {"id": names, "size": sizes, **made}


def expanded() -> list[tuple[str, str, Decimal | None, str | None]]:
    """The test's own expansion of the cube: every cell with a value or a status."""
    cells = itertools.product(GEO, YEARS)
    found = [
        (geo, year, None if value is None else Decimal(str(value)), STATES.get(at))
        for at, ((geo, year), value) in enumerate(zip(cells, VALUES, strict=True))
    ]
    return [cell for cell in found if cell[2] is not None or cell[3] is not None]


def said(parsed: Parsed) -> list[tuple[str, str, Decimal | None, str | None]]:
    return sorted(
        (row["place"], f"{row['interval_end']:%Y}", row["quantity"], row["status"])
        for row in parsed.table.to_pylist()
    )


@pytest.mark.parametrize(
    "document",
    [
        cube(),
        cube(sparse=True),
        cube(index="object"),
        cube(version=1),
        cube(status=[None, ":", None, "p", None, None]),
        {"nama_gdp": cube(version=1, status={"value": [None, ":", None, "p", None, None]})},
    ],
    ids=["2.0", "sparse", "index object", "1.x", "status list", "named and nested"],
)
def test_a_cube_is_expanded_whatever_form_it_has(
    read: Read, document: dict[str, Any]
) -> None:  # S11
    parsed = read(json.dumps(document), "jsonstat_series", "context_series")

    # A year ends, in Rome, an hour before UTC's does: the end bears the same year.
    assert said(parsed) == sorted(expanded())
    assert parsed.table.column("unit").unique().to_pylist() == ["EUR"]


def test_a_status_of_all_cells_is_one_text(read: Read) -> None:
    parsed = read(json.dumps(cube(status="e")), "jsonstat_series", "context_series")

    assert parsed.table.column("status").to_pylist() == ["e"] * 4


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({**cube(), "value": [1, 2]}, "TRUNCATED"),
        ({**cube(), "value": {"6": 1}}, "TRUNCATED"),
        ({**cube(), "size": [1, 2, 4]}, "TRUNCATED"),
        ({"error": [{"status": 404, "label": "No dataset"}]}, "MISSING_COLUMN"),
        ({"a": cube(version=1), "b": cube(version=1)}, "AMBIGUOUS_COLUMN"),
        ({**cube(), "value": {}, "status": {}}, "HEADER_ONLY"),
    ],
)
def test_a_cube_that_does_not_fit_together_is_refused(
    read: Read, document: dict[str, Any], code: str
) -> None:
    with pytest.raises(DeliveryRefused, match=code):
        read(json.dumps(document), "jsonstat_series", "context_series")


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024-S2", "2024-07-01", "2025-01-01"),
        ("2024-Q1", "2024-01-01", "2024-04-01"),
        ("2024Q4", "2024-10-01", "2025-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2024-M12", "2024-12-01", "2025-01-01"),
        ("2024-W05", "2024-01-29", "2024-02-05"),
        ("2020-W53", "2020-12-28", "2021-01-04"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
    ],
)
def test_a_period_has_a_start_and_an_end(text: str, first: str, after: str) -> None:  # S7
    assert (first_day(text), day_after(text)) == (first, after)


@pytest.mark.parametrize("text", ["2024-Q5", "2024-13", "2023-W53", "2024-S3"])
def test_a_period_that_does_not_exist_refuses_the_file(read: Read, text: str) -> None:
    head = "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,TIME_PERIOD,OBS_VALUE\n"
    rows = f"dataflow,X,I,100005,2024,1\ndataflow,X,I,100005,2023,1\ndataflow,X,I,100005,{text},2\n"

    with pytest.raises(DeliveryRefused, match="BAD_DATE"):
        read(head + rows, "sdmx_csv_series", "context_series")


def test_thousands_that_a_column_announces_are_applied(read: Read) -> None:  # S10
    head = "DATAFLOW,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT,OBS_STATUS\n"
    rows = "F,100005,2022,1.5,3,\nF,100005,2023,7,,p\nF,100005,2024,:,3,\nF,100005,2021,2,-2,\n"

    parsed = read(head + rows, "sdmx_csv_series", "context_series")

    found = dict(
        zip(
            parsed.table.column("_row").to_pylist(),
            parsed.table.column("quantity").to_pylist(),
            strict=True,
        )
    )
    assert found == {2: Decimal(1500), 3: Decimal(7), 4: None, 5: Decimal("0.02")}
    assert parsed.table.column("status").drop_null().to_pylist() == ["p"]


def test_totals_beside_their_parts_are_not_told_apart_and_rejected(read: Read) -> None:  # S9
    head = "REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\n"
    rows = "100005,1,2024,10\n100005,2,2024,11\n100005,9,2024,21\n"

    parsed = read(head + rows, "sdmx_csv_series", "context_series")
    pinned = read(
        head + rows, "sdmx_csv_series", "context_series", over={"rows": {"where": {"SEX": ["9"]}}}
    )

    assert [one.code for one in parsed.rejects] == ["DUP_CONFLICT"] * 3
    assert pinned.table.column("quantity").to_pylist() == [Decimal(21)]


def hour(values: str, clock: int = 1) -> str:
    cells = ["2005", "1", "1", str(clock), "0", "?9", *values.split(",")]
    return ",".join([*cells, *["0"] * (35 - len(cells))])


def test_a_weather_year_counts_hours_from_one_without_summer_time(read: Read) -> None:
    head = "LOCATION,Prato,-,ITA,IGDG,161700,43.8,11.2,1.0,38.0\n" + "X\n" * 7
    # dry bulb, dew point, humidity, pressure, two extraterrestrial, infrared, global …
    first = hour("8.8,7.7,93,100869,9999,9999,307,999,9999,9999,0,0,0,0,94,999")
    last = hour("99.9,7.7,999,100869,9999,9999,307,9999,0,0,0,0,0,0,94,2.5", clock=24)

    parsed = read(head + first + "\n" + last + "\n", "epw_hourly", "context_series")

    table: pa.Table = parsed.table
    rows = {
        (row["variable"], f"{row['interval_end']:%d %H:%M}"): row["quantity"]
        for row in table.to_pylist()
    }
    assert table.column("place").unique().to_pylist() == ["161700"]
    assert rows["air_temperature", "01 00:00"] == Decimal("8.8")
    assert rows["global_irradiation", "01 00:00"] == Decimal(999)  # 9999 is missing, 999 is not
    assert ("wind_speed", "01 00:00") not in rows
    assert ("air_temperature", "01 23:00") not in rows
    assert rows["wind_speed", "01 23:00"] == Decimal("2.5")
