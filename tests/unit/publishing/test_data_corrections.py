"""What the report says of corrections and of drift, and where its sentences lead."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.publishing.comparing.figure_history import SCHEMA as HISTORY
from pipelines.publishing.language import words
from pipelines.publishing.opening.explain import explain_text
from pipelines.publishing.opening.explanation import explained
from pipelines.publishing.protecting.corrections import SCHEMA, corrections
from pipelines.publishing.protecting.tables import SCHEMAS
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.rendering.rendering import html
from pipelines.publishing.report.pages import district_document
from pipelines.publishing.report.sections.data_corrections import corrections_table
from pipelines.publishing.report.sections.drift import by_cause
from pipelines.publishing.report.sections.revisions import revised_table
from pipelines.publishing.rows import to_table
from pipelines.settings import checkout

REPORTS = checkout() / "reports"
IT = words("it", REPORTS / "text")
Row = dict[str, Any]
ENTRY: Row = {
    "district_id": "prato", "correction_id": "P-1", "about_source": "curves", "dataset": "meter_intervals",
    "month": "2026-10", "carrier": "electricity", "state": "in_force", "told": "Ufficio misure",
    "told_on": date(2026, 11, 2), "letter": "12/2026", "expires_on": date(2027, 3, 31),
    "known_at": datetime(2026, 11, 1, tzinfo=UTC),
}  # fmt: skip


@pytest.fixture
def told(reading: Reading, tmp_path: Path) -> Callable[..., DistrictReading]:
    """The October edition with these tables in place of its own."""

    def made(**tables: list[Row]) -> DistrictReading:
        folder = tmp_path / "edition"
        shutil.copytree(reading.folder, folder)
        schemas = {"corrections": SCHEMA, "figure_history": HISTORY, **SCHEMAS}
        for name, rows in tables.items():
            filled = [dict.fromkeys(schemas[name].names) | row for row in rows]
            pq.write_table(to_table(filled, schemas[name]), folder / "tables" / f"{name}.parquet")
        return DistrictReading(Reading(folder), "prato")

    return made


def test_what_changes_figures_comes_first_and_what_is_closed_is_not_told(told) -> None:
    states = ("closed", "reported", "expired", "in_force")
    read = told(
        corrections=[{**ENTRY, "correction_id": f"P-{n}", "state": s} for n, s in enumerate(states)]
    )
    table = corrections_table(read, IT)

    assert table is not None
    assert [row[0].text.split(":")[0] for row in table.rows] == ["P-3", "P-2", "P-1"]
    assert table.rows[0][2].text == "il valore che riteniamo giusto, come stima"
    assert table.rows[0][3].text == "Ufficio misure, 2 novembre 2026, prot. 12/2026"


@pytest.mark.parametrize("answer", ["value_is_right", "will_correct", "otherwise"])
def test_every_answer_has_its_words(told, answer: str) -> None:
    table = corrections_table(told(corrections=[{**ENTRY, "answer": answer}]), IT)

    assert table is not None
    assert table.rows[0][4].text in {"il valore è giusto", "sarà corretto", "altro"}


def test_without_a_register_there_is_no_table(told) -> None:
    assert corrections_table(told(corrections=[]), IT) is None


def test_what_leaves_the_house_has_no_value_no_point_and_no_code_of_one(tmp_path: Path) -> None:
    (tmp_path / "collected").mkdir()
    entered = {**ENTRY, "told": "Ufficio di IT001E12345678", "point_id": "IT001E12345678",
               "value_right": Decimal(7), "what_is_wrong": "segreto"}  # fmt: skip
    schema = SCHEMA
    for name in ("point_id", "what_is_wrong"):
        schema = schema.append(SCHEMA.field("told").with_name(name))
    rows = [dict.fromkeys(schema.names) | {k: v for k, v in entered.items() if k in schema.names}]
    pq.write_table(to_table(rows, schema), tmp_path / "collected" / "corrections.parquet")

    (row,) = corrections(tmp_path, "2026-10").to_pylist()

    assert set(row) == set(SCHEMA.names)
    assert "IT001E12345678" not in str(row)
    assert "segreto" not in str(row)
    assert corrections(tmp_path, "2026-09").num_rows == 0


def revision(old: str, new: str, cause: str = "late_data", month: str = "2026-09") -> Row:
    before, after = Decimal(old), Decimal(new)
    return {
        "district_id": "prato", "month": month, "kpi_code": "ENE01", "unit": "MWh", "old_edition": "2026-09-r2",
        "old_value": before, "new_value": after, "change": after - before, "cause": cause, "part": after - before,
    }  # fmt: skip


def state(edition: str, value: str) -> Row:
    return {
        "district_id": "prato", "month": "2026-09", "kpi_code": "ENE01", "edition": edition,
        "edition_month": edition[:7], "revision": int(edition[-1]), "value": Decimal(value), "suppressed": False,
    }  # fmt: skip


def test_drift_is_told_from_the_first_publication_on(told) -> None:
    states = [state("2026-09-r1", "4000"), state("2026-09-r2", "4100"), state("2026-10-r1", "4150")]
    table = revised_table(
        told(revisions=[revision("4100", "4150")], figure_history=states), IT
    )  # fmt: skip

    assert table is not None
    assert table.columns[-1].title == "Dalla prima pubblicazione"
    assert table.rows[0][-1].text.replace("\u00a0", " ") == "+150 MWh"


def test_without_an_earlier_publication_there_is_no_column_of_drift(told) -> None:
    states = [state("2026-09-r2", "4100"), state("2026-10-r1", "4150")]
    table = revised_table(told(revisions=[revision("4100", "4150")], figure_history=states), IT)

    assert table is not None
    assert "Dalla prima pubblicazione" not in [column.title for column in table.columns]


def test_a_sentence_counts_figures_by_the_cause_of_their_largest_part(told) -> None:
    parts = [
        {**revision("4000", "4100"), "part": Decimal(130)},
        {**revision("4000", "4100"), "cause": "correction", "part": Decimal(-30)},
        revision("4000", "3900", "correction", "2026-08"),
        revision("4000", "3900", "late_data", "2026-07"),
    ]
    note = by_cause(told(revisions=parts), IT)

    assert note is not None
    assert "sono cambiate 3 cifre già pubblicate: 2 per «letture arrivate" in note.text
    assert "1 per «dati corretti»" in note.text


def test_sentences_and_the_tables_of_charts_open_the_figures_they_tell(told) -> None:
    read = told(revisions=[])
    page = html(district_document(read.reading, "prato", IT), REPORTS).decode()

    assert '<small class="from"><a href="provenance.html#n-' in page
    lead = page[page.index('id="lead-table"') :]
    assert 'href="provenance.html#' in lead[: lead.index("</table>")]


def test_an_explained_figure_names_the_correction_that_stands_in_it(told) -> None:
    read = told(corrections=[ENTRY, {**ENTRY, "correction_id": "P-9", "month": "2026-09"}])
    said = explain_text(explained(read.reading, "prato", "2026-10", "ENE01"), "it")

    assert "Correzione P-1, ottobre 2026 (curves): vale il valore che riteniamo giusto" in said
    assert "P-9" not in said
