"""Curves and monthly energy as distributors, loggers and heat companies write them.

Belongs here: the layouts. Does not belong here: the flows (`load.py`, `flows.py`) and what went
wrong (`dirt.py`).
"""

from __future__ import annotations

import numpy as np

from sample.city import DISTRICTS, Point
from sample.dirt import Sent, as_sent
from sample.files import comma, csv_bytes, italian
from sample.flows import by_day
from sample.load import exported, imported, production
from sample.months import days, quarter_hours

LABELS = [
    f"{n // 4:02d}:{n % 4 * 15:02d}-{(n + 1) // 4 % 24:02d}:{(n + 1) % 4 * 15:02d}"
    for n in range(96)
]
UNARETI = (
    "POD;DATA;ORA;FL_ORA_LEGALE;ATTIVA_PRELEVATA;ATTIVA_IMMESSA;"
    "REATTIVA_CAPACITIVA_IMMESSA;REATTIVA_CAPACITIVA_PRELEVATA;"
    "REATTIVA_INDUTTIVA_IMMESSA;REATTIVA_INDUTTIVA_PRELEVATA;"
    "PICCO_PRELEVATA;CONSUMO_PICCO_IMMESSA;TIPO_DATO;"
)
PDO = (
    "POD;DATA;ORA;FL_ORA_LEGALE;CONSUMO_ATTIVA_PRELEVATA;"
    "CONSUMO_REATTIVA_INDUTTIVA_PRELEVATA;POTENZA_MASSIMA;TIPO_DATO"
)


def drawn(city: str, point: Point, month: str) -> Sent:
    """What the distributor says a point drew, per quarter hour in Wh."""
    return as_sent(point.id, month, imported(city, point.id, month).tolist())


def wide(city: str, point: Point, month: str, raw: Sent | None = None) -> bytes:
    """e-distribuzione's customer area: a day per row, 96 cells, header bare, body quoted.

    A body row has one field more than the header. On the March day the cells of the hour that
    does not exist hold zero; on the October day the cells of the hour that comes twice hold both.
    """
    rows = [["0,000"] * 96 for _ in days(month)]
    totals: dict[tuple[int, int], int | None] = {}
    for moment, value in zip(
        quarter_hours(month)[1], raw or drawn(city, point, month), strict=True
    ):
        place = (moment.day - 1, moment.hour * 4 + moment.minute // 15)
        before = totals.get(place, 0)
        totals[place] = None if value is None or before is None else before + value
    for (day, cell), total in totals.items():
        rows[day][cell] = "" if total is None else comma(total)
    lines = ["Giorno;" + ";".join(LABELS)]
    for date, cells in zip(days(month), rows, strict=True):
        lines.append(f'"{italian(date)}";' + ";".join(f'"{cell}"' for cell in cells) + ";")
    return ("\n".join(lines) + "\n").encode()


def unareti(
    city: str, points: list[Point], month: str, phantoms: dict[str, int] | None = None
) -> bytes:
    """Portale Clienti Finali: a quarter hour per row with the legal-time flag.

    The March night keeps 96 rows.
    """
    lines = [UNARETI]
    local = quarter_hours(month)[1]
    stamps = [f"{m:%Y%m%d};{m:%H%M%S};{2 if m.dst() else 1}" for m in local]
    for point in points:
        given = exported(city, point.id, month).tolist() if _makes_power(city, point) else None
        for n, value in enumerate(drawn(city, point, month)):
            if n and local[n].hour - local[n - 1].hour == 2:
                lines += _phantom(point.id, f"{local[n]:%Y%m%d}", (phantoms or {}).get(point.id, 0))
            if value is None:
                continue
            back = comma(given[n]) if given else ""
            lines.append(
                f"{point.id};{stamps[n]};{comma(value)};{back};;;0,000;"
                f"{comma(abs(value) // 5)};{comma(abs(value) * 4)};;E;"
            )
    return ("\r\n".join(lines) + "\r\n").encode()


def pdo(city: str, points: list[Point], month: str, raw: dict[str, Sent] | None = None) -> bytes:
    """The layout in which suppliers pass on the flows of the SII."""
    lines, local = [PDO], quarter_hours(month)[1]
    stamps = [f"{m:%Y%m%d};{m:%H%M%S};{2 if m.dst() else 1}" for m in local]
    for point in points:
        values = raw[point.id] if raw and point.id in raw else drawn(city, point, month)
        lines += [
            f"{point.id};{stamp};{comma(value)};;;E"
            for stamp, value in zip(stamps, values, strict=True)
            if value is not None
        ]
    return ("\n".join(lines) + "\n").encode()


def inverter(city: str, month: str, *, with_export: bool, share: float = 1) -> bytes:
    """The roofs' logger: hourly energy with the offset in the moment.

    Exports too where nobody else sends them; a share of it where another meter sees less.
    """
    rows: list[tuple[str, ...]] = []
    hours = [moment.isoformat() for moment in quarter_hours(month)[1][::4]]
    for roof in DISTRICTS[city].of("electricity", role="generation"):
        series = [(roof.id, "produzione", production(city, roof.id, month))]
        if with_export:
            supply = next(p for p in DISTRICTS[city].of("electricity") if p.site == roof.site)
            series.append((supply.id, "immissione", exported(city, supply.id, month)))
        for code, flow, values in series:
            for hour, wh in zip(
                hours, np.asarray(values).reshape(-1, 4).sum(axis=1).tolist(), strict=True
            ):
                said = comma(int(wh * share)).replace(",", ".")
                rows.append((code, "elettricità", flow, hour, said, "kWh", "E"))
    return csv_bytes(("punto", "vettore", "flusso", "inizio", "valore", "unita", "qualita"), rows)


def heat(city: str, month: str) -> bytes:
    """The heat company's monthly statement, MWh, with its total line."""
    found = [
        (p.id, int(by_day(city, p.id, month).sum())) for p in DISTRICTS[city].of("district_heat")
    ]
    label = f"{month[5:]}/{month[:4]}"
    rows = [(code, label, comma(kwh), "E") for code, kwh in found]
    rows.append(("TOTALE", label, comma(sum(kwh for _, kwh in found)), ""))
    return csv_bytes(("Codice sottostazione", "Mese", "Energia (MWh)", "Tipo dato"), rows)


def _makes_power(city: str, point: Point) -> bool:
    return any(
        roof.site == point.site for roof in DISTRICTS[city].of("electricity", role="generation")
    )


def _phantom(pod: str, date: str, wh: int) -> list[str]:
    """Four rows of the hour that does not exist, as the portal writes them."""
    return [
        f"{pod};{date};02{minute:02d}00;2;{comma(wh)};;;;0,000;0,000;0,000;;E;"
        for minute in (0, 15, 30, 45)
    ]
