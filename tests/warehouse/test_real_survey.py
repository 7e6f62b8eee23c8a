"""A citizens' survey as it was exported, bound by YAML: weights, figures and intervals again in pandas from the file.

The file stays outside the repository (NZD_REAL_DATA); without it these tests skip.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from pipelines.catalogue.catalogue import load
from pipelines.connectors.parsers import ParseContext, Parsed, parse
from pipelines.warehouse.declared_surveys import survey_tables
from tests.warehouse.models import Models, Row, one
from tests.warehouse.surveys import MODELS, figures

HERE = Path(__file__).parent
FILE = "survey/it_tricarico_google_forms_risultati_grezzi.csv"
SCALES = {
    "inclusion_potential": "A Tricarico sento di poter esprimere tutto il mio potenziale",
    "inclusion_home": "Tricarico è il posto dove vorrei vivere per sempre",
    "chances": "Tricarico offre tantissime opportunità (lavorative, sociali, di crescita)",
}
PEOPLE = {"Sesso": {"Donna": 2450, "Uomo": 2350}, "age": {"young": 600, "middle": 1300, "old": 2900}}  # fmt: skip


@pytest.fixture(scope="module")
def parsed(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Parsed, Any]:
    folder = tmp_path_factory.mktemp("districts")
    (folder / "tricarico.yaml").write_bytes((HERE / "real_survey.yaml").read_bytes())
    catalogue = load(folder)
    [binding] = catalogue.bindings
    context = ParseContext(
        "tricarico", "citizens", "a" * 64, "survey.csv", datetime(2026, 11, 1, tzinfo=UTC)
    )
    found = parse((real_data / FILE).read_bytes(), binding.format, binding.dataset, context)
    return found, catalogue


@pytest.fixture(scope="module")
def told(models: Models, parsed: tuple[Parsed, Any]) -> dict[str, list[Row]]:
    found, catalogue = parsed
    assert found.rejects == ()
    declared = {f"stg_{name}": rows for name, rows in survey_tables(catalogue).items()}
    own = {"district_id": "tricarico", "source_id": "citizens", "sha256": "a" * 64}
    answers = [{**row, **own} for row in found.table.to_pylist()]
    return models.run({"stg_survey_answers": answers, "stg_quarantine": [], **declared}, *MODELS)


@pytest.fixture(scope="module")
def raw(real_data: Path) -> pd.DataFrame:
    """The file with a weight for each row: raked to sex and age, cut off at twice the mean."""
    frame = pd.read_csv(real_data / FILE)
    ages = frame["Quale è la tua fascia di età "].str.strip()
    groups = {"18-25": "young", "19-25": "young", "26-35": "middle", "36-45": "middle"}
    frame["age"] = ages.map(groups).fillna("old")
    weight = pd.Series(1.0, index=frame.index)
    for _ in range(200):
        for column, people in PEOPLE.items():
            aim = frame[column].map(people) / sum(people.values()) * len(frame)
            weight = weight * aim / weight.groupby(frame[column]).transform("sum")
    cut = weight > np.inf
    while (weight[~cut] > 2 + 1e-12).any():
        cut |= weight > 2
        weight[cut] = 2.0
        weight[~cut] *= (len(frame) - 2 * cut.sum()) / weight[~cut].sum()
    return frame.assign(weight=weight)


def mean_of(raw: pd.DataFrame, values: pd.Series) -> tuple[float, float, int]:
    there = values.notna()
    weight, said = raw.loc[there, "weight"], values[there]
    mean = np.average(said, weights=weight)
    n = len(said)
    error = np.sqrt(n / (n - 1) * ((weight * (said - mean)) ** 2).sum()) / weight.sum()
    return float(mean), float(error), n


def test_weights_are_those_of_pandas(told: dict[str, list[Row]], raw: pd.DataFrame) -> None:
    ours = sorted(float(row["weight"]) for row in told["int_survey_weights"])
    assert ours == pytest.approx(sorted(raw["weight"]), abs=1e-6)
    wave = one(told["fct_survey_waves"])
    weight = raw["weight"]
    assert wave["weighting"] == "raked"
    assert wave["weights_cut"] == (weight >= 2 - 1e-9).sum() > 0
    effect = len(weight) * (weight**2).sum() / weight.sum() ** 2
    assert figures(wave, "design_effect") == pytest.approx((effect,), abs=1e-5)
    assert (wave["respondents"], figures(wave, "response_rate")) == (192, (0.04,))


@pytest.mark.parametrize("code", SCALES)
def test_means_and_their_intervals(
    told: dict[str, list[Row]], raw: pd.DataFrame, code: str
) -> None:
    mean, error, n = mean_of(raw, raw[SCALES[code]].astype(float))
    row = one(told["fct_survey_estimates"], measure=code, statistic="mean")
    half = student.ppf(0.975, n - 1) * error
    assert (row["answers"], n) == (192, 192)
    assert figures(row, "estimate", "standard_error") == pytest.approx((mean, error), abs=2e-6)
    assert figures(row, "estimate_low", "estimate_high") == pytest.approx(
        (mean - half, mean + half), abs=1e-4
    )


def test_the_index_of_inclusion(told: dict[str, list[Row]], raw: pd.DataFrame) -> None:
    both = (raw[[SCALES["inclusion_potential"], SCALES["inclusion_home"]]].mean(axis=1) - 1) * 25
    mean, error, _ = mean_of(raw, both)
    row = one(told["fct_survey_estimates"], statistic="index")
    assert figures(row, "estimate", "standard_error") == pytest.approx((mean, error), abs=1e-4)


def test_shares_of_one_and_of_several_options(
    told: dict[str, list[Row]], raw: pd.DataFrame
) -> None:
    """A question that only some were shown is of those who answered; several may name one strength."""
    leave = raw["Hai (o hai mai avuto) intenzione di lasciare il paese nei prossimi anni?"]
    strengths = raw["Quali sono secondo te i punti di forza del paese? (scegli fino a 2 opzioni)"]
    asked = {
        ("leave", "never"): (leave == "No, mai").astype(float).where(leave.notna()),
        ("strengths", "nature"): strengths.str.contains("Bellezze naturali").astype(float),
    }
    for (measure, option), values in asked.items():
        share, _, n = mean_of(raw, values)
        weight = raw.loc[values.notna(), "weight"]
        worth = weight.sum() ** 2 / (weight**2).sum()
        z = norm.ppf(0.975)
        middle = (share + z * z / (2 * worth)) / (1 + z * z / worth)
        half = (
            z * np.sqrt(share * (1 - share) / worth + z * z / (4 * worth**2)) / (1 + z * z / worth)
        )
        row = one(told["fct_survey_estimates"], measure=measure, option=option)
        assert (row["answers"], row["people"]) == (n, int(values.sum()))
        assert figures(row, "estimate", "estimate_low", "estimate_high") == pytest.approx(
            (share, middle - half, middle + half), abs=2e-6
        )


def test_nothing_that_people_wrote_themselves_is_left(
    parsed: tuple[Parsed, Any], told: dict[str, list[Row]], raw: pd.DataFrame
) -> None:
    text = str(parsed[0].table.to_pydict()) + str(told)
    written = raw["Consigli per i candidati sindaci?"].dropna().str.strip()
    assert not [words for words in written if len(words) > 12 and words in text]
