"""A table's moments without an offset: declared zones, periods, and the night that nobody can tell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.catalogue.declaration import DeclarationError
from pipelines.connectors.parsers import DeliveryRefused
from tests.unit.connectors.conftest import Read, form_of


def table(zone: str | None, date_format: str = "iso", **span: int) -> dict[str, Any]:
    when: dict[str, Any] = {"column": "t", "date_format": date_format}
    if zone:
        when["zone"] = zone
    consts = {
        "point_id": "x",
        "carrier": "electricity",
        "flow": "import",
        "unit": "kWh",
        "quality": "measured",
    }
    columns: dict[str, Any] = {name: {"const": value} for name, value in consts.items()}
    columns |= {"interval_start": when, "interval_end": {**when, **span}, "quantity": "v"}
    return {"parser": "table", "read": {"file": "csv"}, "columns": columns}


def test_hours_in_utc_end_an_hour_later(read: Read) -> None:
    parsed = read(
        b"t;v\n2026-10-25T00:00;1\n", table("UTC", plus_minutes=60), dataset="meter_intervals"
    )

    (row,) = parsed.table.to_pylist()
    assert row["interval_start"] == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert row["interval_end"] == datetime(2026, 10, 25, 1, tzinfo=UTC)


def test_a_year_of_the_district_begins_at_its_own_midnight(read: Read) -> None:
    parsed = read(b"t;v\n2024;1\n", table("district", "%Y", plus_months=12), "meter_intervals")

    (row,) = parsed.table.to_pylist()
    assert row["interval_start"] == datetime(2023, 12, 31, 23, tzinfo=UTC)
    assert row["interval_end"] == datetime(2024, 12, 31, 23, tzinfo=UTC)


def test_the_hour_that_comes_twice_and_the_hour_that_never_came_are_left_out(read: Read) -> None:
    blob = b"t;v\n2026-10-25T01:45;1\n2026-10-25T02:30;2\n2026-03-29T02:30;3\n2026-10-25T03:00;4\n"

    parsed = read(blob, table("Europe/Rome", plus_minutes=15), "meter_intervals")

    assert parsed.table.column("quantity").to_pylist() == [1, 4]
    assert [(one.row, one.code) for one in parsed.rejects] == [
        (3, "DST_UNDECLARED"),
        (4, "DST_UNDECLARED"),
    ]


def test_without_a_zone_nothing_is_guessed(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="Declare its 'zone'"):
        read(b"t;v\n2026-01-01T00:00;1\n", table(None), "meter_intervals")


def test_a_zone_that_is_none_is_refused_with_the_declaration() -> None:
    with pytest.raises(DeclarationError, match="'Europe/Prato' is not a time zone"):
        form_of(table("Europe/Prato"))
