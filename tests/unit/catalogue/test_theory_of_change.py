"""A Theory of Change that is not whole is refused with file, line, field and what is missing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.catalogue.declaration import DeclarationError
from pipelines.settings import checkout

DISTRICT = """\
id: prova
name: Distretto di prova
city: Prova
boundary:
  - {version: "1", valid_from: 2024-01-01, municipalities: ["100005"], description: {it: prova, en: test}}
targets:
  - {kpi: GOV01, path: level, value: 80}
"""
THEORY = """\
district: prova
declared_on: 2024-04-30
source: Verbale
fields:
  energy: {it: Energia, en: Energy}
nodes:
  act: {step: activity, field: energy, lever: governance_policy, owner: Ufficio, name: {it: a, en: a}}
  change: {step: early_change, owner: Ufficio, name: {it: b, en: b}}
  outcome: {step: late_outcome, owner: Ufficio, name: {it: c, en: c}}
  good: {step: impact, impact: direct, owner: Ufficio, name: {it: d, en: d}}
indicators:
  GOV02: {start: {year: 2023, value: 50, source: Stima}, targets: {2025: 40, 2030: 30}}
  GOV01: {targets: {2025: 60, 2027: 70, 2030: 80}}
links:
  P-01: {from: act, to: change, kpi: GOV02}
  P-02: {from: change, to: outcome, kpi: GOV01}
  P-03: {from: outcome, to: good, kpi: GOV01}
"""


def loaded(folder: Path, theory: str) -> Catalogue:
    (folder / "prova.yaml").write_text(DISTRICT, encoding="utf-8")
    (folder / "theory_of_change").mkdir(exist_ok=True)
    (folder / "theory_of_change" / "prova.yaml").write_text(theory, encoding="utf-8")
    return load(folder)


def refused(folder: Path, theory: str) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        loaded(folder, theory)
    return caught.value.mistakes


def test_a_chain_from_activity_to_impact_is_a_theory(tmp_path: Path) -> None:
    theory = loaded(tmp_path, THEORY).theories["prova"]

    assert list(theory.links) == ["P-01", "P-02", "P-03"]
    assert theory.indicators["GOV02"].points() == [
        (2023, Decimal(50)), (2025, Decimal(40)), (2030, Decimal(30)),
    ]  # fmt: skip


def test_the_template_is_a_theory_as_it_stands() -> None:
    theories = load(checkout() / "districts" / "templates").theories

    assert len(theories["template_registers"].links) == 5


def test_a_district_without_one_is_a_district_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "prova.yaml").write_text(DISTRICT, encoding="utf-8")

    assert load(tmp_path).theories == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("kpi: GOV02}", "kpi: GOV03}", 15, "'GOV03' has no targets under 'indicators'. Did you mean"),
        ("  GOV01: {targets", "  GOV1: {targets", 13, "no KPI is called 'GOV1'. Did you mean 'GOV01'?"),
        ("to: change,", "to: chnge,", 15, "no node is called 'chnge'. Did you mean 'change'?"),
        ("from: outcome, to: good", "from: outcome, to: change", 17, "it leads in a circle"),
        ("from: act, to: change", "from: change, to: act", 15, "it leads backwards, from early_change to activity"),
        ("from: change, to: outcome", "from: act, to: outcome", 16, "say the early_change between them"),
        ("from: outcome, to: good", "from: change, to: outcome", 17, "P-02 leads the same way already"),
        ("field: energy", "field: water", 7, "'water' is not under 'fields'"),
        ("impact: direct, ", "", 10, "an impact says 'impact: direct' or 'co_benefit'"),
        ("2025: 40, 2030: 30", "2025: 40, 2030: 45", 12, "2030 (45) is worse than 2025 (40): GOV02 is to go lower"),
        ("2025: 60, 2027: 70", "2025: 60, 2027: 55", 13, "2027 (55) is worse than 2025 (60): GOV01 is to go higher"),
        ("2025: 40, 2030: 30", "2026: 40, 2030: 30", 12, "targets are of the years 2025, 2027, 2030"),
        ("2030: 80", "2030: 800", 13, "800 in 2030 is no value of GOV01, which goes from -100 to 100"),
        ("2030: 80", "2030: 90", 13, "90 in 2030, and the district's own target is 80: they must be one"),
        ("district: prova", "district: altro", 1, "'altro' is no district here"),
        ("source: Verbale\n", "source: Verbale\nboundary_version: v9\n", 4, "'v9' is no version of it. Accepted: 1"),
    ],
)  # fmt: skip
def test_what_is_amiss_is_said_where_it_stands(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in THEORY

    mistakes = refused(tmp_path, THEORY.replace(old, new, 1))

    assert any(said in one and f"theory_of_change/prova.yaml:{line}:" in one for one in mistakes), (
        mistakes
    )


def test_a_node_without_a_way_to_an_impact_is_named(tmp_path: Path) -> None:
    dead_end = "  lonely: {step: late_outcome, owner: Ufficio, name: {it: e, en: e}}\nindicators:"
    said = refused(
        tmp_path,
        THEORY.replace("indicators:", dead_end)
        + "  P-04: {from: change, to: lonely, kpi: GOV01}\n",
    )

    assert len(said) == 1
    assert said[0].endswith("prova.yaml:11: nodes.lonely: no way leads from it to an impact.")


def test_a_node_that_nothing_leads_to_is_named(tmp_path: Path) -> None:
    orphan = "  orphan: {step: early_change, owner: Ufficio, name: {it: e, en: e}}\nindicators:"
    said = refused(
        tmp_path,
        THEORY.replace("indicators:", orphan) + "  P-04: {from: orphan, to: outcome, kpi: GOV01}\n",
    )

    assert [one.split(": ", 1)[1] for one in said] == ["nodes.orphan: no activity leads to it."]


def test_a_kpi_that_tells_of_circumstances_is_no_target(tmp_path: Path) -> None:
    start = "start: {year: 2023, value: 50, source: Stima}, "
    said = refused(tmp_path, THEORY.replace("GOV02", "WAT09").replace(start, ""))

    assert any("WAT09 tells of circumstances" in one for one in said)


def test_a_broken_district_file_is_not_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "prova.yaml").write_text(DISTRICT + "colour: red\n", encoding="utf-8")
    (tmp_path / "theory_of_change").mkdir()
    (tmp_path / "theory_of_change" / "prova.yaml").write_text(THEORY, encoding="utf-8")

    with pytest.raises(DeclarationError) as caught:
        load(tmp_path)

    assert ["colour" in one for one in caught.value.mistakes] == [True]
