"""Another city joins with one YAML file, through the commands that a person types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

MONTH = "2026-10"
NOW = "2026-11-10T08:00:00+00:00"
HEAD = """\
id: {id}
name: {name}
city: Trento
boundary:
  - version: "1"
    valid_from: 2026-01-01
    municipalities: ["022205"]
    description: {{it: Area nord, en: North area}}
"""
FIFTH = HEAD.format(id="quinto", name="Distretto di Trento Nord") + (
    """\
sources:
  points:
    dataset: metering_points
    declared:
      - {point_id: Z1, carrier: district_heat, role: supply, site_id: S, sector: municipal,
         holder_group: Comune, holder_kind: public}
  heat: {dataset: meter_intervals, format: heat_monthly_csv, from: "${NZD_INBOX}/quinto/*.csv"}
"""
)
HEAT = """\
Codice sottostazione;Mese;Energia (MWh);Tipo dato
Z1;09/2026;312,5;E
Z1;10/2026;1.020,25;E
TOTALE;;1332,75;
"""
NAME = """L'"Officina" <b>grassa</b> & <script>alert(1)</script> di una lunga città, a Nord"""
DISTRICTS = {
    "quinto": FIFTH,
    "vuoto": HEAD.format(id="vuoto", name="Distretto senza dati"),
    "strano": HEAD.format(id="strano", name=json.dumps(NAME, ensure_ascii=False)),
}

Values = dict[tuple[str, str, str], dict[str, Any]]


@dataclass(frozen=True)
class Published:
    """A deployment of three new districts, after `nzd refresh`."""

    home: Path
    nzd: Callable[..., subprocess.CompletedProcess[str]]

    @property
    def edition(self) -> Path:
        return self.home / "editions" / MONTH / "r1"

    def values(self) -> Values:
        rows = pq.read_table(self.edition / "kpi_values.parquet").to_pylist()
        return {(row["district_id"], row["month"], row["kpi_code"]): row for row in rows}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    root = tmp_path_factory.mktemp("fifth")
    home, districts, inbox = root / "var", root / "districts", root / "inbox"
    districts.mkdir()
    (inbox / "quinto").mkdir(parents=True)
    for name, text in DISTRICTS.items():
        (districts / f"{name}.yaml").write_text(text, encoding="utf-8")
    (inbox / "quinto" / "calore.csv").write_text(HEAT, encoding="utf-8")
    places = {"NZD_HOME": home, "NZD_DISTRICTS": districts, "NZD_INBOX": inbox, "NZD_NOW": NOW}

    def nzd(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).parent / "nzd"), *words],
            env={**os.environ, **{name: str(value) for name, value in places.items()}},
            capture_output=True,
            text=True,
            check=False,
        )

    done = nzd("refresh", "--month", MONTH)
    assert done.returncode == 0, done.stderr
    assert f"Edition {MONTH}-r1" in done.stdout
    return Published(home, nzd)


def test_its_figures_are_those_of_its_file(published: Published) -> None:
    values = published.values()

    assert values["quinto", "2026-09", "ENE01"]["value"] == Decimal("312.5")
    assert values["quinto", "2026-10", "ENE01"]["value"] == Decimal("1020.25")


def test_a_district_without_sources_has_reasons_and_no_zeros(published: Published) -> None:
    own = [row for place, row in published.values().items() if place[0] == "vuoto"]

    assert own
    assert {row["value"] for row in own} == {None}
    assert all(row["reason"] for row in own)


@pytest.mark.parametrize("district", DISTRICTS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_each_has_its_reports(published: Published, district: str, language: str) -> None:
    folder = published.edition / district / language

    assert (folder / "report.html").stat().st_size > 10_000
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_what_a_district_writes_is_text_and_never_markup(published: Published) -> None:
    pages = list(published.edition.rglob("*.html"))

    said = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert "&lt;b&gt;grassa&lt;/b&gt;" in said
    for markup in ("<b>grassa", "<script>alert"):
        assert markup not in said
    assert NAME in json.dumps(
        json.loads((published.edition / "catalog.jsonld").read_text(encoding="utf-8")),
        ensure_ascii=False,
    ).replace('\\"', '"')


def test_a_build_that_fails_delays_the_month_until_one_is_good(published: Published) -> None:
    target = published.home / "dbt" / "target"
    target.rename(target.with_name("kept"))
    target.write_text("dbt cannot write here")

    failed = published.nzd("publish", "--month", MONTH)

    assert failed.returncode == 3, failed.stderr
    assert "The warehouse build failed" in failed.stderr
    note = published.edition.parent / "delayed.html"
    assert "un controllo sui dati non è riuscito" in note.read_text(encoding="utf-8")
    assert f"{MONTH} quinto, delayed since" in published.nzd("status").stdout
    target.unlink()
    target.with_name("kept").rename(target)


def test_the_same_knowledge_is_the_same_edition_even_over_a_damaged_warehouse(
    published: Published,
) -> None:
    (published.home / "warehouse" / "nzd.duckdb").write_bytes(b"no database")

    again = published.nzd("publish", "--month", MONTH)

    assert f"Edition {MONTH}-r1" in again.stdout, again.stderr
    assert again.returncode == 0, again.stderr
    assert [path.name for path in published.edition.parent.iterdir()] == ["r1"]
    verified = published.nzd("verify", f"{MONTH}/r1")
    sealed, said = verified.stdout.splitlines()
    assert sealed.startswith("sealed: manifest.json ")
    assert said == f"{MONTH}/r1: made again from landing, every file is the same to the byte."
    assert verified.returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("explain quinto 2026-10 XYZ99", "has no KPI 'XYZ99'"),
        ("explain sesto 2026-10 ENE01", "has no district 'sesto'"),
        ("publish --month 2018-01", "months go from 2019-01"),
        ("publish --month 2026-13", "is not a month"),
        ("verify 2026-09/r1", "There is no edition '2026-09/r1'. There is 2026-10/r1."),
        ("collect --district sesto", "No district is called 'sesto'"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(published: Published, words: str, said: str) -> None:
    done = published.nzd(*words.split())

    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
