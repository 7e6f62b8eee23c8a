"""Where a figure has one at normal weather, both stand in one cell; where that is hidden, the raw one stands alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.sections.kpi_tables import kpi_table
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"


class Changed(DistrictReading):
    """The October edition, with another adjusted value of one KPI."""

    adjusted: Decimal | None = None

    def kpi(self, code: str, month: str | None = None) -> Any:
        row = super().kpi(code, month)
        return {**row, "value_adjusted": self.adjusted} if row is not None else None


@pytest.mark.parametrize(
    ("language", "said"),
    [("it", "a clima normale 1.235 MWh"), ("en", "at normal weather 1,235 MWh")],
)
def test_raw_and_adjusted_stand_in_one_cell(reading: Reading, language: str, said: str) -> None:
    read = Changed(reading, "prato")
    read.adjusted = Decimal("1234.5")
    [row] = kpi_table("t", ["ENE01"], read, words(language, TEXTS)).rows

    assert row[1].note is not None
    assert row[1].note.replace("\u00a0", " ").replace("\u202f", " ") == said


def test_a_hidden_adjusted_value_leaves_no_trace(reading: Reading) -> None:
    [row] = kpi_table("t", ["ENE01"], Changed(reading, "prato"), words("it", TEXTS)).rows

    assert row[1].note is None
