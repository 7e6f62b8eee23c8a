"""The pages of one answer are one delivery, read page by page."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import declare, read_yaml
from pipelines.catalogue.formats import format_of
from pipelines.catalogue.shared import SHARED
from pipelines.connectors.pages import is_pages, read_pages, write_pages
from pipelines.connectors.parsers import DeliveryRefused, ParseContext, Parsed, parse

FORMAT = {
    "id": "hours",
    "name": {"it": "Ore", "en": "Hours"},
    "description": "Energy per hour.",
    "parser": "interval_table",
    "layout": "long",
    "interval": "PT1H",
    "read": {"file": "json", "records": "/rows"},
    "time": {"timestamp": "at", "format": "iso", "label": "start", "dst": {"policy": "utc"}},
    "values": [{"flow": "import", "column": "kwh", "quantity": "energy_interval", "unit": "kWh"}],
    "columns": {
        "point_id": "meter",
        "carrier": {"const": "electricity"},
        "quality": {"const": "measured"},
    },
}


def page(*rows: tuple[str, str]) -> bytes:
    said = [{"meter": "m1", "at": at, "kwh": kwh} for at, kwh in rows]
    return json.dumps({"rows": said}).encode()


def parsed(blob: bytes) -> Parsed:
    path = SHARED / "datasets" / "meter_intervals.yaml"
    dataset = declare(Dataset, read_yaml(path), path)
    known = datetime(2026, 3, 1, tzinfo=UTC)
    context = ParseContext("prato", "hours", "0" * 64, "answer", known)
    return parse(blob, format_of(FORMAT, path), dataset, context)


def test_equal_pages_are_equal_bytes_and_come_back_in_order() -> None:
    pages = [b'{"a": 1}', b'{"a": 2}']

    bundle = write_pages(pages)

    assert bundle == write_pages(pages)
    assert read_pages(bundle) == [("page-0001.json", pages[0]), ("page-0002.json", pages[1])]
    assert zipfile.ZipFile(io.BytesIO(bundle)).testzip() is None


def test_an_archive_that_somebody_sent_is_no_bundle() -> None:
    sent = io.BytesIO()
    with zipfile.ZipFile(sent, "w") as archive:
        archive.writestr("page-0001.json", "{}")

    assert not is_pages(sent.getvalue())
    assert not is_pages(b"nzd pages")


def test_every_row_of_every_page_counts_and_says_where_it_stands() -> None:
    bundle = write_pages(
        [
            page(("2026-02-01T00:00", "1.5"), ("2026-02-01T01:00", "2")),
            page(),
            page(("2026-02-01T02:00", "4"), ("2026-02-01T03:00", "four")),
        ]
    )

    got = parsed(bundle)

    assert [str(value.as_py()) for value in got.table["quantity"]] == [
        "1.500000",
        "2.000000",
        "4.000000",
    ]
    assert got.table["_member"].to_pylist() == ["!page-0001.json"] * 2 + ["!page-0003.json"]
    assert [(one.code, one.row, one.member) for one in got.rejects] == [
        ("BAD_NUMBER", 2, "!page-0003.json")
    ]


def test_pages_without_any_row_are_refused_like_a_file_without_rows() -> None:
    with pytest.raises(DeliveryRefused) as refused:
        parsed(write_pages([page(), page()]))

    assert refused.value.code == "HEADER_ONLY"


def test_a_compressed_page_is_refused_not_inflated() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"nzd pages"
        archive.writestr("page-0001.json", "{}" + " " * 1000)

    with pytest.raises(DeliveryRefused) as refused:
        parsed(made.getvalue())

    assert refused.value.code == "TRUNCATED"
