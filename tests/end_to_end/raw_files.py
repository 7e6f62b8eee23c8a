"""The sample's files read by other means than the product's: csv, json, calamine, zoneinfo, Decimal.

Belongs here: what stands in the files that had arrived by a moment, and which rows of them count
after the rules that `docs/` tells people. Does not belong here: any figure (`recomputed.py`).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import python_calamine
from ruamel.yaml import YAML

ROME = ZoneInfo("Europe/Rome")
QUARTER = timedelta(minutes=15)
SLIPPED = 100
"""A month this many times the usual month of its point was sent in another unit."""

Row = dict[str, Any]
Series = dict[tuple[str, str], dict[datetime, Decimal]]
"""Readings by point and flow, then by the UTC start of their interval."""


def number(text: str) -> Decimal | None:
    """A number as Italian portals write it: 1.234,5; nothing where nothing is told."""
    return None if text.strip() in {"", "N/D"} else Decimal(text.replace(".", "").replace(",", "."))


def day_of(text: str | date) -> date:
    """A day written 31/12/2025, or a real date of a workbook."""
    if isinstance(text, date):
        return text
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def month_start(month: str, later: int = 0) -> date:
    """The first day of a month, or of one so many months later."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + later
    return date(count // 12, count % 12 + 1, 1)


def shifted(month: str, later: int) -> str:
    """The month so many months later."""
    return f"{month_start(month, later):%Y-%m}"


@cache
def instants(day: date) -> dict[str, tuple[datetime, ...]]:
    """When each quarter hour of a local day begins in UTC, by its time on the wall: once; never in
    the hour that March skips; twice in the hour that October repeats.
    """
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the wall has no zone
    found = {}
    for number_of_quarter in range(96):
        wall = midnight + number_of_quarter * QUARTER
        begins = {wall.replace(tzinfo=ROME, fold=fold).astimezone(UTC) for fold in (0, 1)}
        real = [at for at in begins if at.astimezone(ROME).replace(tzinfo=None) == wall]
        found[f"{wall:%H%M}"] = tuple(sorted(real))
    return found


@cache
def _moment(day: str, time: str, flag: int) -> tuple[datetime, bool]:
    """The moment a time on the wall and its flag tell of, and whether that hour exists."""
    wall = datetime.strptime(day + time, "%Y%m%d%H%M%S")  # noqa: DTZ007 - wall time
    told = wall.replace(tzinfo=UTC) - timedelta(hours=flag)
    return told, told in instants(wall.date())[time[:4]]


@dataclass(frozen=True)
class Span:
    """What flowed through a point between two days, the second excluded; `read` where a meter told
    it, whose hours count, and not a bill, which counts days.
    """

    point_id: str
    start: date
    end: date
    quantity: Decimal
    read: bool = False

    def of_month(self, month: str) -> Decimal | None:
        """The part of a month, spread evenly; nothing where they do not meet."""
        start, end = max(self.start, month_start(month)), min(self.end, month_start(month, 1))
        if start >= end:
            return None
        return self.quantity * self._length(start, end) / self._length(self.start, self.end)

    def _length(self, start: date, end: date) -> Decimal:
        if not self.read:
            return Decimal((end - start).days)
        first, last = (
            datetime(day.year, day.month, day.day, tzinfo=ROME).astimezone(UTC)
            for day in (start, end)
        )
        return Decimal((last - first) // QUARTER)


@dataclass(frozen=True)
class Raw:
    """An inbox as it stood at a moment; what arrived later does not exist."""

    inbox: Path
    known_at: datetime

    def files(self, pattern: str) -> list[Path]:
        """Files that had arrived, in the order in which they did."""
        latest = self.known_at.timestamp()
        found = [path for path in self.inbox.glob(pattern) if path.stat().st_mtime <= latest]
        return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))

    def table(self, path: Path, *needed: str, delimiter: str = ";") -> list[Row]:
        """Rows of a CSV or of the one sheet of a workbook. A file that breaks off, lacks a column
        or is no table counts as a whole for nothing.
        """
        rows = _workbook(path) if path.suffix == ".xlsx" else _csv(path, delimiter)
        header = [str(cell).strip() for cell in rows[0]] if rows else []
        broken = any(len(row) < len(header) or any(row[len(header) :]) for row in rows)
        if broken or not set(needed) <= set(header):
            return []
        return [
            dict(zip(header, row, strict=False))
            for row in rows[1:]
            if not str(row[0]).lower().startswith("totale")
        ]

    def rows(self, pattern: str, *needed: str, delimiter: str = ";") -> Iterator[Row]:
        """Rows of every file, the oldest file first."""
        for path in self.files(pattern):
            yield from self.table(path, *needed, delimiter=delimiter)

    def newest(self, pattern: str, *needed: str) -> list[Row]:
        """Rows of the last good file of a register that is sent whole each time."""
        for path in reversed(self.files(pattern)):
            if rows := self.table(path, *needed):
                return rows
        return []

    def points(self, district: str, declared: Path) -> dict[str, Row]:
        """The register of points by code, in the words of the workbook."""
        rows = self.newest(f"{district}/points/anagrafica_*.xlsx", "Codice punto")
        if not rows:
            said = YAML(typ="safe").load(declared / f"{district}.yaml")
            rows = [_as_in_workbook(one) for one in said["sources"]["points"]["declared"]]
        return {row["Codice punto"]: row for row in rows}

    def intervals(self, district: str) -> dict[tuple[str, str, str], tuple[Decimal, int]]:
        """Energy in kWh and seconds covered, by point, flow and local month."""
        found: dict[tuple[str, str, str], tuple[Decimal, int]] = {}
        for pattern, read, seconds in (
            (f"{district}/curves/*.csv", _LAYOUTS[district], 900),
            (f"{district}/pv/inverter_*.csv", Raw._logger, 3600),
        ):
            history: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
            for month, paths in sorted(self._by_month(pattern).items()):
                for key, (total, readings) in self._month(read, paths).items():
                    if not _slipped(total, history[key]):
                        history[key].append(total)
                        found[*key, month] = (total, seconds * readings)
        return found

    def curves(self, district: str, month: str) -> dict[str, dict[datetime, Decimal]]:
        """What each point drew in a month's quarter hours, by their UTC start; the later file counts."""
        merged: dict[str, dict[datetime, Decimal]] = defaultdict(dict)
        for path in self._by_month(f"{district}/curves/*.csv").get(month, []):
            for (point, flow), readings in _LAYOUTS[district](self, path).items():
                if flow == "import":
                    merged[point].update(readings)
        return merged

    def filled(self, district: str, up_to: timedelta) -> dict[tuple[str, str, str], Decimal]:
        """What stands for gaps of curves within a month, no longer than declared: as much per second as
        the mean of the interval before and the one after.
        """
        found: dict[tuple[str, str, str], Decimal] = {}
        for month, paths in self._by_month(f"{district}/curves/*.csv").items():
            merged: Series = defaultdict(dict)
            for path in paths:
                for key, readings in _LAYOUTS[district](self, path).items():
                    merged[key].update(readings)
            for key, readings in merged.items():
                for before, after in pairwise(sorted(readings)):
                    gap = after - before - QUARTER
                    if timedelta(0) < gap <= up_to:
                        mean = (readings[before] + readings[after]) / 2
                        filled = mean * Decimal(gap / QUARTER)
                        found[*key, month] = found.get((*key, month), Decimal(0)) + filled
        return found

    def _month(self, read: Layout, paths: list[Path]) -> dict[tuple[str, str], tuple[Decimal, int]]:
        """What a month's files add up to, and of how many readings. Files of the same bytes say
        the same whenever they are looked at.
        """
        said = tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
        if said not in _MONTHS:
            merged: Series = defaultdict(dict)
            for path in paths:
                for key, readings in read(self, path).items():
                    merged[key].update(readings)
            _MONTHS[said] = {
                key: (sum(readings.values(), Decimal(0)), len(readings))
                for key, readings in merged.items()
                if readings
            }
        return _MONTHS[said]

    def _by_month(self, pattern: str) -> dict[str, list[Path]]:
        """Files by the month in their names; where two tell of one quarter hour the later counts,
        and a rectified flow (RFO) before the periodic one (PDO) whenever it came.
        """
        found: dict[str, list[Path]] = defaultdict(list)
        for path in sorted(self.files(pattern), key=lambda each: "_RFO_" in each.name):
            year, month = re.findall(r"(20\d\d)-?(\d\d)", path.name)[-1]
            found[f"{year}-{month}"].append(path)
        return found

    def _wide(self, path: Path) -> Series:
        """One row per day. The doubled hour of October stands in the first one's cells as a sum,
        and the hour that March skips holds zeros, which are nothing.
        """
        point = path.name.split("_")[0]
        readings: dict[datetime, Decimal] = {}
        for row in self.table(path, "Giorno"):
            starts = instants(day_of(row["Giorno"]))
            for cell, text in row.items():
                if not re.match(r"\d\d:\d\d-", cell) or not text:
                    continue
                value, begins = number(text), starts[cell[:2] + cell[3:5]]
                assert value is not None
                assert begins or value == 0, f"{path.name}: energy in an hour that does not exist"
                readings.update({at: value / len(begins) for at in begins})
        return {(point, "import"): readings}

    def _flagged(self, path: Path) -> Series:
        """One row per quarter hour, with 2 for summer time and 1 for winter time beside it."""
        columns = {"ATTIVA_PRELEVATA": "import", "CONSUMO_ATTIVA_PRELEVATA": "import",
                   "ATTIVA_IMMESSA": "export"}  # fmt: skip
        found: Series = defaultdict(dict)
        doubted: list[tuple[tuple[str, str], datetime]] = []
        for row in self.table(path, "POD", "DATA", "ORA", "FL_ORA_LEGALE"):
            told, real = _moment(row["DATA"], row["ORA"], int(row["FL_ORA_LEGALE"]))
            for column, flow in columns.items():
                value, key = number(row.get(column, "")), (row["POD"], flow)
                if value is None or value < 0 or (not real and value == 0):
                    continue
                if real:
                    found[key][told] = value
                else:
                    doubted.append((key, told))
        for key, told in doubted:  # energy in no hour: neither it nor what it collides with counts
            found[key].pop(told, None)
        return found

    def _logger(self, path: Path) -> Series:
        flows = {"produzione": "production", "immissione": "export", "prelievo": "import"}
        found: Series = defaultdict(dict)
        for row in self.table(path, "punto", "inizio", "valore"):
            at = datetime.fromisoformat(row["inizio"]).astimezone(UTC)
            found[row["punto"], flows[row["flusso"]]][at] = Decimal(row["valore"])
        return found

    def heat(self, district: str) -> dict[tuple[str, str], Decimal]:
        """kWh of district heat by point and month; what came last counts."""
        found = {}
        for row in self.rows(f"{district}/heat/*.csv", "Codice sottostazione", "Energia (MWh)"):
            month, year = row["Mese"].split("/")
            value = number(row["Energia (MWh)"])
            assert value is not None
            found[row["Codice sottostazione"], f"{year}-{month}"] = value * 1000
        return found

    def registers(self, district: str) -> list[Span]:
        """What flowed between two readings of one meter, gas in Smc and water in m³."""
        meters: dict[tuple[str, str], dict[date, tuple[Decimal, bool]]] = defaultdict(dict)
        for row in self.rows(f"{district}/gas/*.xlsx", "PDR", "Lettura"):
            # A spreadsheet took the PDR for a number: fourteen digits, the leading zeros gone.
            code = row["PDR"] if isinstance(row["PDR"], str) else f"{int(row['PDR']):014d}"
            read_on = day_of(row["Data lettura"])
            shown = Decimal(str(row["Lettura"]))
            meters[code, row["Matricola"]][read_on] = shown, row["Tipo lettura"] == "S"
        for row in self.rows(f"{district}/water/*.csv", "Codice utenza", "Lettura (mc)"):
            reading = number(row["Lettura (mc)"])
            assert reading is not None
            meter = row["Codice utenza"], row["Matricola contatore"]
            guessed = row["Tipo lettura"] in {"stimata", "acconto"}
            meters[meter][day_of(row["Data lettura"])] = reading, guessed
        found = []
        for (point, _), readings in meters.items():
            for start, end in pairwise(_real_or_last(readings)):
                quantity = readings[end][0] - readings[start][0]
                assert quantity >= 0, f"{point}: a meter ran backwards"
                found.append(Span(point, start, end, quantity, read=True))
        return found

    def bills(self, district: str) -> list[Span]:
        """Billed kWh with the days they were billed for; the last day is one of them."""
        found: dict[tuple[str, str], Span] = {}
        needed = ("Codice fornitura", "Periodo dal", "Periodo al", "Consumo")
        for row in self.rows(f"{district}/bills/*.xlsx", *needed):
            assert (row["Tipo bolletta"], row["Unità di misura"]) == ("ordinaria", "kWh"), row
            end = day_of(row["Periodo al"]) + timedelta(days=1)
            found[row["Codice fornitura"], row["Numero bolletta"]] = Span(
                row["Codice fornitura"],
                day_of(row["Periodo dal"]),
                end,
                Decimal(str(row["Consumo"])),
            )
        corrected = self.corrected(district)
        return [
            replace(
                one, quantity=corrected.get((one.point_id, one.start, one.quantity), one.quantity)
            )
            for one in found.values()
        ]

    def corrected(self, district: str) -> dict[tuple[str, date, Decimal], Decimal]:
        """What the register of corrections puts in the place of a bill, by point, first day and the value it is of."""
        today = self.known_at.astimezone(ROME).date()
        return {
            (row["Punto"], day_of(row["Dal"]), Decimal(str(row["Valore ricevuto"]))): Decimal(
                str(row["Valore giusto"])
            )
            for row in self.newest(f"{district}/registers/correzioni_*.xlsx", "Correzione")
            if (row["Fonte"], row["Fino alla risposta"]) == ("bills", "vale il valore giusto")
            and row["Stato"] == "aperta"
            and row["Risposta"] != "il valore è giusto"
            and day_of(row["Scade il"]) >= today
        }


def _real_or_last(readings: dict[date, tuple[Decimal, bool]]) -> list[date]:
    """Days of readings without the estimates that lie between two real ones."""
    real = [day for day, (_, guessed) in readings.items() if not guessed]
    return [
        day
        for day in sorted(readings)
        if not readings[day][1] or not real or not min(real) < day < max(real)
    ]


Layout = Callable[[Raw, Path], Series]
_MONTHS: dict[tuple[str, ...], dict[tuple[str, str], tuple[Decimal, int]]] = {}
_LAYOUTS: dict[str, Layout] = {
    "prato": Raw._wide,
    "parma": Raw._flagged,
    "bergamo": Raw._flagged,
    "roma": Raw._flagged,
}


def _slipped(total: Decimal | int, months: list[Decimal]) -> bool:
    return len(months) > 1 and total > SLIPPED * statistics.median(months) > 0


def _csv(path: Path, delimiter: str) -> list[list[Any]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def _workbook(path: Path) -> list[list[Any]]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    (only,) = book.sheet_names
    return book.get_sheet_by_name(only).to_python()


def _as_in_workbook(declared: Row) -> Row:
    words = {
        "public": "pubblico",
        "firm": "impresa",
        "supply": "fornitura",
        "electricity": "elettricità",
    }
    return {
        "Codice punto": declared["point_id"],
        "Vettore": words[declared["carrier"]],
        "Ruolo": words[declared["role"]],
        "Codice sito": declared["site_id"],
        "Titolare": declared["holder_group"],
        "Tipo titolare": words[declared["holder_kind"]],
        "Fonte idrica": "",
        "Uso gas": "",
        "Settore": declared["sector"],
        "Valido dal": "",
    }
