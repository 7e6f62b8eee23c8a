"""The annex of one district: what its report says as a workbook, the same bytes for the same edition."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from pipelines.publishing.comparing.decision_log import SCHEMA as DECISION_LOG
from pipelines.publishing.kpi_file import SCHEMA
from pipelines.publishing.language import Words
from pipelines.publishing.protecting.baseline_models import GRADES
from pipelines.publishing.protecting.baselines import SCHEMA as BASELINES
from pipelines.publishing.protecting.corrections import SCHEMA as CORRECTIONS
from pipelines.publishing.protecting.funding import FUNDING
from pipelines.publishing.protecting.hourly_emissions import SCHEMA as HOURLY
from pipelines.publishing.protecting.inventory_schemas import SCHEMAS as INVENTORY
from pipelines.publishing.protecting.measure_savings import SAVINGS
from pipelines.publishing.protecting.measure_tables import MEASURES, SCENARIOS
from pipelines.publishing.protecting.surveys import CHANGES, ESTIMATES, WAVES
from pipelines.publishing.protecting.tables import SCHEMAS as TABLES
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.rendering.nzc_tables import nzc_sheets
from pipelines.publishing.rows import Row

_SERIES = (
    "month",
    "kpi_code",
    "value",
    "value_adjusted",
    "unit",
    "status",
    "signal",
    "grade",
    "coverage",
    "reason",
    "suppressed",
    "target",
    "gap",
    "previous_year",
    "kpi_value_id",
)
_INVENTORY = (("inventario GPC", "gpc_inventory"), ("fattori", "factor_report"))
"""Sheets of the inventory, each the rows of one public table."""
_VIEWS = (
    ("NZC A-1.1", "nzc_a11"),
    ("NZC A-1.4", "nzc_a14"),
    ("SECAP energia", "secap_energy"),
    ("SECAP emissioni", "secap_emissions"),
)
"""Sheets that stand as other people's templates do: sectors down, scopes or carriers across."""
CONFIDENTIAL = "C"
_DICTIONARY = (
    "code",
    "name_it",
    "name_en",
    "unit",
    "lever",
    "theme",
    "formula",
    "method_it",
    "method_en",
    "reference",
    "direction",
    "cadence",
    "period",
    "maturity",
    "computed",
    "disclosure_rule",
)


_OF_THE_MONTH: tuple[tuple[str, str, Sequence[str]], ...] = (
    ("measures", "misure", MEASURES.names[2:]),
    ("measure_savings", "risparmi misurati", SAVINGS.names[2:]),
    ("baseline_grades", "modelli", GRADES.names[2:]),
    ("measure_scenarios", "scenari", SCENARIOS.names[2:]),
    ("hourly_emissions", "emissioni orarie", HOURLY.names[1:]),
    ("project_funding", "finanziamenti", FUNDING.names[2:]),
    ("projects", "progetti", ()),
    ("pestle_findings", "barriere", ()),
    ("survey_waves", "questionari", WAVES.names[1:]),
    ("survey_estimates", "risposte", ESTIMATES.names[1:]),
    ("survey_changes", "confronti", CHANGES.names[1:]),
    ("decision_log", "registro decisioni", DECISION_LOG.names[2:]),
    ("lever_stages", "fasi", ()),
    ("register_evidence", "prove", ()),
    ("theory_links", "nessi", ()),
    ("revisions", "revisioni", TABLES["revisions"].names[1:]),
    ("corrections", "correzioni", CORRECTIONS.names[1:]),
)
"""Tables of the edition's month that have a sheet where they have rows; without columns, all but district and
month. Of surveys all waves have one."""


def annex(reading: Reading, district: str, words: Words, languages: Sequence[Words] = ()) -> bytes:
    """Workbook: KPI of the month, series, inventory and factors, baselines, measures, projects, quality, dictionary.

    NetZeroCities' tables of the Theory of Change are in it once for each of the `languages`.
    Text stays text: no formulas, no links made of it. The creation date is the edition's cut-off.
    """
    sink = io.BytesIO()
    about, row = reading.about, reading.districts[district]
    book = xlsxwriter.Workbook(
        sink,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    created = datetime.fromisoformat(about["known_at"]).astimezone(UTC).replace(tzinfo=None)
    label = words.say("report.demonstration") if row["demonstration"] else ""
    book.set_properties(
        {
            "title": f"{row['name_it']}, {about['month']} r{about['revision']}",
            "author": str(row.get("holder_name") or ""),
            "comments": label,
            "created": created,
        }
    )
    values = [value for (one, _, _), value in reading.values.items() if one == district]
    now = [value for value in values if value["month"] == reading.month]
    names = {code: kpi["name_it"] for code, kpi in reading.kpis.items()}
    _sheet(
        book,
        "KPI",
        ["kpi_name_it", *SCHEMA.names[1:]],
        [{**v, "kpi_name_it": names.get(v["kpi_code"])} for v in now],
        label,
    )
    _sheet(book, "serie", _SERIES, values, label)
    for sheet, name in _INVENTORY:
        rows = reading.of(name, district, reading.month)
        _sheet(book, sheet, INVENTORY[name].names, rows, label)
    views = reading.of("inventory_views", district, reading.month)
    for sheet, view in _VIEWS:
        across, down = _pivoted([row for row in views if row["view"] == view])
        _sheet(book, sheet, across, down, label)
    told = [row for row in reading.of("energy_baselines", district) if not row["suppressed"]]
    _sheet(book, "baseline", BASELINES.names, told, label)
    for name, sheet, columns in _OF_THE_MONTH:
        rows = reading.of(name, district)
        if rows:
            _sheet(book, sheet, columns or list(rows[0])[2:], rows, label)
    for said in languages:
        for name, (heads, lines) in nzc_sheets(DistrictReading(reading, district), said).items():
            _sheet(book, f"NZC {name} {said.code}", heads, lines, label)
    quality = reading.of("completeness", district)
    _sheet(book, "qualità", list(quality[0]) if quality else ["theme"], quality, label)
    _sheet(book, "dizionario", _DICTIONARY, list(reading.kpis.values()), label)
    book.close()
    return sink.getvalue()


def _pivoted(rows: Sequence[Row]) -> tuple[list[str], list[Row]]:
    """A view as its template has it, totals last; a hidden cell bears GPC's key for confidential."""
    heads = sorted({row["column"] for row in rows}, key=lambda name: (name == "total", name))
    names = sorted({row["row"] for row in rows}, key=lambda name: (name == "total", name))
    cells = {
        (row["row"], row["column"]): CONFIDENTIAL if row["suppressed"] else row["value"]
        for row in rows
    }
    unit = rows[0]["unit"] if rows else ""
    down = [
        {unit: name, **{head: cells.get((name, head)) for head in heads}}
        for name in names
    ]  # fmt: skip
    return [unit, *heads], down


def _sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[Row], label: str) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 1})
    day, moment = (
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    if label:
        sheet.set_header(f"&R{label}")
        sheet.write_string(0, len(columns) + 1, label)
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column, head)
    for line, row in enumerate(rows, start=1):
        for position, column in enumerate(columns):
            _write(sheet, line, position, row.get(column), day, moment)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    sheet.set_column(0, len(columns) - 1, 16)


def _write(sheet: Any, line: int, position: int, value: Any, day: Any, moment: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, position, value)
    elif isinstance(value, Decimal | int | float):
        sheet.write_number(line, position, float(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(line, position, value.astimezone(UTC).replace(tzinfo=None), moment)
    elif isinstance(value, date):
        sheet.write_datetime(line, position, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day
    else:
        sheet.write_string(line, position, str(value))
