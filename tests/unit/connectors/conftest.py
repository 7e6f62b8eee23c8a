"""Shared by the tests of parsers: datasets and formats of the catalogue, deliveries written in
place.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import declare, read_yaml
from pipelines.catalogue.formats import Format, format_of, laid_over
from pipelines.connectors.parsers import ParseContext, Parsed, parse

CATALOGUE = Path(__file__).resolve().parents[3] / "pipelines" / "catalogue"
NAMED = {"id": "own", "name": {"it": "x", "en": "x"}, "description": "x"}
KNOWN_AT = datetime(2026, 11, 1, 8, tzinfo=UTC)

CURVES: dict[str, Any] = {
    **NAMED,
    "parser": "interval_table",
    "layout": "long",
    "interval": "PT15M",
    "read": {"file": "csv", "delimiter": ";", "decimal": ","},
    "time": {
        "timestamp": "inizio",
        "format": "%d/%m/%Y %H:%M",
        "label": "start",
        "dst": {"policy": "order_of_appearance"},
    },
    "values": [{"flow": "import", "column": "kWh", "quantity": "energy_interval", "unit": "kWh"}],
    "columns": {
        "point_id": "punto",
        "carrier": {"const": "electricity"},
        "quality": {"const": "measured"},
    },
}

Read = Callable[..., Parsed]


@pytest.fixture(autouse=True)
def _secret_of_respondents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NZD_RESPONDENT_SECRET", "a secret of these tests")


def dataset_named(name: str) -> Dataset:
    path = CATALOGUE / "datasets" / f"{name}.yaml"
    return declare(Dataset, read_yaml(path), path)


def form_of(form: str | dict[str, Any], over: dict[str, Any] | None = None) -> Format:
    path = CATALOGUE / "formats" / f"{form}.yaml" if isinstance(form, str) else Path("own.yaml")
    document = read_yaml(path) if isinstance(form, str) else {**NAMED, **form}
    return format_of(laid_over(document, over or {}), path)


def workbook(sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}
    ) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return stream.getvalue()


@pytest.fixture
def read() -> Read:
    """Bytes or text of one delivery, read by a preset or a format written in the test."""

    def parse_it(
        delivery: bytes | str,
        form: str | dict[str, Any],
        dataset: str = "meter_intervals",
        over: dict[str, Any] | None = None,
        **context: Any,
    ) -> Parsed:
        blob = delivery.encode() if isinstance(delivery, str) else delivery
        where = {
            "district_id": "prato",
            "source_id": "curves",
            "sha256": "cd" * 32,
            "file_name": "delivery.csv",
            "known_at": KNOWN_AT,
            **context,
        }
        return parse(blob, form_of(form, over), dataset_named(dataset), ParseContext(**where))

    return parse_it
