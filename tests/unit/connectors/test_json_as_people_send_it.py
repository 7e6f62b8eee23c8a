"""R10 and R11: one value written in many ways, and moments that say more or less of their zone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipelines.connectors.parsers import DeliveryRefused, Parsed
from tests.unit.connectors.conftest import Read

CONSTANTS = {"place": "x", "variable": "load", "unit": "kWh"}


def form(decimal: str = ".", date_format: str = "iso", **when: Any) -> dict[str, Any]:
    columns: dict[str, Any] = {name: {"const": value} for name, value in CONSTANTS.items()}
    moment = {"column": "t", "date_format": date_format, **when}
    columns |= {
        "interval_start": moment,
        "interval_end": {**moment, "plus_minutes": 15},
        "quantity": "v",
    }
    read = {"file": "json", "records": "/rows", "decimal": decimal}
    return {"parser": "table", "read": read, "columns": columns}


def answer(*values: Any, t: Any = None) -> str:
    """Each value with the next hour, or all with the moment that is given."""
    return json.dumps(
        {
            "rows": [
                {"t": t or f"2026-07-01T{n:02}:00:00Z", "v": value}
                for n, value in enumerate(values)
            ]
        }
    )


def quantities(parsed: Parsed) -> list[Any]:
    return parsed.table.column("quantity").to_pylist()


def starts(parsed: Parsed) -> list[datetime]:
    return list(parsed.table.column("interval_start").to_pylist())


def test_r10_a_number_as_text_is_the_number(read: Read) -> None:
    parsed = read(answer("12.5", 12.5, "7", 7), form(), "context_series")

    assert quantities(parsed) == [Decimal("12.5"), Decimal("12.5"), 7, 7]
    assert not parsed.rejects


def test_r10_a_comma_is_read_where_it_is_declared_and_numbers_beside_it_too(read: Read) -> None:
    parsed = read(answer("12,5", 12.5, "1", None), form(","), "context_series")

    assert quantities(parsed) == [Decimal("12.5"), Decimal("12.5"), 1, None]


def test_r10_a_comma_that_is_not_declared_is_never_another_number(read: Read) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        read(answer("1.5", "12,5"), form("."), "context_series")

    assert refused.value.code == "MIXED_DECIMALS"


def test_r10_null_absent_and_empty_are_missing_and_never_zero(read: Read) -> None:
    rows = [
        {"t": "2026-07-01T00:00:00Z", "v": 0},
        {"t": "2026-07-01T00:15:00Z", "v": None},
        {"t": "2026-07-01T00:30:00Z"},
        {"t": "2026-07-01T00:45:00Z", "v": ""},
    ]

    parsed = read(json.dumps({"rows": rows}), form(), "context_series")

    assert quantities(parsed) == [0, None, None, None]


def test_r10_a_truth_value_is_no_quantity(read: Read) -> None:
    parsed = read(answer(1.5, 2.5, 3.5, True), form(), "context_series")

    assert quantities(parsed) == [Decimal("1.5"), Decimal("2.5"), Decimal("3.5")]
    assert [one.code for one in parsed.rejects] == ["BAD_NUMBER"]


@pytest.mark.parametrize(
    "word", [("S", "N"), ("s", "n"), ("Sì", "No"), (True, False), ("true", "false"), (1, 0)]
)
def test_r10_yes_and_no_of_every_spelling(read: Read, word: tuple[Any, Any]) -> None:
    contribution = {
        "parser": "table",
        "read": {"file": "json", "records": "/rows"},
        "columns": {
            "contribution_id": "id",
            "received_on": {"column": "t", "date_format": "iso"},
            "reasons_given": "why",
            "outcome": {"const": "pending"},
        },
    }
    rows = [{"id": str(n), "t": "2026-02-01", "why": w} for n, w in enumerate((*word, None))]

    parsed = read(json.dumps({"rows": rows}), contribution, "contributions")

    assert parsed.table.column("reasons_given").to_pylist() == [True, False, None]


def test_r10_one_record_that_came_without_its_list_is_not_lost(read: Read) -> None:
    one = {"t": "2026-07-01T00:00:00Z", "v": 1.5}

    several = read(json.dumps({"rows": [one]}), form(), "context_series")
    alone = read(json.dumps({"rows": one}), form(), "context_series")

    assert quantities(alone) == quantities(several) == [Decimal("1.5")]


NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)
ROME = {"zone": "Europe/Rome"}


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("2026-07-01T12:00:00", ROME),
        ("2026-07-01 12:00", ROME),
        ("2026-07-01T10:00:00Z", ROME),
        ("2026-07-01T10:00:00", {"zone": "UTC"}),
        ("2026-07-01T12:00:00+02:00", ROME),
        ("2026-07-01T12:00:00+0200", ROME),
        ("2026-07-01T06:00:00-04:00", {"zone": "UTC"}),
        (int(NOON.timestamp()), {"date_format": "epoch_s"}),
        (int(NOON.timestamp()) * 1000, {"date_format": "epoch_ms"}),
        (str(int(NOON.timestamp()) * 1000), {"date_format": "epoch_ms"}),
    ],
)
def test_r11_one_moment_in_every_form(read: Read, text: Any, declared: dict[str, Any]) -> None:
    parsed = read(answer(1, t=text), form(**declared), "context_series")

    assert starts(parsed) == [NOON]


def test_r11_without_offset_and_zone_nothing_is_guessed(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="Declare its 'zone'"):
        read(answer(1, t="2026-07-01T12:00:00"), form(), "context_series")


def test_r11_an_offset_tells_the_two_autumn_hours_apart_and_none_leaves_the_row_out(
    read: Read,
) -> None:
    moments = ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00"]
    rows = [{"t": t, "v": n} for n, t in enumerate(moments)]

    parsed = read(json.dumps({"rows": rows}), form(**ROME), "context_series")

    assert starts(parsed) == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ]
    assert [one.code for one in parsed.rejects] == ["DST_UNDECLARED"]


def test_r11_24_00_is_the_next_midnight(read: Read) -> None:
    parsed = read(answer(1, t="2026-06-30T24:00:00"), form(**ROME), "context_series")

    assert starts(parsed) == [datetime(2026, 6, 30, 22, tzinfo=UTC)]


@pytest.mark.parametrize("text", ["2026-06-30T25:00:00", "2026-02-30T10:00:00Z", "2026-13-01"])
def test_r11_a_moment_that_does_not_exist_is_never_another_one(read: Read, text: str) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        read(answer(1, t=text), form(**ROME), "context_series")

    assert refused.value.code in ("BAD_DATE", "NO_ROWS", "TOO_MANY_BAD_ROWS")
