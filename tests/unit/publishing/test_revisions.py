"""Figures that changed since the last edition: what print can show, in the order a reader cares for."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.publishing.language import words
from pipelines.publishing.months import months_back
from pipelines.publishing.protecting.tables import SCHEMAS
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.sections.revisions import AT_MOST, revised_box, revised_table
from pipelines.publishing.rows import to_table
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"
IT = words("it", TEXTS)


def changed(code: str, month: str, old: str | None, new: str | None, **said: Any) -> dict[str, Any]:
    before, after = (None if value is None else Decimal(value) for value in (old, new))
    difference = None if before is None or after is None else after - before
    return {
        "district_id": "prato",
        "month": month,
        "kpi_code": code,
        "old_edition": "2026-09-r1",
        "old_value": before,
        "new_value": after,
        "change": difference,
        "cause": "late_data",
        "part": difference,
        **said,
    }


@pytest.fixture
def revised(reading: Reading, tmp_path: Path) -> Callable[..., DistrictReading]:
    """The October edition with these revisions in place of none."""

    def made(*rows: dict[str, Any]) -> DistrictReading:
        folder = tmp_path / "edition"
        shutil.copytree(reading.folder, folder)
        table = to_table(rows, SCHEMAS["revisions"])
        pq.write_table(table, folder / "tables" / "revisions.parquet")
        return DistrictReading(Reading(folder), "prato")

    return made


def told(read: DistrictReading, language: str = "it") -> list[str]:
    box = revised_box(read, words(language, TEXTS))
    said = [sentence.text for sentence in box.items] or [box.lead.text if box.lead else ""]
    return [text.replace("\u00a0", " ") for text in said]


def test_a_change_that_print_cannot_show_is_not_told(revised):
    read = revised(changed("ENE10", "2026-09", "95.31", "95.34"))

    assert told(read) == ["Nessuna cifra pubblicata in precedenza è cambiata."]
    assert revised_table(read, IT) is None


def test_a_revised_figure_stands_with_old_new_change_and_cause_in_words(revised):
    read = revised(changed("ENE01", "2026-09", "4058.4", "4020.6"))

    assert told(read) == [
        "Energia finale, settembre 2026: 4.058 → 4.021 MWh (−37): letture arrivate dopo la pubblicazione"
    ]
    assert told(read, "en") == [
        "Final energy, September 2026: 4,058 → 4,021 MWh (−37): readings that arrived after publication"
    ]


def test_the_change_is_the_difference_of_the_two_printed_figures(revised):
    read = revised(changed("ENE01", "2026-09", "4058.4", "4060.6"))

    assert "4.058 → 4.061 MWh (+3)" in told(read)[0]


def test_headline_figures_come_first_and_those_about_the_data_last(revised):
    read = revised(
        changed("ENE10", "2026-09", "60", "90"),
        changed("ENE02", "2026-09", "4000", "4400"),
        changed("WAT01", "2026-09", "100000", "101000"),
        changed("ENE01", "2026-09", "4000", "4200"),
    )

    names = [text.split(",")[0] for text in told(read)]
    assert names[:3] == [
        "Energia finale",
        "Acqua prelevata",
        "Consumo finale di energia a clima normale",
    ]
    assert told(read)[3].startswith("e un’altra cifra")


def test_page_one_has_at_most_three_and_one_line_for_a_kpi(revised):
    rows = [changed("ENE01", month, "4000", "4100") for month in months_back("2026-09", 24)]
    rows += [changed(code, "2026-09", "50", "60") for code in ("ENE03", "ENE04", "ENE14", "WAT03")]
    lines = told(revised(*rows))

    assert len(lines) == AT_MOST + 1
    assert sum(line.startswith("Energia finale") for line in lines) == 1
    assert "e altri 23 mesi" in lines[0]


def test_many_months_of_one_kpi_are_one_row_with_their_range(revised):
    months = months_back("2026-09", 24)
    rows = [
        changed("ENE01", month, "4000", str(4000 + 2 * n + 1)) for n, month in enumerate(months)
    ]
    table = revised_table(revised(*rows), IT)

    assert table is not None
    assert len(table.rows) == 1
    texts = [cell.text.replace("\u00a0", " ") for cell in table.rows[0]]
    assert texts[2] == "24 mesi, da ott. 2024 a set. 2026"
    assert texts[3] == "da +1 a +47 MWh"


def test_what_the_table_leaves_out_is_counted_under_it(revised):
    read = revised(
        changed("ENE01", "2026-09", "4000", "4100"),
        changed("ENE10", "2026-08", "95.31", "95.34"),
        changed("ENE10", "2026-09", "95.31", "95.34"),
    )
    table = revised_table(read, IT)

    assert table is not None
    assert table.note is not None
    assert table.note.startswith("Altre 2 cifre")


def test_a_figure_that_is_known_now_or_no_longer_is_said_in_words(revised):
    read = revised(
        changed("WAT01", "2026-09", None, "90000"), changed("ENE01", "2026-09", "4000", None)
    )

    assert any("prima senza dato, ora 90.000 m³" in line for line in told(read))
    assert any("era 4.000 MWh, ora senza dato" in line for line in told(read))


def test_a_part_that_prints_as_nothing_is_not_listed_beside_the_one_that_is_all(revised) -> None:
    months = {"code": "EMI11", "month": "2026-09", "old": "1064.5", "new": "1091.2"}
    small = changed(**months, part=Decimal("0.03"))
    most = changed(**months, cause="unexplained", part=Decimal("26.67"))

    said = " ".join(told(revised(small, most)))

    assert "più cause, che non si possono separare" in said
    assert "letture arrivate" not in said
