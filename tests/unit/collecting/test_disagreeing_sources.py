"""Two sources that speak of one thing: which counts is declared, and that they differ is said."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.current import read_current, resolve_current
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.findings import disagreement
from pipelines.collecting.part_files import Resolved
from pipelines.collecting.paths import Verdict
from pipelines.collecting.ranking import in_words
from pipelines.landing.files import write_parquet
from tests.declaring import PROVA

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
ARRIVED = datetime(2026, 4, 5, tzinfo=UTC)
LATER = ARRIVED + timedelta(days=60)
SOURCE = """\
  {name}: {{dataset: meter_intervals, format: intervals_csv, rank: {rank}, from: "${{NZD_INBOX}}/{name}/*.csv"}}
"""


def declared(folder: Path, **ranks: int) -> Catalogue:
    folder.mkdir(exist_ok=True)
    sources = "".join(SOURCE.format(name=name, rank=rank) for name, rank in ranks.items())
    (folder / "prova.yaml").write_text(PROVA + sources, encoding="utf-8")
    return load(folder)


def delivered(
    folder: Path,
    catalogue: Catalogue,
    source: str,
    kwh: list[str],
    day: int,
    flow_rank: int = 0,
) -> Delivery:
    """Hourly readings of one point, as a source sent them on a day."""
    binding = next(one for one in catalogue.bindings if one.source_id == source)
    sha256 = hashlib.sha256(repr((source, kwh, day)).encode()).hexdigest()
    at = ARRIVED + timedelta(days=day)
    rows = [
        {
            "point_id": "A",
            "carrier": "electricity",
            "flow": "import",
            "interval_start": FIRST + timedelta(hours=hour),
            "interval_end": FIRST + timedelta(hours=hour + 1),
            "quantity": Decimal(value),
            "unit": "kWh",
            "quality": "measured",
            "month": "2026-03",
            "district_id": "prova",
            "source_id": source,
            "flow_rank": flow_rank,
            "_sha256": sha256,
            "_member": "",
            "_row": hour + 1,
            "_known_at": at,
        }
        for hour, value in enumerate(kwh)
    ]
    path = folder / f"{sha256}.parquet"
    write_parquet(pa.Table.from_pylist(rows, schema=binding.dataset.schema()), path)
    verdict = Verdict(accepted=True, rows_accepted=len(rows), months={"2026-03": len(rows)})
    return Delivery(Received(binding, sha256, f"{source}.csv", at, day), verdict, path)


def resolved(folder: Path, catalogue: Catalogue, *sent: Delivery) -> Resolved:
    return resolve_current(catalogue, sent, folder / "view", LATER)["meter_intervals"]


def figures(folder: Path, catalogue: Catalogue) -> list[Decimal]:
    rows = read_current(folder / "view", catalogue.datasets["meter_intervals"]).to_pylist()
    return [row["quantity"] for row in sorted(rows, key=lambda row: row["interval_start"])]


def test_the_source_that_stands_first_counts_and_the_difference_is_said(tmp_path: Path) -> None:
    catalogue = declared(tmp_path / "districts", portal=0, supplier=0)
    portal = delivered(tmp_path, catalogue, "portal", ["1", "2", "3"], 0)
    supplier = delivered(tmp_path, catalogue, "supplier", ["1", "2.5", "1"], 5)

    found = resolved(tmp_path, catalogue, portal, supplier)

    assert figures(tmp_path, catalogue) == [1, 2, 3]
    assert found.restated == []
    [said] = found.disagreements
    assert (said.source_id, said.other, said.month, said.rows) == (
        "portal",
        "supplier",
        "2026-03",
        2,
    )
    assert in_words(said.differences) == "quantity (2) Σ|Δ| 2.5, max |Δ| 2"
    row = disagreement("meter_intervals", said)
    assert (row["code"], row["severity"]) == ("SOURCES_DISAGREE", "warning")
    assert row["detail_en"].startswith("portal counts, not supplier: ")


def test_no_order_of_arrival_changes_what_counts_or_what_is_said(tmp_path: Path) -> None:
    catalogue = declared(tmp_path / "districts", portal=0, supplier=1, reader=0)
    sent = {"portal": ["1", "2"], "supplier": ["3", "4"], "reader": ["5", "2"]}
    seen = set()
    for place, days in enumerate(permutations(range(3))):
        folder = tmp_path / str(place)
        folder.mkdir()
        given = [
            delivered(folder, catalogue, name, kwh, day)
            for (name, kwh), day in zip(sent.items(), days, strict=True)
        ]
        found = resolved(folder, catalogue, *given)
        said = [
            (one.source_id, one.other, one.rows, in_words(one.differences))
            for one in found.disagreements
        ]
        seen.add((tuple(figures(folder, catalogue)), tuple(said), len(found.restated)))

    [(counted, said, restated)] = seen
    assert counted == (3, 4)
    assert [names[:3] for names in said] == [("supplier", "portal", 2), ("supplier", "reader", 2)]
    assert restated == 0


def test_a_declared_rank_decides_and_the_difference_is_no_more_than_a_note(tmp_path: Path) -> None:
    catalogue = declared(tmp_path / "districts", portal=0, supplier=1)
    portal = delivered(tmp_path, catalogue, "portal", ["1"], 5, flow_rank=3)
    supplier = delivered(tmp_path, catalogue, "supplier", ["2"], 0, flow_rank=1)

    found = resolved(tmp_path, catalogue, portal, supplier)

    assert figures(tmp_path, catalogue) == [2]
    assert [disagreement("meter_intervals", one)["severity"] for one in found.disagreements] == [
        "info"
    ]


@pytest.mark.parametrize(("days", "restated"), [((0, 5), 1), ((5, 0), 0)])
def test_a_flow_of_a_higher_rank_corrects_and_does_not_disagree(
    tmp_path: Path, days: tuple[int, int], restated: int
) -> None:
    catalogue = declared(tmp_path / "districts", first=0, second=0)
    pdo = delivered(tmp_path, catalogue, "first", ["1"], days[0], flow_rank=1)
    rfo = delivered(tmp_path, catalogue, "second", ["2"], days[1], flow_rank=3)

    found = resolved(tmp_path, catalogue, pdo, rfo)

    assert figures(tmp_path, catalogue) == [2]
    assert found.disagreements == []
    assert len(found.restated) == restated


def test_a_source_without_flows_is_not_corrected_by_one_that_has_them(tmp_path: Path) -> None:
    catalogue = declared(tmp_path / "districts", portal=0, supplier=0)
    portal = delivered(tmp_path, catalogue, "portal", ["1"], 0)
    supplier = delivered(tmp_path, catalogue, "supplier", ["2"], 5, flow_rank=1)

    found = resolved(tmp_path, catalogue, portal, supplier)

    assert figures(tmp_path, catalogue) == [2]
    assert found.restated == []
    assert [(one.source_id, one.other) for one in found.disagreements] == [("supplier", "portal")]


def test_what_a_source_has_corrected_itself_is_restated_and_its_last_word_is_compared(
    tmp_path: Path,
) -> None:
    catalogue = declared(tmp_path / "districts", portal=0, supplier=0)
    sent = [
        delivered(tmp_path, catalogue, "portal", ["1", "2"], 0),
        delivered(tmp_path, catalogue, "portal", ["1", "3"], 3),
        delivered(tmp_path, catalogue, "supplier", ["9", "9"], 1),
        delivered(tmp_path, catalogue, "supplier", ["1", "3"], 4),
    ]

    found = resolved(tmp_path, catalogue, *sent)

    assert figures(tmp_path, catalogue) == [1, 3]
    assert [(one.source_id, one.rows) for one in found.restated] == [("portal", 1)]
    assert found.disagreements == []


def test_another_rank_or_another_place_in_the_file_resolves_again(tmp_path: Path) -> None:
    for ranks, counted in (
        ({"portal": 0, "supplier": 0}, 1),
        ({"portal": 0, "supplier": 1}, 2),
        ({"supplier": 0, "portal": 0}, 2),
    ):
        catalogue = declared(tmp_path / "districts", **ranks)
        portal = delivered(tmp_path, catalogue, "portal", ["1"], 5)
        supplier = delivered(tmp_path, catalogue, "supplier", ["2"], 0)
        resolved(tmp_path, catalogue, portal, supplier)
        assert figures(tmp_path, catalogue) == [counted]
