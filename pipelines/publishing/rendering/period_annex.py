"""The annex of a district's quarter or year: its figures, the months they are made of, and what the report lists.

Belongs here: which sheets it has. Does not belong here: how a sheet is laid out (`workbook.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipelines.publishing.language import Words
from pipelines.publishing.periods.figures import PARTS, SCHEMA, parts
from pipelines.publishing.periods.reading import DistrictPeriod
from pipelines.publishing.protecting.measure_schemas import MEASURES
from pipelines.publishing.rendering.annex import pivoted
from pipelines.publishing.rendering.sheets import cover_of, dictionary_sheets, sheet_of
from pipelines.publishing.rendering.workbook import Sheet, workbook
from pipelines.publishing.report.nzc_tables import nzc_sheets
from pipelines.publishing.report.sections.period_figures import name_of
from pipelines.publishing.report.sections.period_nzc import gap_lines, views_of
from pipelines.publishing.report.sections.period_registers import closed_in, finished_in

_DECISIONS = (
    "decision_id", "title", "body", "raised_on", "due_on", "closed_on", "outcome", "stage", "timeliness", "days_late",
    "evidence",
)  # fmt: skip


def period_annex(of: DistrictPeriod, languages: Sequence[Words]) -> bytes:
    """The workbook of a district's period."""
    whole, said = of.whole, languages[0]
    about, row = whole.about, whole.reading.districts[of.district]
    names = {code: kpi["name_it"] for code, kpi in whole.reading.kpis.items()}
    rows = [one for one in whole.rows if one["district_id"] == of.district]
    made = [one for one in parts(whole.reading, whole.period) if one["district_id"] == of.district]
    sheets = [
        sheet_of("KPI", "period_values", ["kpi_name_it", *SCHEMA.names[1:]],
                 [{**one, "kpi_name_it": names[one["kpi_code"]]} for one in rows], languages),
        sheet_of("mesi", "period_parts", PARTS.names[1:], made, languages),
        sheet_of("decisioni", "decisions_taken", _DECISIONS, closed_in(of), languages),
        sheet_of("misure concluse", "measures", MEASURES.names[2:], finished_in(of), languages),
        *(_of_year(of, languages) if whole.period.quarter is None else ()),
    ]  # fmt: skip
    label = said.say("report.demonstration") if row["demonstration"] else ""
    cover = cover_of(
        f"{row['name_it']}, {name_of(whole.period, said)}, r{about['revision']}",
        str(row.get("holder_name") or ""),
        datetime.fromisoformat(about["known_at"]),
        label,
        languages,
        [f"{about['id']} · {about['view_of']['id']} · {about['content']}"],
    )
    return workbook(cover, [*sheets, *dictionary_sheets(sheets, whole.reading, languages)])


def _of_year(of: DistrictPeriod, languages: Sequence[Words]) -> list[Sheet]:
    """NetZeroCities' tables, the inventory once and the others in each language."""
    views = views_of(of)
    found = []
    for name, view in (("NZC A-1.1", "nzc_a11"), ("NZC A-1.4", "nzc_a14")):
        across, down = pivoted([row for row in views if row["view"] == view])
        found.append(sheet_of(name, view, across, down, languages))
    for words in languages:
        heads = [words.say("periods.a23_line"), words.say("periods.a23_value")]
        lines = [dict(zip(heads, pair, strict=True)) for pair in gap_lines(of, words)]
        found.append(sheet_of(f"NZC A-2.3 {words.code}", "nzc_a23", heads, lines, languages))
        for name, (titles, rows) in nzc_sheets(of.today, words).items():
            found.append(sheet_of(f"NZC {name} {words.code}", "nzc", titles, rows, languages))
    return found
