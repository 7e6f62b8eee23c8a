"""The report lists a factor once, however old it is in the months that use it, and speaks the reader's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.document import Table
from pipelines.publishing.report.sections.figures import period_of
from pipelines.publishing.report.sections.inventory import factors
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"


class TwoAges(DistrictReading):
    """The October edition, whose twelve months use one factor of 2020 at two ages."""

    def rows(self, table: str, month: str | None = None) -> list[Any]:
        if table != "factor_report" or month != self.month:
            return []
        used = {"kpi_code": "EMI11", "carrier": "electricity", "gas": "CO2e", "unit": "g/kWh",
                "factor_code": "EEA_IT_GEN_2020", "factor_value": Decimal(212), "factor_year": 2020,
                "place": "WORLD", "source": "EEA", "page": None, "licence": "not stated"}  # fmt: skip
        return [
            {**used, "factor_age_years": age, "share": share}
            for age, share in ((5, Decimal("0.057")), (6, Decimal("0.289")))
        ]


def test_a_factor_of_two_ages_is_one_row(reading: Reading) -> None:
    table = factors(TwoAges(reading, "prato"), words("it", TEXTS))

    assert isinstance(table, Table)
    [[_, _, factor, _, year, share, source]] = table.rows
    assert (factor.note, source.note) == ("mondo", "licenza non indicata")
    assert year.note == "da 5 a 6 anni prima"
    assert share.text.replace("\u00a0", " ").replace("\u202f", " ") == "34,6 %"


def test_a_value_of_an_earlier_period_says_so_whatever_its_reason() -> None:
    said = words("it", TEXTS)
    row = {"month": "2026-10", "period_end": date(2026, 1, 1), "reason": "no_factor"}

    assert period_of(row, {"period": "month"}, said) == "dic. 2025"
    assert period_of({**row, "period_end": date(2026, 11, 1)}, {"period": "month"}, said) == "mese"
