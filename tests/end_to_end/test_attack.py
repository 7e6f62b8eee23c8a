"""Nobody who reads every published file gets back what is hidden, from one edition or from all of them together."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import product
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.catalogue import load
from pipelines.publishing.kpi_file import kpi_table
from pipelines.publishing.protecting import memory
from pipelines.publishing.protecting.protection import protected
from pipelines.settings import now, settings
from pipelines.warehouse.build import build
from tests.end_to_end.attack import (
    Row,
    Truth,
    Use,
    equations,
    how_far_apart,
    rows,
    truth_of,
    year_to,
)
from tests.end_to_end.conftest import SamplePlayed

SAFE = 0.25
"""As the p %-rule says: the values a hidden sum could have lie at least a quarter of it apart."""
DISTRICTS = ("prato", "parma", "bergamo")
LOOKED_AT = ("2025-07", "2026-02", "2026-08", "2026-10")
"""Months in every season and the first and last that two editions tell; each month is much like its neighbours."""


def _held(marts: Path, district: str) -> Iterator[tuple[Use, tuple[str, str], float]]:
    """Who draws what, and who makes and uses what."""
    for row in rows(marts / "fct_energy.parquet"):
        if row["district_id"] != district or not row["energy_kwh"]:
            continue
        flow, energy = "import", float(row["energy_kwh"])
        if row["role"] == "generation" or row["flow"] == "export":
            flow, energy = "self_consumed", -energy if row["flow"] == "export" else energy
        elif not row["adds_to_total"]:
            continue
        yield (
            (row["month"], row["carrier"], row["sector"], flow),
            (row["holder_kind"], row["holder_group"]),
            energy,
        )


def protected_sums(marts: Path, district: str, truth: Truth) -> Iterator[tuple[str, set[Use]]]:
    """Sums of uses that too few firms, or too unequal ones, stand behind: three firms and 25 %, told here once more."""
    held: dict[tuple[str, ...], dict[tuple[str, str], float]] = defaultdict(
        lambda: defaultdict(float)
    )
    for use, who, energy in _held(marts, district):
        for part in product((use[1], "all"), (use[2], "all"), (use[3], "all")):
            held[use[0], *part][who] += energy
    for (month, carrier, sector, flow), holders in sorted(held.items()):
        firms = sorted(
            (kwh for (kind, _), kwh in holders.items() if kind == "firm" and kwh > 1e-6),
            reverse=True,
        )
        if not firms or (carrier, sector, flow) == ("all", "all", "all"):
            continue
        rest = sum(holders.values()) - sum(firms[:2])
        if len(firms) < 3 or rest < firms[0] / 4:
            part = {
                use for use in truth.uses
                if use[0] == month and carrier in (use[1], "all") and sector in (use[2], "all")
                and flow in (use[3], "all")
            }  # fmt: skip
            if part:
                yield f"{carrier} of {sector}, {flow}, {month}", part


def _of(truth: Truth, months: Collection[str]) -> dict[Use, float]:
    return {use: kwh for use, kwh in truth.uses.items() if use[0] in months}


def given_back(
    published: list[tuple[Path, Path]], district: str, months: Collection[str] = LOOKED_AT
) -> list[str]:
    """Protected sums that editions, each with the marts it was made of, together close in on."""
    marts = published[-1][1]
    truth = truth_of(marts, district)
    known = [each for edition, made_of in published
             for each in equations(edition, district, truth_of(made_of, district))]  # fmt: skip
    told = {use[0] for terms, _, _ in known for use in terms}
    found = []
    for name, part in protected_sums(marts, district, truth):
        month = next(iter(part))[0]
        if month not in months or month not in told:
            continue
        # Months hold together through their sums over twelve.
        near = set(year_to(month))
        inside = [each for each in known if all(use[0] in near for use in each[0])]
        apart = how_far_apart(inside, _of(truth, near), part)
        if apart < SAFE:
            found.append(f"{district}: {name} lies within {100 * apart:.2f} % of itself")
    return found


@pytest.mark.parametrize("district", DISTRICTS)
def test_no_hidden_use_follows_from_everything_that_was_published(
    sample_played: SamplePlayed, district: str
) -> None:
    marts = sample_played.home / "marts"
    editions = [sample_played.edition(month) for month in ("2026-08", "2026-09", "2026-10")]
    assert given_back([(edition, marts) for edition in editions], district) == []


def test_the_attack_finds_a_hidden_use_where_one_more_figure_is_told(
    sample_played: SamplePlayed,
) -> None:
    month = "2026-10"
    truth = truth_of(sample_played.home / "marts", "prato")
    published = equations(sample_played.edition(month), "prato", truth)
    known = [each for each in published if all(use[0] == month for use in each[0])]
    uses = _of(truth, [month])
    sun = {use for use in uses if use[3] == "self_consumed"}
    gas = {use for use in uses if use[1] == "natural_gas"}

    assert how_far_apart(known, uses, sun) >= SAFE
    told = (dict.fromkeys(gas, 1.0), sum(uses[use] for use in gas), 1e-6)
    assert how_far_apart([*known, told], uses, sun) < 0.01


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
    return edition, home / "marts"


def test_a_factor_that_arrives_between_two_editions_does_not_tell_what_two_firms_use(
    sample_played: SamplePlayed, with_heat: tuple[Path, Path]
) -> None:
    first = (sample_played.edition("2026-10"), sample_played.home / "marts")
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
    truth = truth_of(with_heat[1], "parma")
    month = {use: kwh for use, kwh in truth.uses.items() if use[0] == "2026-02"}
    heat = {use for use in month if use[1] == "district_heat"}
    known = [
        each
        for edition, made_of in (first, with_heat)
        for each in equations(edition, "parma", truth_of(made_of, "parma"))
        if all(use[0] == "2026-02" for use in each[0])
    ]
    emitted = {
        use: sum(truth.per_kwh.get((use, scope), 0.0) for scope in ("1", "2_location"))
        for use in month
    }
    total = sum(one * month[use] for use, one in emitted.items())
    assert how_far_apart([*known, (emitted, total, 1e-6)], month, heat) < 0.01
