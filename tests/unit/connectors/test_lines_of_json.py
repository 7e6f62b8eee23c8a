"""One JSON object a line, lists inside records, and lists of plain values."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from pipelines.connectors.parsers import DeliveryRefused
from tests.unit.connectors.conftest import Read

FORM: dict[str, Any] = {
    "parser": "table",
    "read": {"file": "ndjson", "within": "/data"},
    "rows": {"where": {"data/range": "."}},
    "columns": {
        "place": {"compose": "{lat},{lon}"},
        "variable": {"compose": "B12101 {data/range}"},
        "interval_start": {"column": "date", "date_format": "iso"},
        "interval_end": {"column": "date", "date_format": "iso"},
        "quantity": "data/vars/B12101/v",
        "unit": {"const": "K"},
    },
}


def line(hour: int, *values: float | None) -> str:
    said = [
        {"range": [254, 0, place], "vars": {"B12101": {"v": v}}} for place, v in enumerate(values)
    ]
    name = {"range": [], "vars": {"B01019": {"v": "S. Nicolò\u2028"}}}
    head = {"lon": 958959, "lat": 4504139, "date": f"2024-01-01T{hour:02}:00:00Z"}
    return json.dumps({**head, "data": [name, *said]}, ensure_ascii=False)


def test_each_entry_of_the_inner_list_is_a_row_with_its_record(read: Read) -> None:
    blob = "\n".join([line(0, 279.85, None), line(1, 280.15)]) + "\n"

    parsed = read(blob, FORM, "context_series")

    rows = parsed.table.select(["place", "variable", "quantity"]).to_pylist()
    assert [(row["place"], row["variable"], row["quantity"]) for row in rows] == [
        ("4504139,958959", "B12101 254,0,0", Decimal("279.85")),
        ("4504139,958959", "B12101 254,0,0", Decimal("280.15")),
        ("4504139,958959", "B12101 254,0,1", None),
    ]
    assert not parsed.rejects


def test_a_last_line_cut_half_way_refuses_the_file_and_names_the_line(read: Read) -> None:
    blob = line(0, 279.85) + "\n" + line(1, 280.15)[:-20]

    with pytest.raises(DeliveryRefused, match="line 2") as refused:
        read(blob, FORM, "context_series")

    assert refused.value.code == "TRUNCATED"


def test_records_without_the_inner_list_are_refused_not_skipped(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="nothing at /data"):
        read('{"lat": 1, "lon": 2, "date": "2024-01-01T00:00:00Z"}\n', FORM, "context_series")
