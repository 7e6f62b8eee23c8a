"""Section 9: what the parts of a grade say, and where energy is complete and points are not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.language import words
from pipelines.publishing.opening.explain import explain_text
from pipelines.publishing.opening.explanation import Explanation
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.document import Note, Table
from pipelines.publishing.report.sections.quality import quality
from pipelines.publishing.rows import Row
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"
Changed = Callable[..., DistrictReading]


@pytest.fixture
def changed(reading: Reading, tmp_path: Path) -> Changed:
    """The October edition of Prato with these parts of energy."""

    def made(**said: Any) -> DistrictReading:
        folder = tmp_path / "edition"
        shutil.copytree(reading.folder, folder)
        path = folder / "tables" / "completeness.parquet"
        table = pq.read_table(path)
        rows = [
            {**row, **said}
            if (row["district_id"], row["month"], row["theme"]) == ("prato", "2026-10", "energy")
            else row
            for row in table.to_pylist()
        ]
        pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
        return DistrictReading(Reading(folder), "prato")

    return made


def notes(read: DistrictReading, language: str) -> list[str]:
    blocks = quality(read, words(language, TEXTS)).blocks
    return [str(block.text).replace("\u00a0", " ") for block in blocks if isinstance(block, Note)]


def test_nearly_all_energy_of_half_of_the_points_is_said(changed: Changed) -> None:
    read = changed(points=40, points_full=19)

    [said] = [text for text in notes(read, "it") if "21 punti su 40" in text]
    assert "non sono completi" in said
    assert any("21 of 40 points" in text for text in notes(read, "en"))


@pytest.mark.parametrize(("points", "full"), [(40, 32), (40, 40), (None, None), (0, 0)])
def test_nothing_is_said_where_points_are_as_complete_as_their_energy(
    changed: Changed, points: int | None, full: int | None
) -> None:
    assert not [t for t in notes(changed(points=points, points_full=full), "it") if "punti su" in t]


def test_shares_that_were_substituted_or_cut_stand_beside_the_estimated_one(
    changed: Changed,
) -> None:
    behind = quality(changed(), words("it", TEXTS)).reference
    [parts] = [
        b
        for part in behind
        for b in part.blocks
        if isinstance(b, Table) and b.id == "quality-parts"
    ]

    [energy] = [row for row in parts.rows if row[0].text == "Energia"]
    assert energy[4].note is not None
    said = energy[4].note.replace("\u00a0", " ")
    assert said == "di cui ≤ 1 % sostituito; ≤ 15 % ripartito per giorni"


def test_an_explanation_says_how_much_was_split_and_by_what(reading: Reading) -> None:
    said = _explained(reading, reading.qualities["prato", "2026-10", "ENE01"])
    assert "ripartito fra i mesi per giorni: ≤ 15 % del totale" in said
    assert "valori sostituiti dove la fonte lo dichiara: ≤ 1 %" in said


def test_a_mean_age_that_is_not_told_leaves_its_letter(reading: Reading) -> None:
    parts = {**reading.qualities["prato", "2026-10", "ENE01"], "grade_factor_age": "D"}
    assert "età dei fattori D (7,3 anni)" in _explained(
        reading, {**parts, "factor_age_years": Decimal("7.29701")}
    )
    said = _explained(reading, {**parts, "factor_age_years": None})
    assert "età dei fattori D" in said
    assert "età dei fattori D (" not in said


def _explained(reading: Reading, parts: Row) -> str:
    row = reading.values["prato", "2026-10", "ENE01"]
    explained = Explanation(
        edition="2026-10 r1",
        district="prato",
        month="2026-10",
        kpi=reading.kpis["ENE01"],
        value=row,
        factors=(),
        deliveries=(),
        set_aside=(),
        grade_parts=parts,
        parts=(),
        earlier=(),
    )

    return explain_text(explained, "it").replace("\u00a0", " ")
