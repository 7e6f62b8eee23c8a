"""A city that joins: `nzd district new`, templates filled in by hand, collected; what is wrong is told to the clerk."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipelines.catalogue.catalogue import load
from pipelines.catalogue.declaration import Bilingual
from pipelines.cli import nzd
from tests.filling import Cell, City, filled, headers_of

NOW = datetime(2026, 10, 10, 8, tzinfo=UTC)
REGISTERS = {
    "best_practices", "cdtt_decisions", "cdtt_meetings", "change_links", "contributions", "course_enrolments",
    "data_corrections", "finance_barriers", "learning_activities", "management_system", "metering_points",
    "participation_events", "policy_sandboxes", "shared_priorities", "shared_schemes",
}  # fmt: skip
DAY = dt.date
BAD_DECISIONS = """\
colonna «Chiusa il»: c’è scritto «20/09/2025» (Proposta il: 01/09/2026). La chiusura ha una data precedente \
all'apertura. Correggere una delle due date nel registro.
colonna «Esito»: c’è scritto «boh». La parola non è fra quelle accettate. Scrivere una di queste: approvata, respinta, \
ritirata, aperta.
colonna «Scadenza»: c’è scritto «31/02/2026». La data della riga non esiste o non ha la forma dichiarata. Correggere \
la data e rispedire la riga.
colonna «Oggetto»: c’è scritto «Accesso ai dati». Un’altra riga ha lo stesso valore in Decisione e dice un’altra cosa: \
nessuna delle due è stata usata. Dare un codice diverso, o tenere solo la riga giusta.
colonna «Oggetto»: c’è scritto «Altro». Un’altra riga ha lo stesso valore in Decisione e dice un’altra cosa: nessuna \
delle due è stata usata. Dare un codice diverso, o tenere solo la riga giusta.
colonna «Proposta il»: è vuota. Manca un valore obbligatorio. Completare la riga e rispedirla.
""".splitlines()


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    monkeypatch.setenv("NZD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NZD_DISTRICTS", str(tmp_path / "districts"))
    monkeypatch.setenv("NZD_INBOX", str(tmp_path / "inbox"))
    monkeypatch.setenv("NZD_NOW", NOW.isoformat())
    return City(tmp_path, "quarto", NOW)


def test_a_new_district_checks_and_has_every_register_in_both_languages(city: City) -> None:
    said = city.run("check")
    assert f"quarto: {len(REGISTERS)} sources" in said
    assert "quarto.yaml, line 15, is still to be filled in: the first day" in said
    assert "quarto.yaml, line 38, is still to be filled in: who keeps the registers" in said
    bound = {one.source_id for one in load(city.districts).bindings}
    assert bound == REGISTERS
    for language in ("it", "en"):
        templates = list((city.districts / "quarto/registers" / language).glob("*.xlsx"))
        assert len(templates) == len(REGISTERS)


def test_beginning_a_district_again_overwrites_nothing(city: City) -> None:
    own = city.districts / "quarto.yaml"
    own.write_text(own.read_text().replace("archetype: other", "archetype: services"))
    sheet = next((city.districts / "quarto/registers/it").glob("*.xlsx"))
    sheet.write_bytes(b"mine")

    said = city.run("district", "new", "quarto", "Un altro nome")

    assert "scritto" not in said
    assert "archetype: services" in own.read_text()
    assert sheet.read_bytes() == b"mine"


def test_an_id_that_cannot_be_one_is_refused(city: City) -> None:
    found = CliRunner().invoke(nzd, ["district", "new", "Quarto-Nord", "x"])

    assert found.exit_code != 0
    assert not (city.districts / "Quarto-Nord.yaml").exists()


def test_each_template_has_a_list_for_every_code_a_frozen_header_and_every_column_explained(
    city: City,
) -> None:
    for binding in load(city.districts).bindings:
        for language in ("it", "en"):
            blob = city.template(binding.dataset.name[language], language)
            with zipfile.ZipFile(io.BytesIO(blob)) as archive:
                sheet = archive.read("xl/worksheets/sheet1.xml").decode()
                explained = archive.read("xl/sharedStrings.xml").decode()
            columns = binding.dataset.columns.values()
            lists = sum(column.type in ("code", "flag") for column in columns)
            assert sheet.count('type="list"') == lists, binding
            assert 'state="frozen"' in sheet
            assert len(headers_of(blob)) == len(columns)
            for column in columns:
                assert isinstance(column.description, Bilingual), (binding, column)
                meaning = column.description[language].replace("&", "&amp;")
                assert meaning in explained, (binding, meaning)


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_example_of_a_template_is_accepted_in_its_own_language(
    city: City, language: str
) -> None:
    for binding in load(city.districts).bindings:
        said, form = binding.dataset, binding.format
        row: dict[str, Cell] = {}
        for name, value in form.columns.items():
            column = said.columns[name]
            header = value.aliases[0] if language == "en" and value.aliases else str(value.column)
            example: Any = column.example
            if isinstance(example, Bilingual):
                example = example[language]
            if column.type == "code":
                words = [
                    word for word, code in (value.map or {}).items() if code == column.accepts[0]
                ]
                example = words[0 if language == "it" else -1]
            if column.type == "flag":
                example = "sì" if language == "it" else "yes"
            row[header] = example
        city.send(
            said.id, f"{language}.xlsx", filled(city.template(said.name[language], language), [row])
        )
    city.collect()

    for dataset in REGISTERS:
        (found,) = city.rows(dataset)
        empty = {
            name for name in load(city.districts).datasets[dataset].columns if found[name] is None
        }
        assert not empty, (dataset, empty)


def test_good_rows_of_decisions_count_and_each_bad_one_is_told_in_the_words_of_its_author(
    city: City,
) -> None:
    good: dict[str, Cell] = {
        "Decisione": "D-1", "Oggetto": "Accesso ai dati", "Proposta il": DAY(2026, 9, 1), "Scadenza": DAY(2026, 9, 30),
        "Chiusa il": DAY(2026, 9, 20), "Esito": "Approvata", "Evidenza": "Verbale 3",
    }  # fmt: skip
    rows = [
        good,
        {**good, "Decisione": "D-2", "Chiusa il": None, "Esito": None},
        {**good, "Decisione": "D-3", "Chiusa il": DAY(2025, 9, 20)},
        {**good, "Decisione": "D-4", "Esito": "boh"},
        {**good, "Decisione": "D-5", "Scadenza": "31/02/2026"},
        {**good, "Decisione": "D-6"},
        {**good, "Decisione": "D-6", "Oggetto": "Altro"},
        {**good, "Decisione": "D-7", "Proposta il": None},
        *({**good, "Decisione": f"E-{n}"} for n in range(10)),
    ]
    city.send(
        "cdtt_decisions",
        "decisioni ottobre.xlsx",
        filled(city.template("Decisioni del CDTT"), rows),
    )
    city.collect()

    assert {row["decision_id"] for row in city.rows("cdtt_decisions")} == {
        "D-1", "D-2", *(f"E-{n}" for n in range(10)),
    }  # fmt: skip
    told = city.told("cdtt_decisions").splitlines()
    assert "righe da correggere: 6." in told[0]
    assert [line.split(": ", 1)[1] for line in told[1:]] == BAD_DECISIONS
    assert [line.split(": ", 1)[0] for line in told[1:]] == [
        f"  foglio «Decisioni», riga {row}" for row in (4, 5, 6, 7, 8, 9)
    ]


def test_attendance_without_a_meeting_is_told_and_counts_nowhere(city: City) -> None:
    rows: list[dict[str, Cell]] = [
        {"Meeting": "R-1", "Date": DAY(2026, 9, 3), "Actor class": who, "Foreseen": 2, "Present": 1}
        for who in ("city", "district", "firm", "citizens")
    ]
    rows.append({"Actor class": "utility", "Foreseen": 2, "Present": 2})
    city.send("cdtt_meetings", "meetings.xlsx", filled(city.template("CDTT meetings", "en"), rows))
    city.collect()

    assert len(city.rows("cdtt_meetings")) == 4
    said = city.told("cdtt_meetings", "en")
    assert (
        "sheet 'Meetings', row 6: column 'Meeting': it is empty. A required value is missing."
        in said
    )
    assert "foglio «Riunioni», riga 6: colonna «Riunione»: è vuota." in city.told("cdtt_meetings")


def test_a_refused_register_says_why_and_keeps_the_one_before(city: City) -> None:
    good: dict[str, Cell] = {"Criterio": "linea guida adottata", "Raggiunto il": DAY(2026, 3, 1)}
    template = city.template("Sistema di gestione di distretto")
    city.send("management_system", "a.xlsx", filled(template, [good]))
    city.collect()
    city.send("management_system", "b.xlsx", filled(template, []))
    city.collect()

    assert len(city.rows("management_system")) == 1
    assert "b.xlsx (quarto.management_system) non è stato accettato" in city.told(
        "management_system"
    )
    assert (
        city.told("cdtt_decisions")
        .strip()
        .endswith("nessuna riga da correggere nell’ultimo invio.")
    )
