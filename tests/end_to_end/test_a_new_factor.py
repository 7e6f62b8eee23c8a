"""A factor arrives: the next edition says so and why, and what was published stays as it was."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.publishing.comparing.diff import diff
from pipelines.publishing.editions.edition import publish
from pipelines.publishing.reading import Reading
from pipelines.settings import now, settings
from pipelines.tracing.emission_rows import emission_rows, emission_rows_text
from pipelines.version import code_version
from pipelines.warehouse.build import build

MONTH, KWH = "2026-10", 10_000
DISTRICT = """\
id: sesto
name: Distretto di prova
city: Trento
region: ITH2
boundary:
  - version: "1"
    valid_from: 2026-01-01
    municipalities: ["022205"]
    description: {it: Prova, en: Trial}
sources:
  points:
    dataset: metering_points
    declared:
      - {point_id: E1, carrier: electricity, role: supply, site_id: S, sector: municipal, holder_group: Comune,
         holder_kind: public}
  bills:
    dataset: utility_bills
    declared:
""" + "".join(
    f"      - {{point_id: E1, carrier: electricity, bill_id: B{number}, period_start: 2026-{number:02}-01, "
    f"period_end: 2026-{number + 1:02}-01, quantity: {KWH}, unit: kWh, bill_kind: regular, quality: measured}}\n"
    for number in range(1, 11)
)
FACTOR = """\
- {code: OWN_GRID_2026, kind: emission, carrier: electricity, gas: CO2e, basis: consumption, series: ISPRA, value: 0.25,
   unit: kg/kWh, year: 2026, region: IT, source: "Invented for this test, page 1"}
"""


@dataclass(frozen=True)
class Twice:
    """One month published before and after a factor arrived, and the hashes of the first edition at both times."""

    home: Path
    before: Path
    after: Path
    hashes: tuple[dict[str, str], dict[str, str]]


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    root = tmp_path_factory.mktemp("factor")
    districts = root / "districts"
    (districts / "factors").mkdir(parents=True)
    (districts / "sesto.yaml").write_text(DISTRICT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NZD_HOME", str(root / "var"))
        environment.setenv("NZD_DISTRICTS", str(districts))
        folders = []
        for day in ("2026-11-20T08:00:00+00:00", "2026-11-21T08:00:00+00:00"):
            environment.setenv("NZD_NOW", day)
            deployment = settings()
            catalogue = load(deployment.districts)
            collect_all(deployment, catalogue, now())
            build(deployment, catalogue, now())
            folders.append(publish(deployment, MONTH, now(), code_version()).path)
            if len(folders) == 1:
                first = _hashes(folders[0])
                (districts / "factors" / "grid.yaml").write_text(FACTOR, encoding="utf-8")
    return Twice(root / "var", folders[0], folders[1], (first, _hashes(folders[0])))


def test_the_published_edition_stays_to_the_byte_and_a_new_one_appears(published: Twice) -> None:
    assert published.hashes[0] == published.hashes[1]
    assert published.before != published.after
    sets = [Reading(one).about["factor_set"] for one in (published.before, published.after)]
    assert sets[0] != sets[1]


def test_the_difference_is_named_factor_and_sums_exactly(published: Twice) -> None:
    found = diff(published.before, published.after)
    moved = [each for each in found.changes if each[0].key["kpi_code"] in ("EMI02", "EMI05")]
    assert len(moved) == 20
    for change, causes in moved:
        assert change.difference == KWH * (Decimal("0.25") - Decimal("0.212")) / 1000
        assert causes == {"factor": change.difference}
    assert all(
        "factor" in causes
        for change, causes in found.changes
        if change.key["kpi_code"][:3] == "EMI"
    )


def test_months_turn_final_when_the_factor_of_their_year_arrives(published: Twice) -> None:
    def status(edition: Path, month: str) -> str:
        return str(Reading(edition).values["sesto", month, "EMI05"]["status"])

    assert [status(published.before, "2026-06"), status(published.after, "2026-06")] == [
        "provisional", "final",
    ]  # fmt: skip
    assert status(published.after, "2026-10") == "provisional"


def test_both_editions_name_the_factor_they_used_with_its_share(published: Twice) -> None:
    for edition, code, age in (
        (published.before, "EEA_IT_GEN_2020", 6),
        (published.after, "OWN_GRID_2026", 0),
    ):
        rows = [
            row for row in Reading(edition).table("factor_report") if row["kpi_code"] == "EMI02"
        ]
        assert [(row["factor_code"], row["factor_age_years"], row["share"]) for row in rows] == [
            (code, age, 1)
        ]
    waits = {row["slot"] for row in Reading(published.before).table("empty_slots")}
    assert waits == {"NF_TD_LOSS_IT"}


def test_the_figure_is_explained_down_to_activity_and_factor_rows(published: Twice) -> None:
    value = Reading(published.after).values["sesto", "2026-06", "EMI05"]
    rows = emission_rows(published.home / "marts", value)
    assert rows is not None
    assert rows.tonnes == value["value"]
    told = emission_rows_text(rows, value, "en")
    assert (
        "E1  electricity: 10000 kWh × 0.25 kg CO2e/kWh [OWN_GRID_2026] × 1 = 2500 kg CO2e" in told
    )
    assert "Together: 2.5 tCO2e" in told
    assert "stands between them" not in told
    old = Reading(published.before).values["sesto", "2026-06", "EMI05"]
    assert "stands between them" in emission_rows_text(rows, old, "en")
