"""A city that joins: `nzd district new`, and templates filled in as a person does in a spreadsheet.

Belongs here: typed cells below the header, everything else left as it was. Does not belong here: what is filled in.
"""

from __future__ import annotations

import datetime as dt
import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from pipelines.catalogue.catalogue import load
from pipelines.cli import nzd
from pipelines.collecting.collect import collect_all
from pipelines.collecting.current import read_current
from pipelines.settings import settings

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DAY_ZERO = dt.date(1899, 12, 30)

Cell = str | int | float | dt.date | None


def headers_of(template: bytes) -> list[str]:
    """The headers of the first sheet."""
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        texts = _texts(archive)
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
    row = sheet.find(f"{{{_MAIN}}}sheetData/{{{_MAIN}}}row")
    assert row is not None
    return [texts[int(cell.findtext(f"{{{_MAIN}}}v") or 0)] for cell in row]


def filled(template: bytes, rows: Sequence[Mapping[str, Cell]]) -> bytes:
    """The workbook with these rows in its first sheet, each a mapping from header to what is typed."""
    headers = headers_of(template)
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template)) as before,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            body = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                body = _with_rows(body, headers, rows)
            after.writestr(name, body)
    return made.getvalue()


def _texts(archive: zipfile.ZipFile) -> list[str]:
    shared = ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314
    return ["".join(one.itertext()) for one in shared]


def _with_rows(body: bytes, headers: list[str], rows: Sequence[Mapping[str, Cell]]) -> bytes:
    ET.register_namespace("", _MAIN)
    sheet = ET.fromstring(body)  # noqa: S314
    styles = {
        place: column.get("style", "0")
        for column in sheet.iter(f"{{{_MAIN}}}col")
        for place in range(int(column.get("min", 1)), int(column.get("max", 1)) + 1)
    }
    data = sheet.find(f"{{{_MAIN}}}sheetData")
    assert data is not None
    for number, row in enumerate(rows, start=2):
        assert not set(row) - set(headers), set(row) - set(headers)
        line = ET.SubElement(data, f"{{{_MAIN}}}row", r=str(number))
        for place, header in enumerate(headers, start=1):
            value = row.get(header)
            if value is None:
                continue
            where = {"r": f"{chr(64 + place)}{number}", "s": styles.get(place, "0")}
            if isinstance(value, str):
                cell = ET.SubElement(line, f"{{{_MAIN}}}c", {**where, "t": "inlineStr"})
                text = ET.SubElement(ET.SubElement(cell, f"{{{_MAIN}}}is"), f"{{{_MAIN}}}t")
                text.text = value
                continue
            cell = ET.SubElement(line, f"{{{_MAIN}}}c", where)
            days = (value - _DAY_ZERO).days if isinstance(value, dt.date) else value
            ET.SubElement(cell, f"{{{_MAIN}}}v").text = str(days)
    return ET.tostring(sheet, xml_declaration=True, encoding="UTF-8")


class City:
    """A new city on disk, and what a person does there; the environment names its folders."""

    def __init__(self, folder: Path, district: str, at: dt.datetime) -> None:
        self.districts, self.inbox = folder / "districts", folder / "inbox"
        self.district, self.at = district, at
        self.run("district", "new", district, "Distretto di prova", "--municipality", "100005")

    def run(self, *arguments: str) -> str:
        found = CliRunner().invoke(nzd, list(arguments), catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.output

    def template(self, name: str, language: str = "it") -> bytes:
        return (
            self.districts / f"{self.district}/registers" / language / f"{name}.xlsx"
        ).read_bytes()

    def send(self, register: str, file: str, body: bytes) -> None:
        place = self.inbox / self.district / register
        place.mkdir(parents=True, exist_ok=True)
        (place / file).write_bytes(body)

    def collect(self) -> None:
        deployment = settings()
        collect_all(deployment, load(deployment.districts), self.at)

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        deployment = settings()
        return read_current(
            deployment.view, load(deployment.districts).datasets[dataset]
        ).to_pylist()

    def told(self, register: str, language: str = "it") -> str:
        return self.run(
            "source", "corrections", f"{self.district}.{register}", "--language", language
        )
