"""Energy of the water cycle stands beside energy figures as included elsewhere (IE), and adds to nothing."""

from __future__ import annotations

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.document import Beside, Chart, Note
from pipelines.publishing.report.sections.themes import energy
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"


def test_the_energy_table_has_a_row_without_an_amount(reading: Reading) -> None:
    rows = [
        row
        for row in reading.of("energy_by_carrier_sector", "prato", "2026-10")
        if row["sector"] == "water_cycle"
    ]

    assert [(row["carrier"], row["energy_kwh"], row["reason"]) for row in rows] == [
        ("all", None, "included_elsewhere")
    ]
    assert not rows[0]["suppressed"]


def test_bars_by_sector_say_ie_and_their_shares_are_as_without(reading: Reading) -> None:
    blocks = energy(DistrictReading(reading, "prato"), words("it", TEXTS)).blocks

    drawn = [c for b in blocks for c in (b.items if isinstance(b, Beside) else (b,))]
    [bars] = [c for c in drawn if isinstance(c, Chart) and c.id == "energy-by-sector"]
    assert bars.twin.rows[-1][0].text == "Ciclo idrico"
    assert bars.twin.rows[-1][1].text == "IE (compreso altrove)"
    assert any("IE (compreso altrove)" in str(b.text) for b in blocks if isinstance(b, Note))
    # A share of the total, so no cell beside them is taken for hidden.
    assert "%" in str(bars.title)
