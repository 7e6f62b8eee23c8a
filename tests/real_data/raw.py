"""The same files read by other means: csv, zipfile, json and Decimal, nothing of the product."""

from __future__ import annotations

import csv
import json
import zipfile
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def quarter_hours(folder: Path) -> list[Decimal]:
    """kWh of each quarter hour of September 2024, as exported by the distributor."""
    name = "it_edistribuzione_curva_quartoraria_ExportData_settembre.csv"
    with (folder / "meters-electricity" / name).open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines, delimiter=";"))[1:]
    return [Decimal(cell.replace(",", ".")) for row in rows for cell in row[1:97]]


def logger_kwh(folder: Path, pattern: str, month: str) -> Decimal:
    """kWh of a month of a logger that writes Wh per day without a header."""
    wh = Decimal(0)
    for path in sorted(folder.glob(pattern)):
        with path.open(encoding="utf-8") as lines:
            wh += sum(
                (
                    Decimal(w)
                    for day, w in csv.reader(lines)
                    if day.startswith(month.replace("-", ""))
                ),
                Decimal(0),
            )
    return wh / 1000


@cache
def plant(folder: Path) -> dict[str, dict[str, Decimal]]:
    """The dyeing plant's months: every numeric column by month."""
    name = "textile_dyehouse_monthly_2011_2022_fabrika_clean.csv"
    with (folder / "meters-textile" / name).open(encoding="utf-8") as lines:
        return {
            f"{row['Year']}-{int(row['Month']):02d}": {
                column: Decimal(row[column])
                for column in ("Gas", "W-Water", "Electric", "TotalDyeingAmount")
            }
            for row in csv.DictReader(lines)
        }


@cache
def heat_registers(folder: Path) -> dict[datetime, Decimal]:
    """kWh on the heat meter at each hour, UTC."""
    path = folder / "meters-heat" / "dk_smart_heat_meters_hourly_sample.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            datetime.fromisoformat(row["time_rounded"]): Decimal(row["energy_heat_kwh"])
            for row in csv.DictReader(lines)
        }


def heat_kwh(folder: Path, month: str) -> Decimal:
    """kWh of heat in a local month: the difference of two readings."""
    start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=ROME)
    following = (start + timedelta(days=32)).replace(day=1)
    registers = heat_registers(folder)
    utc = ZoneInfo("UTC")
    return registers[following.astimezone(utc)] - registers[start.astimezone(utc)]


def bill_amounts(folder: Path) -> list[Decimal]:
    """EUR of the glassworks' bills, from the workbook's XML."""
    path = folder / "bills" / "it_vetronaviglio_bollette_2024_2025.xlsx"
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    return [
        Decimal(str(round(float(cell.findtext(f"{SHEET}v") or ""), 2)))
        for cell in sheet.iter(f"{SHEET}c")
        if (cell.get("r") or "").startswith("D")
    ]


def weather(folder: Path, year: int) -> dict[str, list[float]]:
    """The daily arrays of one year."""
    path = folder / "weather" / f"openmeteo_archive_daily_{year}_rome_area.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))["daily"])


def recovery_plan(folder: Path, municipality: str) -> list[dict[str, str]]:
    """The plan's projects located in one municipality, with trimmed headers."""

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / "investment" / name).open(encoding="utf-8-sig") as lines:
            return [
                {key.strip(): value.strip() for key, value in row.items()}
                for row in csv.DictReader(lines, delimiter=";")
            ]

    here = {
        row["CUP"]
        for row in rows("pnrr_localizzazione.csv")
        if row["Provincia"] + row["Comune"] == municipality
    }
    return [row for row in rows("pnrr_progetti_italia_domani.csv") if row["CUP"] in here]


def euros(text: str) -> Decimal:
    """Whole euros with dots for thousands."""
    return Decimal(text.replace(".", ""))


def answers(folder: Path) -> dict[str, list[int]]:
    """Scores of the citizens' survey by question."""
    path = folder / "survey" / "it_tricarico_google_forms_risultati_grezzi.csv"
    scores: dict[str, list[int]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        head, *rows = csv.reader(lines)
    for row in rows:
        for question, answer in zip(head, row, strict=True):
            if answer.isdigit():
                scores[question.strip()].append(int(answer))
    return scores
