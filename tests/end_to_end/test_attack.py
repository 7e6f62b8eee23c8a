"""Nobody who reads every published file gets back what is hidden, from one edition or from all of them together."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.catalogue import load
from pipelines.publishing.kpi_file import kpi_table
from pipelines.publishing.protecting import memory
from pipelines.publishing.protecting.protection import protected
from pipelines.settings import now, settings
from pipelines.warehouse.build import build
from tests.end_to_end.attack import Attack, Told
from tests.end_to_end.attack_measures import Measures, closed_in
from tests.end_to_end.attack_money import Money
from tests.end_to_end.attack_reading import Sums, rows, told_of, year_to
from tests.end_to_end.attack_shares import Shares
from tests.end_to_end.attack_targets import P, Target, of_holders, protected_sums
from tests.end_to_end.attack_truth import Row, Truth, truth_of
from tests.end_to_end.conftest import SamplePlayed

DISTRICTS = ("prato", "parma", "bergamo")
EDITIONS = ("2026-08", "2026-09", "2026-10")
LOOKED_AT = ("2025-08", "2026-02", "2026-08", "2026-10")
"""Months in every season and the first and last that two editions tell; each month is much like its neighbours."""


def found_out(attack: Attack, targets: Iterable[Target]) -> list[str]:
    """Targets that an attack closes in on, and how far."""
    return [
        f"{target.name}: within {apart / (target.apart / P):.3f} of itself"
        for target in targets
        if (apart := attack.apart(target.terms, target.knows)) < target.apart
    ]


def read(published: list[tuple[Path, Path]], district: str) -> list[Told]:
    """What editions say, each beside the state of the house it was made in."""
    return [told for edition, home in published for told in _read(edition, home, district)]


@cache
def _read(edition: Path, home: Path, district: str) -> tuple[Told, ...]:
    told = told_of(edition, home / "marts", district, _sums(home, district))
    return (*told, *_shares(home, district).told(edition))


@cache
def _shares(home: Path, district: str) -> Shares:
    return Shares(home, district)


@cache
def _sums(home: Path, district: str) -> Sums:
    return Sums(truth_of(home, district))


def given_back(
    published: list[tuple[Path, Path]], district: str, months: Collection[str] = LOOKED_AT
) -> list[str]:
    """Protected sums and holders that editions together close in on."""
    home = published[-1][1]
    truth, shares = _sums(home, district).truth, _shares(home, district)
    told = read(published, district)
    found = []
    for month in months:
        # Months hold together through their sums over twelve.
        year = year_to(month)
        attack = Attack({**truth.of(year), **shares.unread(year)}, told, shares.unread(year))
        holders = list(of_holders(truth, month, shares.holders(month)))
        found += found_out(attack, [*protected_sums(truth, month), *holders])
        if month == LOOKED_AT[-1]:
            found += [
                f"{target.name}: no more than {above:.0f} kWh above"
                for target in holders
                if (above := attack.above(target.terms, target.knows)) < target.apart
            ]
    return found


def _of_sample(sample: SamplePlayed) -> list[tuple[Path, Path]]:
    return [(sample.edition(month), sample.home) for month in EDITIONS]


@pytest.mark.parametrize("district", DISTRICTS)
def test_no_hidden_use_follows_from_everything_that_was_published(
    sample_played: SamplePlayed, district: str
) -> None:
    assert given_back(_of_sample(sample_played), district) == []


@pytest.mark.parametrize("district", [*DISTRICTS, "roma"])
def test_no_firm_learns_what_another_invests(sample_played: SamplePlayed, district: str) -> None:
    money = Money(sample_played.home, district)
    told = [each for edition, _ in _of_sample(sample_played) for each in money.told(edition)]
    attack = Attack(money.amounts, [*told, *money.links])
    assert found_out(attack, money.targets(("2026-07", *EDITIONS))) == []


@pytest.mark.parametrize("district", [*DISTRICTS, "roma"])
def test_no_firm_learns_what_the_measure_of_another_costs(
    sample_played: SamplePlayed, district: str
) -> None:
    measures = Measures.of(sample_played.home / "marts", district)
    editions = [(month, sample_played.edition(month)) for month in EDITIONS]
    told = [one for month, edition in editions for one in measures.told(edition, district, month)]
    assert closed_in(measures, told) == []
    assert told or district == "parma"


def test_the_attack_reads_the_tables_it_is_meant_to(sample_played: SamplePlayed) -> None:
    """A table that it no longer understands would be safe by mistake."""
    told = {
        each.where for district in DISTRICTS for each in read(_of_sample(sample_played), district)
    }
    assert {
        "change_parts.to_value", "energy_by_carrier_sector.energy_kwh", "kpi_values.numerator",
        "emissions_by_carrier_sector.tco2e", "inventory_views.value", "gpc_inventory.tco2e",
        "figure_history.value", "energy_baselines.modelled_percent", "hourly_emissions.electricity_kwh",
    } <= told  # fmt: skip


def test_the_attack_finds_a_hidden_use_where_one_more_figure_is_told(
    sample_played: SamplePlayed,
) -> None:
    month, truth, told, sun, gas = _prato(sample_played)
    amounts = truth.of([month])

    assert Attack(amounts, told).apart(sun) >= P * sum(amounts[atom] for atom in sun)
    total = sum(amounts[atom] for atom in gas)
    more = Told(gas, total - 1, total + 1, "one figure more")
    assert Attack(amounts, [*told, more]).apart(sun) < 0.01 * sum(amounts[atom] for atom in sun)


def test_the_attack_finds_what_rounding_does_not_cover(sample_played: SamplePlayed) -> None:
    month, truth, told, sun, _ = _prato(sample_played)
    amounts = truth.of([month])
    size, total = (sum(amounts[atom] for atom in part) for part in (sun, amounts))
    terms = {atom: float(atom in sun) - size / total for atom in amounts if atom[0] != "export"}
    for points, found in ((1, True), (40, False)):
        half = total * points / 200 * size / total
        attack = Attack(amounts, [*told, Told(terms, -half, half, "a rounded share")])
        assert (attack.apart(sun) < P * size) is found


def _prato(
    sample: SamplePlayed,
) -> tuple[str, Truth, list[Told], dict[tuple[str, ...], float], dict[tuple[str, ...], float]]:
    """A month of Prato, what its edition tells of it, its firms' own sun and its gas."""
    month, truth = "2026-10", _sums(sample.home, "prato").truth
    told = read([(sample.edition(month), sample.home)], "prato")
    here = truth.of([month])
    sun = {atom: 1.0 for atom in here if atom[0] == "own"}
    return month, truth, told, sun, {atom: 1.0 for atom in here if atom[2] == "natural_gas"}


def test_the_attack_finds_what_a_firm_invests_where_one_sum_more_is_told(
    sample_played: SamplePlayed,
) -> None:
    money = Money(sample_played.home, "parma")
    told = [*money.told(sample_played.edition("2026-10")), *money.links]
    for column in ("aligned_capex_eur", "capex_eur"):
        terms = money.sum_of("2026-10", column)
        total = sum(one * money.amounts[atom] for atom, one in terms.items())
        attack = Attack(money.amounts, [*told, Told(terms, total, total, column)])
        assert found_out(attack, money.targets(["2026-10"]))


HEAT = """\
- {code: OWN_HEAT, kind: emission, carrier: district_heat, gas: CO2e, basis: delivered, series: network operator,
   value: 0.14, unit: kg/kWh, year: 2025, region: IT, source: "Invented for this test, page 1"}
"""


@pytest.fixture(scope="module")
def with_heat(
    checkout: Path, sample_played: SamplePlayed, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """The last edition again, after the factor of a network with two customers has arrived, and its marts."""
    home = tmp_path_factory.mktemp("heat")
    shutil.copytree(
        sample_played.home, home, ignore=shutil.ignore_patterns("editions"), dirs_exist_ok=True
    )
    shutil.copytree(checkout / "sample" / "districts", home / "districts")
    (home / "districts" / "factors").mkdir(exist_ok=True)
    (home / "districts" / "factors" / "heat.yaml").write_text(HEAT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NZD_HOME", str(home))
        environment.setenv("NZD_DISTRICTS", str(home / "districts"))
        environment.setenv("NZD_NOW", "2026-11-12T08:00:00+00:00")
        deployment = settings()
        build(deployment, load(deployment.districts), now())
        before = memory.recalled(
            deployment.memory, [f"{m}-r1" for m in ("2026-08", "2026-09", "2026-10")]
        )
        content = protected(deployment.view, "2026-10", before)
    edition = home / "edition"
    (edition / "tables").mkdir(parents=True)
    pq.write_table(kpi_table(content.kpi_values, "2026-10", 2), edition / "kpi_values.parquet")
    for name, table in content.tables.items():
        pq.write_table(table, edition / "tables" / f"{name}.parquet")
    return edition, home


def test_a_factor_that_arrives_between_two_editions_does_not_tell_what_two_firms_use(
    sample_played: SamplePlayed, with_heat: tuple[Path, Path]
) -> None:
    first = (sample_played.edition("2026-10"), sample_played.home)
    assert given_back([first, with_heat], "parma") == []

    def value(edition: Path, district: str, month: str, code: str) -> Row:
        return next(
            row
            for row in rows(edition / "kpi_values.parquet")
            if (row["district_id"], row["month"], row["kpi_code"]) == (district, month, code)
        )

    told, withheld = (value(each[0], "parma", "2026-02", "EMI05") for each in (first, with_heat))
    assert (told["suppressed"], withheld["suppressed"]) == (False, True)
    assert withheld["reason"] == "suppressed_since_edition"
    assert value(with_heat[0], "prato", "2026-02", "EMI05")["value"] is not None
    # Had it been told, its difference to the first would be what the two use times the factor.
    truth = _sums(with_heat[1], "parma").truth
    month = truth.of(["2026-02"])
    heat = {atom: 1.0 for atom in month if atom[2] == "district_heat"}
    emitted = {atom: truth.about[atom].worth.get("kg", 0.0) for atom in month}
    total = sum(one * month[atom] for atom, one in emitted.items())
    known = [*read([first, with_heat], "parma"), Told(emitted, total - 1, total + 1, "EMI05")]
    assert Attack(month, known).apart(heat) < 0.01 * sum(month[atom] for atom in heat)
