"""What must hold for every declared KPI, and what a mistake in one says."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipelines.catalogue.declaration import DeclarationError
from pipelines.catalogue.kpi import Kpi, kpis

CHECKOUT = Path(__file__).resolve().parents[2]
EXPECTED = {"ENE": 16, "WAT": 10, "EMI": 13, "COB": 1, "INV": 11, "GOV": 6, "SOC": 4, "DEM": 6,
            "FIN": 2, "LRN": 5, "TEC": 1}  # fmt: skip
OWN = {
    "EMI14", "EMI15", "EMI16", "EMI17", "EMI18", "ENE17", "ENE18", "ENE19", "ENE20", "WAT11",
    "DEM07", "DEM08", "GOV07", "LRN06", "SOC05", "TEC02",
}  # fmt: skip
"""Beside the agreed ones: use per employee, the sun, rain, the pace to the target, proof of origin, processes,
contributions used, attendance of meetings and of the course, data agreements of the management system,
citizens at events, energy communities."""
HEADLINES = ["ENE01", "WAT01", "EMI11", "INV07", "GOV01"]
DECLARED = kpis()

ONE = """
kpis:
  - code: XYZ01
    lever: technology_infrastructure
    theme: energy
    name: {it: Prova, en: Trial}
    unit: MWh
    direction: lower
    cadence: monthly
    completeness: energy
    measure: {mart: fct_energy_monthly, kind: sum, numerator: final_energy_kwh, period: month}
    disclosure: {rule: inherits, inherits: [ENE01]}
    method: {it: Somma., en: Sum.}
    formula: sum
    reference: none
    maturity: extended
"""


def test_the_catalogue_holds_the_75_agreed_kpis() -> None:
    codes = {f"{prefix}{n:02d}" for prefix, count in EXPECTED.items() for n in range(1, count + 1)}
    assert set(DECLARED) == codes | OWN
    assert len(codes) == 75
    assert sum(kpi.maturity == "core" for kpi in DECLARED.values()) == 50


def test_every_core_kpi_is_computed_and_the_others_say_why_not() -> None:
    for kpi in DECLARED.values():
        if kpi.maturity == "core":
            assert kpi.computed, kpi.code
        if not kpi.computed:
            assert kpi.reason is not None
            assert kpi.reason.it.endswith(".")
            assert kpi.reason.en.endswith(".")


def test_the_five_headlines_stand_in_their_order() -> None:
    headlines = {kpi.headline: kpi.code for kpi in DECLARED.values() if kpi.headline}
    assert [headlines[place] for place in sorted(headlines)] == HEADLINES


@pytest.mark.parametrize("kpi", DECLARED.values(), ids=list(DECLARED))
def test_texts_exist_in_both_languages_and_are_sentences(kpi: Kpi) -> None:
    for language in ("it", "en"):
        assert len(kpi.name[language]) > 3
        assert not kpi.name[language].endswith(".")
        method = kpi.method[language]
        assert method.endswith("."), f"{kpi.code} {language}: {method}"
        assert len(re.findall(r"[.;](?:\s|$)", method)) <= 3, f"{kpi.code}: too long for a reader"
    assert kpi.name.it != kpi.name.en
    assert kpi.method.it != kpi.method.en


def test_italian_is_written_with_its_accents() -> None:
    bare = re.compile(
        r"\b(intensita|qualita|capacita|attivita|citta|maturita|perche|puo|piu|e')\b", re.IGNORECASE
    )
    for kpi in DECLARED.values():
        texts = [kpi.name.it, kpi.method.it, kpi.reason.it if kpi.reason else ""]
        assert not [found for text in texts for found in bare.findall(text)], kpi.code


def test_percentages_are_scaled_to_a_hundred_and_nothing_else_is_a_percentage() -> None:
    for kpi in DECLARED.values():
        if kpi.measure and kpi.unit == "%":
            assert kpi.measure.scale == 100, kpi.code
            assert kpi.measure.kind in ("ratio", "level"), kpi.code


def test_a_stock_below_the_line_over_twelve_months_carries_the_twelve() -> None:
    stocks = {"heated_floor_area_m2", "employees"}
    found = 0
    for kpi in DECLARED.values():
        if kpi.measure and kpi.measure.period == "rolling_12" and kpi.measure.denominator in stocks:
            assert kpi.measure.scale * 1000 % 12 == 0, kpi.code
            found += 1
    assert found == 4


def test_energy_emissions_and_water_figures_are_protected_or_inherit() -> None:
    public = {
        "ENE09", "ENE15", "ENE20", "WAT06", "WAT07", "WAT08", "WAT09", "WAT11",
    }  # fmt: skip
    for kpi in DECLARED.values():
        if kpi.theme in ("energy", "water", "emissions") and kpi.code not in public:
            assert kpi.disclosure.rule in ("firms", "inherits"), kpi.code


def test_what_is_derived_from_emissions_inherits_their_suppression() -> None:
    for code in ("EMI06", "EMI07", "EMI08", "EMI10", "EMI11", "EMI12", "EMI13"):
        inherited, open_codes = set(), [code]
        while open_codes:
            parents = set(DECLARED[open_codes.pop()].disclosure.inherits) - inherited
            inherited |= parents
            open_codes += parents
        assert "EMI05" in inherited, code


def test_savings_on_a_baseline_are_protected_by_those_who_have_a_model() -> None:
    """Saving and share of saving give back what was expected: a single modelled firm's use."""
    disclosure = DECLARED["ENE03"].disclosure
    assert (disclosure.rule, disclosure.contributions) == ("firms", "baseline_expected_kwh")
    assert "ENE01" in disclosure.inherits


def test_surveys_name_their_base_and_need_ten_answers() -> None:
    surveys = [kpi for kpi in DECLARED.values() if kpi.disclosure.rule == "survey"]
    assert {kpi.code for kpi in surveys} == {"SOC03", "DEM03", "LRN01", "LRN02", "LRN04", "LRN06"}
    assert all(kpi.minimum_cases >= 10 and kpi.disclosure.contributions for kpi in surveys)
    weighted = [kpi for kpi in surveys if kpi.completeness == "survey" and kpi.measure]
    shares = {kpi.code for kpi in weighted if kpi.measure and kpi.measure.kind == "ratio"}
    assert shares == {kpi.code for kpi in surveys if kpi.disclosure.smallest}


def test_every_column_a_kpi_reads_is_a_column_of_its_mart() -> None:
    columns = _mart_columns()
    missing = [
        f"{kpi.code}: {kpi.measure.mart}.{column}"
        for kpi in DECLARED.values()
        if kpi.measure
        for column in kpi.measure.columns()
        if column not in columns.get(kpi.measure.mart, set())
    ]
    assert not missing


def test_scales_are_exact_decimals() -> None:
    measure = DECLARED["ENE01"].measure
    assert measure is not None
    assert measure.scale == Decimal("0.001")


def test_a_deployment_adds_a_kpi_with_one_entry(tmp_path: Path) -> None:
    assert kpis(_deployment(tmp_path, ONE))["XYZ01"].name.it == "Prova"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("unit: MWh", "unit: MWhh"), r"own.yaml:7: kpis.0.unit: "),
        (("theme: energy", "theem: energy"), r"own.yaml:5: kpis.0.theem: .*Did you mean 'theme'"),
        (("kind: sum", "kind: ratio"), r"own.yaml:11: .*'ratio' names a denominator"),
        (("period: month", "period: week"), r"own.yaml:11: kpis.0.measure.period: "),
        (("inherits: [ENE01]", "inherits: [ENE99]"), r"own.yaml:3: .*no KPI is called 'ENE99'"),
        (
            ("rule: inherits, inherits: [ENE01]", "rule: firms"),
            r"own.yaml:12: .*name contributions",
        ),
        (("code: XYZ01", "code: ENE02"), r"own.yaml:3: .*already declared at .*energy.yaml:\d+"),
        (
            ("maturity: extended", "maturity: extended\n    computed: false"),
            r"own.yaml:3: .*reason",
        ),
        (
            ("maturity: extended", "maturity: extended\n    headline: 1"),
            r"own.yaml:3: .*held by ENE01",
        ),
    ],
)
def test_a_mistake_names_file_line_and_field(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(DeclarationError, match=said):
        kpis(_deployment(tmp_path, ONE.replace(*change)))


def _deployment(folder: Path, text: str) -> Path:
    (folder / "kpis").mkdir()
    (folder / "kpis" / "own.yaml").write_text(text, encoding="utf-8")
    return folder


def _mart_columns() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in (CHECKOUT / "dbt_project" / "models").rglob("*.yml"):
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
        for model in document.get("models") or ():
            names = {column["name"] for column in model.get("columns") or ()}
            found.setdefault(model["name"], set()).update(names)
    return found
