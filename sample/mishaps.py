"""Files that come late, twice, cut, empty, from the wrong place, or not at all.

Belongs here: what happens to whole files, round by round. Does not belong here: wrong values inside
good files (`dirt.py`), nor what the pipeline must say (`ledger.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sample import curves, dirt, investment, office, registers
from sample.city import DISTRICTS
from sample.load import imported
from sample.months import sent_on
from sample.rounds import Files, Make, regular

LOGIN_PAGE = (
    "<!DOCTYPE html>\n<html lang='it'><head><meta charset='utf-8'><title>Accesso</title></head>\n"
    "<body><form method='post'><p>Sessione scaduta.</p></form></body></html>\n"
)

LATE = "parma/curves/curve_2025-02.csv"
TRUNCATED = "prato/curves/IT001E99100005_ExportData_2025-12.csv"
LOGIN = "prato/curves/IT001E99100008_ExportData_2025-08.csv"
SLIPPED = "prato/curves/IT001E99100007_ExportData_2026-05.csv"
COPIED, COPY = "prato/gas/letture_gas_2025-06.xlsx", "prato/gas/Copia di letture_gas_2025-06.xlsx"
EMPTY, REPLACEMENT = (
    "prato/activity/attivita_2025-01.csv",
    "prato/activity/attivita_2025-01_bis.csv",
)
NUMBERED = "prato/gas/letture_gas_2025-09.xlsx"
RENAMED = "roma/bills/bollette_2025-10.xlsx"
RECTIFIED = "parma/gas/letture_gas_2025-12_rettifica.xlsx"
MISDATED = "prato/registers/decisioni_2025-03.xlsx"
MISTYPED = "roma/registers/eventi_2025-09.xlsx"
BAD_CUP = "parma/projects/progetti_2025-02.csv"
PHANTOM = "parma/curves/curve_2026-03.csv"
UNDERREAD, RESTATED = "bergamo/curves/202509_PDO_1.csv", "bergamo/curves/202509_RFO_1.csv"
OTHERWISE = "prato/pv_operator/produzione_2024-05.csv"
GROWN = ("2025-03", "2026-02")
"""Months after which Bergamo sends its register of points again, because the quarter has grown."""
WATER_DEAD_FROM = "2026-08"


def delivered(month: str) -> Files:
    """Every file that arrives in the round after a month, mishaps included."""
    files = regular(month)
    if month >= WATER_DEAD_FROM:
        files = {path: make for path, make in files.items() if not path.startswith("parma/water/")}
    if month in GROWN:
        files[f"bergamo/points/anagrafica_{month}.xlsx"] = partial(
            registers.points, "bergamo", month
        )
    for change in _CHANGES.get(month, ()):
        change(files)
    return files


def _drop(path: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        del files[path]

    return change


def _replace(path: str, make: Make) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[path] = make

    return change


def _spoil(path: str, spoil: Callable[[bytes], bytes]) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        whole = files[path]
        files[path] = lambda: spoil(whole())

    return change


def _again(path: str, month: str, name: str | None = None) -> Callable[[Files], None]:
    """The good file of an earlier month, sent now."""

    def change(files: Files) -> None:
        files[name or path] = regular(month)[path]

    return change


def _thousandfold(_: bytes) -> bytes:
    """The same curve in Wh where kWh were agreed."""
    point = DISTRICTS["prato"].one("IT001E99100007")
    values = [wh * 1000 for wh in imported("prato", point.id, "2026-05").tolist()]
    return curves.wide("prato", point, "2026-05", values)


def _underread() -> bytes:
    city, month = "bergamo", "2025-09"
    wrong: dirt.Sent = dirt.underread(list(imported(city, dirt.UNDERREAD[0], month).tolist()))
    runs = [p for p in DISTRICTS[city].of("electricity", read="curve") if p.runs(month)]
    return curves.pdo(city, runs, month, {dirt.UNDERREAD[0]: wrong})


def _restated() -> bytes:
    return curves.pdo("bergamo", [DISTRICTS["bergamo"].one(dirt.UNDERREAD[0])], "2025-09")


def _measured_otherwise() -> bytes:
    """What the operator's meters say of the roofs: 3 % less than their logger."""
    return curves.inverter("prato", "2024-05", with_export=False, share=0.97)


def _with_phantom() -> bytes:
    points = DISTRICTS["parma"].of("electricity", read="curve")
    return curves.unareti("parma", points, "2026-03", {dirt.PHANTOM[0]: dirt.PHANTOM[2]})


_CHANGES: dict[str, tuple[Callable[[Files], None], ...]] = {
    "2024-05": (_replace(OTHERWISE, _measured_otherwise),),
    "2025-01": (_spoil(EMPTY, lambda _: b""), _again(EMPTY, "2025-01", REPLACEMENT)),
    "2025-02": (
        _drop(LATE),
        _replace(BAD_CUP, partial(investment.municipal, "parma", "2025-02", bad_cup=True)),
    ),
    "2025-03": (
        _replace(
            MISDATED, partial(office.workbook, "prato", "decisioni", sent_on("2025-03"), slip=True)
        ),
    ),
    "2025-04": (_again(LATE, "2025-02"),),
    "2025-07": (_again(COPIED, "2025-06", COPY),),
    "2025-08": (_spoil(LOGIN, lambda _: LOGIN_PAGE.encode()),),
    "2025-09": (
        _again(LOGIN, "2025-08"),
        _replace(UNDERREAD, _underread),
        _replace(NUMBERED, partial(registers.gas, "prato", "2025-09", excel_numbers=True)),
        _replace(
            MISTYPED, partial(office.workbook, "roma", "eventi", sent_on("2025-09"), slip=True)
        ),
    ),
    "2025-10": (_replace(RENAMED, partial(registers.bills, "roma", "2025-10", renamed=True)),),
    "2025-11": (_again(RENAMED, "2025-10"), _replace(RESTATED, _restated)),
    "2025-12": (_spoil(TRUNCATED, lambda whole: whole[: len(whole) * 62 // 100]),),
    "2026-01": (
        _again(TRUNCATED, "2025-12"),
        _replace(RECTIFIED, partial(registers.gas, "parma", "2025-12", actual_again=True)),
    ),
    "2026-03": (_replace(PHANTOM, _with_phantom),),
    "2026-05": (_spoil(SLIPPED, _thousandfold),),
    "2026-06": (_again(SLIPPED, "2026-05"),),
}
