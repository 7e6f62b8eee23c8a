# ruff: noqa: E501 - tables are read one row per line
"""Every defect the sample plants, and what the pipeline must say of it; also what it must not take for a defect.

Belongs here: expectations, as data. Does not belong here: planting (`dirt.py`, `mishaps.py`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from sample import corrections, dirt, mishaps, survey
from sample.city import DISTRICTS
from sample.months import LAST, months

Where = Literal["findings", "quarantine", "deliveries", "warehouse", "nowhere"]


@dataclass(frozen=True)
class Expect:
    """What must be found.

    The code, in which table, for which month, point and how often (null: not told).
    """

    code: str
    where: Where
    month: str | None = None
    point_id: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Entry:
    """One planted defect. `round` is the month after which it arrives.

    `file` is its path in the inbox.
    """

    id: str
    round: str
    district: str
    source_id: str
    file: str
    kind: str
    expect: Expect


def ledger() -> list[Entry]:
    """Every entry, in the order in which they are planted."""
    found = [
        *_broken_files(),
        *_calendar(),
        *_values(),
        *_corrected(),
        *_promises(),
        *_answers(),
        *_consequences(),
        *_innocent(),
        *_silent(),
    ]
    return sorted(found, key=lambda entry: (entry.round, entry.id))


def write_ledger(path: Path) -> None:
    """The ledger as JSON, for whoever wants to read what was planted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(entry) for entry in ledger()], ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _entry(name: str, month: str, path: str, source: str, kind: str, expect: Expect) -> Entry:
    return Entry(name, month, path.split("/", maxsplit=1)[0], source, path, kind, expect)


def _broken_files() -> list[Entry]:
    refused = [
        ("login_page", "2025-08", mishaps.LOGIN, "curves", "a log-in page saved as .csv, sent right a month later", "NOT_A_TABLE"),
        ("truncated", "2025-12", mishaps.TRUNCATED, "curves", "an upload that broke off, sent whole a month later", "TRUNCATED"),
        ("unit_slip", "2026-05", mishaps.SLIPPED, "curves", "Wh instead of kWh, sent right a month later", "UNIT_SLIP"),
        ("empty_file", "2025-01", mishaps.EMPTY, "activity", "a file of no bytes, with the good one beside it", "EMPTY_FILE"),
        ("renamed_column", "2025-10", mishaps.RENAMED, "bills", "a column renamed, sent right a month later", "MISSING_COLUMN"),
    ]  # fmt: skip
    found = [
        _entry(name, month, path, source, kind, Expect(code, "deliveries"))
        for name, month, path, source, kind, code in refused
    ]
    found.append(
        _entry("duplicate", "2025-07", mishaps.COPY, "gas", "the same bytes under another name",
               Expect("DUPLICATE_DELIVERY", "findings"))
    )  # fmt: skip
    return found


def _calendar() -> list[Entry]:
    never = "bergamo/water/letture_acqua_*.csv"
    dead = "parma/water/letture_acqua_{}.csv"
    found = [
        _entry(
            "late",
            "2025-04",
            mishaps.LATE,
            "curves",
            "two months late",
            Expect("LATE_DELIVERY", "findings", "2025-02"),
        ),
        _entry(
            "never_came",
            LAST,
            never,
            "water",
            "agreed and never sent",
            Expect("SOURCE_MISSING", "findings"),
        ),
        _entry(
            "never_came_due",
            LAST,
            never,
            "water",
            "agreed and never sent",
            Expect("MISSING_DELIVERY", "findings"),
        ),
    ]
    # October's readings are due after the last round.
    for month in months(mishaps.WATER_DEAD_FROM, "2026-09"):
        name = f"dead_source_{month}"
        expect = Expect("MISSING_DELIVERY", "findings", month)
        found.append(_entry(name, month, dead.format(month), "water", "a source that died", expect))
    return found


def _values() -> list[Entry]:
    pod, month, places = dirt.NEGATIVE
    negative = f"parma/curves/curve_{month}.csv"
    school = "00999100000005"
    estimated_water = dirt.ESTIMATED_WATER[0]
    phantom_pod = dirt.PHANTOM[0]
    return [
        _entry("negative", month, negative, "curves", "negative quarter hours",
               Expect("NEGATIVE_QUANTITY", "quarantine", month, pod, len(places))),
        _entry("phantom", "2026-03", mishaps.PHANTOM, "curves", "energy in the hour that does not exist",
               Expect("TIME_PHANTOM", "quarantine", None, phantom_pod, 4)),
        _entry("phantom_collides", "2026-03", mishaps.PHANTOM, "curves", "and so the hour it collides with is in doubt",
               Expect("DUP_CONFLICT", "quarantine", None, phantom_pod, 4)),
        _entry("misdated", "2025-03", mishaps.MISDATED, "decisions", "a decision closed before it was raised",
               Expect("CLOSED_BEFORE_RAISED", "quarantine", None, None, 1)),
        _entry("mistyped_year", "2025-09", mishaps.MISTYPED, "events", "an event of the year 2052",
               Expect("FUTURE_DATE", "quarantine")),
        _entry("bad_cup", "2025-02", mishaps.BAD_CUP, "projects", "a CUP with the letter O for a zero",
               Expect("BAD_ID", "quarantine", None, None, 1)),
        _entry("excel_number", "2025-09", mishaps.NUMBERED, "gas", "PDR turned into numbers, leading zeros gone",
               Expect("ID_REPAIRED", "findings")),
        _entry("restated", "2025-11", mishaps.RESTATED, "curves", "a point measured again with the right constant",
               Expect("RESTATED", "findings", "2025-09")),
        _entry("measured_otherwise", "2024-05", mishaps.OTHERWISE, "roofs", "the operator measures less than the logger",
               Expect("SOURCES_DISAGREE", "findings", "2024-05")),
        _entry("estimated_then_actual", "2026-01", mishaps.RECTIFIED, "gas", "estimated readings, then the real ones",
               Expect("RESTATED", "findings", "2025-12")),
        _entry("estimated_water", "2025-05", "parma/water/letture_acqua_2025-05.csv", "water", "an estimate that later real readings replace",
               Expect("ESTIMATE_MERGED", "warehouse", "2025-05", estimated_water[0])),
        _entry("exchange", "2025-11", "prato/gas/letture_gas_2025-11.xlsx", "gas", "a meter replaced between two readings",
               Expect("METER_EXCHANGE", "warehouse", "2025-11", school)),
        _entry("hourly_factors", "2026-03", "bergamo/grid/fattori_orari_2026-03.csv", "grid", "two days without factors of the grid",
               Expect("HOURLY_FACTOR_GAP", "warehouse", "2026-03")),
        _entry("mistyped_link", "2025-12", "parma/registers/nessi_2025-12.xlsx", "links", "a link that the Theory of Change does not declare",
               Expect("LINK_NOT_DECLARED", "warehouse", "2025-11")),
        _entry("outage", dirt.OUTAGE[1], "bergamo/curves/202606_PDO_1.csv", "curves", "two days without a curve",
               Expect("GAP_IN_SERIES", "warehouse", dirt.OUTAGE[1], dirt.OUTAGE[0])),
    ]  # fmt: skip


def _corrected() -> list[Entry]:
    """A mistyped bill that the register of corrections makes right, and a correction that has expired."""
    point, month, _ = dirt.MISTYPED_BILL
    register = "parma/registers/correzioni_{}.xlsx"
    return [
        _entry("mistyped_bill", month, f"parma/bills/bollette_{month}.xlsx", "bills", f"a digit too many in a bill, corrected by {corrections.STANDS}",
               Expect("VALUE_CORRECTED", "findings", month, point, 1)),
        _entry("expired_correction", "2026-03", register.format("2026-03"), "corrections", f"{corrections.EXPIRED}, which nobody has answered or extended",
               Expect("CORRECTION_EXPIRED", "findings", "2026-02", None, 1)),
    ]  # fmt: skip


def _promises() -> list[Entry]:
    """The cold ring promises more than its two sites use, in every month since it is on the ledger."""
    path = "bergamo/registers/misure_*.xlsx"
    return [
        _entry("promise", "2024-06", path, "measures", "a measure that promises more than its points use",
               Expect("SAVING_BEYOND_USE", "warehouse")),
    ]  # fmt: skip


def _answers() -> list[Entry]:
    first, second = (f"prato/survey/questionario_{wave}.csv" for wave in (1, 2))
    roma = "roma/survey/questionario_2.csv"
    return [
        _entry("bots", "2025-11", roma, "survey_wave_2", "equal submissions of a program within two minutes",
               Expect("BOT_SUSPECTED", "quarantine", None, None, survey.MADE_BY_PROGRAMS)),
        _entry("honeypot", "2025-11", roma, "survey_wave_2", "a field that people do not see, filled in",
               Expect("HONEYPOT_FILLED", "quarantine", None, None, survey.TRAPPED)),
        _entry("answered_twice", "2025-11", roma, "survey_wave_2", "a second submission with one invitation",
               Expect("DUPLICATE_SUBMISSION", "quarantine", None, None, survey.TWICE)),
        _entry("undecided", "2024-05", first, "survey_wave_1", "one person neither agrees nor disagrees with anything",
               Expect("STRAIGHT_LINER", "quarantine", None, None, 1)),
        _entry("unread", "2026-05", second, "survey_wave_2", "one answer to statements of opposite meaning",
               Expect("STRAIGHT_LINER", "quarantine", None, None, survey.UNREAD)),
    ]  # fmt: skip


def _consequences() -> list[Entry]:
    """What follows from rows that were set aside: the month they are missing from has a gap."""
    return [
        _entry("negative_gap", "2025-05", "parma/curves/curve_2025-05.csv", "curves", "the negative quarters are missing",
               Expect("GAP_IN_SERIES", "warehouse", "2025-05", dirt.NEGATIVE[0])),
        _entry("negative_filled", "2025-05", "parma/curves/curve_2025-05.csv", "curves", "three quarters, filled as declared",
               Expect("GAP_SUBSTITUTED", "warehouse", "2025-05", dirt.NEGATIVE[0])),
        _entry("phantom_filled", "2026-03", mishaps.PHANTOM, "curves", "the doubtful hour, filled as declared",
               Expect("GAP_SUBSTITUTED", "warehouse", "2026-03", dirt.PHANTOM[0])),
        _entry("phantom_gap", "2026-03", mishaps.PHANTOM, "curves", "the doubtful hour is missing",
               Expect("GAP_IN_SERIES", "warehouse", "2026-03", dirt.PHANTOM[0])),
    ]  # fmt: skip


def _innocent() -> list[Entry]:
    """The nights on which clocks change: odd files, nothing wrong with them.

    Where a portal writes the hour that does not exist, its zeros are left out and told of.
    """
    nights = {"03": "a day of 92 quarter hours", "10": "a day of 100 quarter hours"}
    found = []
    for month in (month for month in months() if month[5:] in nights):
        for district, name in (
            ("prato", f"*_ExportData_{month}.csv"),
            ("parma", f"curve_{month}.csv"),
            ("bergamo", f"{month.replace('-', '')}_PDO_1.csv"),
        ):
            zeros = month[5:] == "03" and district != "bergamo"
            told = (
                Expect("TIME_PHANTOM", "findings", month) if zeros else Expect("", "nowhere", month)
            )
            path, kind = f"{district}/curves/{name}", nights[month[5:]]
            found.append(_entry(f"clock_{district}_{month}", month, path, "curves", kind, told))
    return found


def _silent() -> list[Entry]:
    """Points on the register that nobody has ever sent, and those of the dead source."""
    never = [(city, p) for city, one in DISTRICTS.items() for p in one.points if p.read == "none"]
    found = [
        Entry(f"silent_{point.id}", months()[0], city, "points", "", "on the register, never read",
              Expect("POINT_SILENT", "warehouse", None, point.id))
        for city, point in never
    ]  # fmt: skip
    for point in DISTRICTS["parma"].of("water"):
        found += [
            Entry(f"silent_{point.id}_{month}", month, "parma", "points", "", "its source died",
                  Expect("POINT_SILENT", "warehouse", month, point.id))
            for month in months(mishaps.WATER_DEAD_FROM, "2026-09")
        ]  # fmt: skip
    return found
