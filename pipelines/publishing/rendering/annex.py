"""The annex of one district: what its report says as a workbook, the same bytes for the same edition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipelines.publishing.comparing.decision_log import SCHEMA as DECISION_LOG
from pipelines.publishing.kpi_file import SCHEMA
from pipelines.publishing.language import Words
from pipelines.publishing.protecting.baseline_models import GRADES
from pipelines.publishing.protecting.baselines import SCHEMA as BASELINES
from pipelines.publishing.protecting.funding import FUNDING
from pipelines.publishing.protecting.hourly_emissions import SCHEMA as HOURLY
from pipelines.publishing.protecting.inventory_schemas import SCHEMAS as INVENTORY
from pipelines.publishing.protecting.measure_savings import SAVINGS
from pipelines.publishing.protecting.measure_schemas import MEASURES, SCENARIOS
from pipelines.publishing.protecting.survey_schemas import CHANGES, ESTIMATES, WAVES
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.rendering.sheets import (
    Restricted,
    cover_of,
    dictionary_sheets,
    sheet_of,
)
from pipelines.publishing.rendering.workbook import Sheet, workbook
from pipelines.publishing.report.nzc_tables import CONFIDENTIAL, nzc_sheets
from pipelines.publishing.rows import Row, read_table

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


_KEY = ("district_id", "month")
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
    ("decisions", "decisioni", ()),
    ("change_parts", "variazioni", ()),
    ("emission_forecasts", "previsioni", ()),
    ("renewable_surfaces", "superfici", ()),
    ("water_by_source", "acqua per fonte", ()),
    ("revisions", "revisioni", ()),
    ("deliveries", "consegne", ()),
    ("quarantine_counts", "scarti", ()),
    ("findings", "rilievi", ()),
    ("gaps", "mancanti", ()),
    ("corrections", "correzioni", ()),
)
"""Tables that have a sheet, also where a district has no rows; without columns, all but the district, and the month
where there is only one. Of surveys all waves have one. Reports name these sheets for what a page leaves out."""


def annex(
    reading: Reading,
    district: str,
    words: Words,
    languages: Sequence[Words] = (),
    restricted: Restricted | None = None,
) -> bytes:
    """Workbook: contents, KPI of the month, series, inventory and factors, baselines, measures, projects, quality,
    and a dictionary of KPIs, columns and codes.

    NetZeroCities' tables of the Theory of Change are in it once for each of the `languages`. The creation date is the
    edition's cut-off. A `restricted` one is of an internal edition: marked, without the licence.
    """
    about, row = reading.about, reading.districts[district]
    said = list(languages) or [words]
    sheets = [
        *(restricted.sheets if restricted else ()),
        *_figures(reading, district, said),
        *_inventory(reading, district, said),
        *_lists(reading, district, said),
        *(
            sheet_of(f"NZC {name} {each.code}", "nzc", heads, lines, said)
            for each in languages
            for name, (heads, lines) in nzc_sheets(DistrictReading(reading, district), each).items()
        ),
        _quality(reading, district, said),
    ]
    cover = cover_of(
        f"{row['name_it']}, {about['month']} r{about['revision']}",
        str(row.get("holder_name") or ""),
        datetime.fromisoformat(about["known_at"]),
        words.say("report.demonstration") if row["demonstration"] else "",
        said,
        [str(about["id"])],
        restricted,
    )
    return workbook(cover, [*sheets, *dictionary_sheets(sheets, reading, said)])


def _figures(reading: Reading, district: str, said: Sequence[Words]) -> list[Sheet]:
    """KPI of the month with every column, and their series."""
    values = [value for (one, _, _), value in reading.values.items() if one == district]
    now = [value for value in values if value["month"] == reading.month]
    names = {code: kpi["name_it"] for code, kpi in reading.kpis.items()}
    rows = [{**value, "kpi_name_it": names.get(value["kpi_code"])} for value in now]
    return [
        sheet_of("KPI", "kpi_values", ["kpi_name_it", *SCHEMA.names[1:]], rows, said),
        sheet_of("serie", "series", _SERIES, values, said),
    ]


def _inventory(reading: Reading, district: str, said: Sequence[Words]) -> list[Sheet]:
    """GPC's lines, factors, and the same inventory as other people's templates have it."""
    found = [
        sheet_of(
            sheet, name, INVENTORY[name].names, reading.of(name, district, reading.month), said
        )
        for sheet, name in _INVENTORY
    ]
    views = reading.of("inventory_views", district, reading.month)
    for sheet, view in _VIEWS:
        across, down = pivoted([row for row in views if row["view"] == view])
        found.append(sheet_of(sheet, view, across, down, said))
    told = [row for row in reading.of("energy_baselines", district) if not row["suppressed"]]
    return [*found, sheet_of("baseline", "energy_baselines", BASELINES.names[1:], told, said)]


def _lists(reading: Reading, district: str, said: Sequence[Words]) -> list[Sheet]:
    """The other tables of the edition, the district's rows of each."""
    found = []
    for name, sheet, columns in _OF_THE_MONTH:
        table = read_table(reading.folder / "tables" / f"{name}.parquet")
        if table is None:
            continue
        rows = reading.of(name, district)
        shown = list(columns or (one for one in table.column_names if one not in _KEY))
        if len({row.get("month") for row in rows}) > 1 and "month" not in shown:
            shown.insert(0, "month")
        found.append(sheet_of(sheet, name, shown, rows, said))
    return found


def _quality(reading: Reading, district: str, said: Sequence[Words]) -> Sheet:
    rows = reading.of("completeness", district)
    columns = list(rows[0])[1:] if rows else ["theme"]
    return sheet_of("qualità", "completeness", columns, rows, said)


def pivoted(rows: Sequence[Row]) -> tuple[list[str], list[Row]]:
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
