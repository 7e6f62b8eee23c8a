"""The title of page one's chart says what the line does against the path, and never less than it does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.publishing.language import words
from pipelines.publishing.report.sections.lead_chart import _title
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"
PATH: list[Decimal | None] = [None, Decimal(1000), Decimal(950)]


@pytest.mark.parametrize(
    ("emitted", "language", "said"),
    [
        ((1300, 1100), "it", "Le emissioni scendono e si avvicinano al percorso, ma restano sopra"),
        ((1300, 1100), "en", "Emissions are falling and nearing the path, but are still above it"),
        ((1040, 1000), "en", "Emissions are falling, but less than needed"),
        ((1050, 1000), "en", "Emissions are falling, but less than needed"),
        ((980, 900), "en", "Emissions are falling faster than the path asks"),
        ((930, 900), "it", "Le emissioni scendono e restano entro il percorso"),
    ],
)
def test_emissions_come_nearer_or_run_ahead_only_where_the_gap_has_moved_that_way(
    emitted: tuple[int, int], language: str, said: str
) -> None:
    values: list[Decimal | None] = [None, *map(Decimal, emitted)]
    gap = Decimal(emitted[1]) - 950

    assert _title(values, PATH, gap, words(language, TEXTS)) == said
