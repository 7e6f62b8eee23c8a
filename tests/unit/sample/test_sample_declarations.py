"""The sample's district files, its ledger and the real four districts say what they should."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.catalogue.issue import issues
from sample.city import ROMA
from sample.ledger import ledger
from sample.mishaps import delivered
from sample.rounds import regular
from sample.survey import CANARIES, WAVES, answers

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def sample_districts() -> Catalogue:
    return load(CHECKOUT / "sample" / "districts")


@pytest.fixture(scope="module")
def real_districts() -> Catalogue:
    return load(CHECKOUT / "districts")


def test_every_sample_district_says_that_it_is_one(sample_districts: Catalogue) -> None:
    assert len(sample_districts.districts) == 4
    assert all(district.demonstration for district in sample_districts.districts.values())


def test_every_delivered_file_has_a_source_waiting_for_it(sample_districts: Catalogue) -> None:
    inbox = Path("/inbox")
    patterns = [
        b.source.location(inbox) for b in sample_districts.bindings if b.source.declared is None
    ]
    for month in ("2024-05", "2025-06", "2026-09"):
        for path in delivered(month):
            waiting = [pattern for pattern in patterns if (inbox / path).match(pattern)]
            assert len(waiting) == 1, path


def test_declared_points_of_rome_are_those_of_the_model(sample_districts: Catalogue) -> None:
    declared = sample_districts.districts["roma"].sources["points"].declared or ()
    shown = {
        (row["point_id"], row["site_id"], row["holder_group"], row["contract_power_kw"])
        for row in declared
    }
    assert shown == {(p.id, p.site, p.holder, p.contract_kw) for p in ROMA.points}


def test_the_real_districts_print_no_figure_without_a_source(real_districts: Catalogue) -> None:
    assert set(real_districts.districts) == {"prato", "bergamo", "parma", "roma"}
    for district in real_districts.districts.values():
        assert not district.demonstration
        assert all(target.stands == "none" and target.reason for target in district.targets)
        assert {absent.dataset for absent in district.not_collected} >= {
            "meter_intervals",
            "meter_registers",
        }


def test_a_real_district_names_its_municipality_by_istat_code(real_districts: Catalogue) -> None:
    codes = {name: one.boundary[0].municipalities for name, one in real_districts.districts.items()}
    assert codes == {
        "prato": ("100005",),
        "bergamo": ("016024",),
        "parma": ("034027",),
        "roma": ("058091",),
    }


def test_the_ledger_names_files_that_arrive_and_codes_that_exist() -> None:
    accepted = issues()
    for entry in ledger():
        assert entry.expect.code in accepted or entry.expect.where == "nowhere", entry.id
        if entry.file and "*" not in entry.file and not entry.id.startswith("dead_source"):
            assert entry.file in delivered(entry.round), entry.id


def test_ledger_entries_have_a_name_each() -> None:
    names = [entry.id for entry in ledger()]
    assert len(names) == len(set(names))


def test_a_mishap_never_reaches_a_month_before_its_own() -> None:
    assert set(delivered("2024-09")) == set(regular("2024-09"))


def test_people_write_what_must_not_leave_the_landing_store() -> None:
    written = "".join(answers(wave).decode() for wave in WAVES)
    assert all(canary in written for canary in CANARIES)
