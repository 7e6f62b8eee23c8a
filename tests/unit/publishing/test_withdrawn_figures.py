"""A number on a page that was withdrawn is still answered: what it was, when and why it went, what replaces it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pipelines.cli import nzd
from pipelines.publishing.kpi_file import kpi_table, short_code, value_id
from tests.declaring import PROVA

SAID = {
    "id": "2026-10-r1", "withdrawn_at": "2026-11-12T09:00:00+00:00", "kind": "disclosure",
    "reason": "A firm could be told apart.", "by": "Anna Rossi",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "districts").mkdir()
    (tmp_path / "districts" / "prova.yaml").write_text(PROVA.replace("sources:\n", ""))
    for name, place in (("HOME", "var"), ("DISTRICTS", "districts"), ("INBOX", "inbox")):
        monkeypatch.setenv(f"NZD_{name}", str(tmp_path / place))
    old = tmp_path / "var" / "editions" / "2026-10" / "r1"
    old.mkdir(parents=True)
    (old / "withdrawn.json").write_text(json.dumps(SAID))
    return tmp_path / "var"


def asked(*words: str) -> str:
    done = CliRunner().invoke(nzd, ["explain", *words])
    assert done.exit_code == 0, done.output
    return done.output


def replaced(home: Path) -> None:
    new = home / "editions" / "2026-10" / "r2"
    new.mkdir(parents=True)
    (new / "manifest.json").write_text("{}")
    row = {"district_id": "prova", "month": "2026-09", "kpi_code": "ENE01"}
    pq.write_table(kpi_table([row], "2026-10", 2), new / "kpi_values.parquet")


def test_the_number_of_a_withdrawn_figure_says_why_and_leads_to_the_one_that_stands(
    home: Path,
) -> None:
    replaced(home)
    number = short_code(value_id("prova", "2026-09", "ENE01", "2026-10", 1))

    said = asked(number)

    assert f"{number} was ENE01 of prova, 2026-09, in edition 2026-10-r1." in said
    assert "withdrawn on 2026-11-12 (disclosure) by Anna Rossi" in said
    assert "A firm could be told apart. 2026-10-r2 replaces it." in said
    assert short_code(value_id("prova", "2026-09", "ENE01", "2026-10", 2)) in said


def test_where_nothing_replaces_it_that_is_said(home: Path) -> None:
    said = asked(value_id("prova", "2026-09", "ENE01", "2026-10", 1))

    assert "No edition replaces it yet." in said
    assert "nzd explain" not in said


def test_a_figure_of_a_named_edition_that_was_withdrawn_says_so_too(home: Path) -> None:
    replaced(home)

    said = asked("prova", "2026-09", "ENE01", "--edition", "2026-10/r1")

    assert "2026-10-r1 was withdrawn on 2026-11-12" in said


def test_a_number_that_never_was_is_no_withdrawn_one(home: Path) -> None:
    replaced(home)

    done = CliRunner().invoke(nzd, ["explain", "0123456789ab"])

    assert done.exit_code == 1
    assert "No published value is numbered 0123456789ab" in done.output
