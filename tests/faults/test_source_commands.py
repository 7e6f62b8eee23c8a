"""`nzd source check` and `nzd source replay`, typed as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli import nzd
from pipelines.landing.files import sha256_of

from .conftest import ARRIVED, Deployment


@pytest.fixture
def typed(deployment: Deployment, monkeypatch: pytest.MonkeyPatch):
    settings = deployment.settings
    monkeypatch.setenv("NZD_HOME", str(settings.home))
    monkeypatch.setenv("NZD_INBOX", str(settings.inbox))
    monkeypatch.setenv("NZD_DISTRICTS", str(settings.districts))
    monkeypatch.setenv("NZD_NOW", ARRIVED.isoformat())

    def run(*words: str) -> Result:
        return CliRunner().invoke(nzd, ["source", *words])

    return run


def declared(deployment: Deployment, change) -> None:
    path = deployment.settings.districts / "alfa.yaml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_a_source_in_order_is_said_to_be(typed) -> None:
    found = typed("check", "alfa.logger")

    assert found.exit_code == 0, found.output
    assert "format intervals_csv → meter_intervals, by folder" in found.output
    assert "last answered 2026-09-10" in found.output


def test_asking_lists_what_is_new_and_lands_nothing(typed, deployment: Deployment) -> None:
    (deployment.settings.inbox / "alfa" / "2026-09.csv").write_text("x")
    before = sha256_of(deployment.settings.landing / "manifest.sqlite")

    found = typed("check", "alfa.logger", "--ask")

    assert "lists 2, 1 of them landed before" in found.output
    assert "would ask for 2026-09.csv" in found.output
    assert sha256_of(deployment.settings.landing / "manifest.sqlite") == before


def test_a_folder_that_is_gone_a_secret_that_is_not_set_and_an_unknown_name_are_said(
    typed, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALFA_TOKEN", raising=False)
    (deployment.settings.inbox / "beta").rename(deployment.settings.inbox / "moved")
    declared(
        deployment,
        lambda text: text.replace(
            'from: "${NZD_INBOX}/alfa/*.csv"',
            'from: "https://127.0.0.1:1/x.csv"\n    headers: {Authorization: {env: ALFA_TOKEN}}',
        ),
    )

    found = typed("check")

    assert found.exit_code == 1
    assert "! ALFA_TOKEN is not set" in found.output
    assert "is not there; create or mount it" in found.output
    assert "Did you mean 'alfa.logger'" in typed("check", "alfa.loger").output


def test_a_replay_under_the_same_declaration_is_identical_and_changes_nothing(
    typed, deployment: Deployment
) -> None:
    paths = list(deployment.settings.home.rglob("*.parquet"))
    before = {path: sha256_of(path) for path in paths}

    found = typed("replay", "alfa.logger")

    assert (found.exit_code, found.output) == (0, "1 deliveries read again, 0 different.\n")
    assert {path: sha256_of(path) for path in paths} == before


def test_a_replay_under_another_declaration_says_rows_quarantine_months_and_totals(
    typed, deployment: Deployment
) -> None:
    declared(
        deployment,
        lambda text: text.replace(
            "with: {interval: PT1H}",
            "with: {interval: PT1H, values: [{column: valore, quantity: energy_interval, unit: Wh}]}",
        ),
    )

    found = typed("replay", "alfa.logger")

    assert found.exit_code == 1
    assert "2026-08.csv (" in found.output
    # 743 hours of 1.25 kWh; one hour is negative and stays in quarantine.
    assert "2026-08 quantity: 928.750000 → 0.928750" in found.output
    assert "1 deliveries read again, 1 different." in found.output


def test_a_replay_as_of_an_earlier_day_knows_nothing_yet(typed) -> None:
    found = typed("replay", "alfa.logger", "--as-of", "2026-09-01")

    assert found.output == "0 deliveries read again, 0 different.\n"


def test_inspect_prints_yaml_and_refuses_an_unknown_dataset(typed, tmp_path: Path) -> None:
    file = tmp_path / "curva_IT001E12345678.csv"
    file.write_text("Giorno;Consumo (kWh)\n01/07/2026;1,5\n02/07/2026;2,5\n03/07/2026;1,0\n")

    found = typed("inspect", str(file))

    assert found.exit_code == 0
    assert 'decimal: ","' in found.output
    assert 'date_format: "%d/%m/%Y"' in found.output
    assert "# CHECK: the file name holds a POD" in found.output
    assert (
        "No dataset is called 'meters'" in typed("inspect", str(file), "--dataset", "meters").output
    )


def test_inspect_takes_italian_words_of_quality_for_what_they_mean(typed, tmp_path: Path) -> None:
    rows = ("IT001E00400001;01/07/2026;1,5;effettiva", "IT001E00400001;02/07/2026;2,5;stimata",
            "IT001E00400001;03/07/2026;2,0;boh")  # fmt: skip
    file = tmp_path / "curva.csv"
    file.write_text("\n".join(("POD;Giorno;Consumo (kWh);Qualità", *rows)), encoding="cp1252")

    shown = typed("inspect", str(file)).output

    assert '"effettiva": "measured", "stimata": "estimated", "boh": "unknown"' in shown


def test_inspect_shows_no_personal_data(typed, tmp_path: Path) -> None:
    file = tmp_path / "utenti.csv"
    file.write_text("Nome;E-mail;kWh\nMario Rossi;mario@example.org;1\nAnna;anna@example.org;2\n")

    shown = typed("inspect", str(file)).output

    assert "Mario" not in shown
    assert "example.org" not in shown


def test_inspect_of_a_weather_year_proposes_the_source_of_the_format_that_reads_it(
    typed, tmp_path: Path
) -> None:
    head = ["LOCATION,Prova,-,ITA,IGDG,161700,43.8,11.2,1.0,38.0", *(f"H{n},x" for n in range(7))]
    hours = [
        f"1990,1,{1 + n // 24},{n % 24 + 1},60,C9*0,{n % 10}.5,1.0,80,101000,0,0,300,5,5,5,0,0,0,0,90,"
        "2.0,5,5,9.9,77777,9,999999999,0,0.0,0,88,0.0,0.0,0.0"
        for n in range(48)
    ]
    file = tmp_path / "Firenze.epw"
    file.write_text("\n".join([*head, *hours, ""]))

    found = typed("inspect", str(file))

    assert found.exit_code == 0, found.output
    assert "#   epw_hourly → context_series: 288 rows read, 0 left out" in found.output
    assert "format: epw_hourly" in found.output
