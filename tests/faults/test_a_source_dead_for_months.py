"""A source that stopped three months ago: its last good figures stay, and the report says how old."""

from __future__ import annotations

import html
import re
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pipelines.catalogue.catalogue import load
from pipelines.cli import nzd
from pipelines.cli.printing import print_findings
from pipelines.collecting.collect import collect_all
from pipelines.publishing.editions.edition import publish
from pipelines.settings import Settings, checkout
from pipelines.version import code_version
from pipelines.warehouse.build import build

DISTRICT = """\
id: prova
name: Distretto di prova
city: Prova
boundary:
  - {version: "1", valid_from: 2024-01-01, municipalities: ["100005"],
     description: {it: prova, en: test}}
sources:
  points:
    dataset: metering_points
    declared:
      - {point_id: IT001E00000001, carrier: electricity, role: supply, site_id: s1, sector: municipal,
         holder_group: comune, holder_kind: public, contract_power_kw: 10}
  curves:
    dataset: meter_intervals
    format: intervals_csv
    from: "${NZD_INBOX}/curves/*.csv"
    with: {interval: PT1H}
    contact: {name: Fornitore delle curve}
not_collected:
  - dataset: utility_bills
    reason:
      it: Le imprese non hanno ancora dato il consenso a condividere le bollette.
      en: The firms have not yet agreed to share their bills.
    who: Consorzio del distretto
"""
NOVEMBER_KNOWN = datetime(2026, 12, 10, 8, tzinfo=UTC)
HEADER = "punto;vettore;flusso;qualita;inizio;valore;unita"


def month(number: int) -> str:
    at = datetime(2026, number, 1, tzinfo=UTC) - timedelta(hours=2)
    end = datetime(2026, number + 1, 1, tzinfo=UTC) - timedelta(hours=2)
    lines = [HEADER]
    while at < end:
        lines.append(f"IT001E00000001;elettricità;prelievo;E;{at.isoformat()};2.5;kWh")
        at += timedelta(hours=1)
    return "\n".join([*lines, ""])


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """November's edition of a district whose curves came until August; since then the share is gone."""
    root = tmp_path_factory.mktemp("dead")
    home, districts, inbox = root / "home", root / "districts", root / "inbox"
    districts.mkdir()
    (inbox / "curves").mkdir(parents=True)
    (districts / "prova.yaml").write_text(DISTRICT, encoding="utf-8")
    deployment = Settings(checkout(), home, districts, inbox, home)
    catalogue = load(districts)
    for number in (7, 8):
        (inbox / "curves" / f"{number:02d}.csv").write_text(month(number), encoding="utf-8")
        collect_all(deployment, catalogue, datetime(2026, number + 1, 10, 8, tzinfo=UTC))
    (inbox / "curves").rename(inbox / "gone")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NZD_HOME", str(home))
        environment.setenv("NZD_DISTRICTS", str(districts))
        environment.setenv("NZD_INBOX", str(inbox))
        environment.setenv("NZD_NOW", NOVEMBER_KNOWN.isoformat())
        collect_all(deployment, catalogue, NOVEMBER_KNOWN)
        build(deployment, catalogue, NOVEMBER_KNOWN)
        publish(deployment, "2026-11", NOVEMBER_KNOWN, code_version())
        with redirect_stdout((root / "findings.txt").open("w")) as said_of_run, said_of_run:
            print_findings()
        typed = CliRunner().invoke(nzd, ["status"])
    assert typed.exit_code == 0, typed.output
    (root / "status.txt").write_text(typed.output)
    return home / "editions" / "2026-11" / "r1" / "prova"


def said(edition: Path, language: str) -> str:
    page = (edition / language / "report.html").read_text(encoding="utf-8")
    shown = re.sub(r"<(script|style|svg).*?</\1>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown)))


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "it",
            [
                "settembre",
                "Fornitore delle curve, consegna attesa dal 16 ottobre",
                "10 settembre 2026",
            ],
        ),
        ("en", ["September", "Fornitore delle curve, due since 16 October", "10 September 2026"]),
    ],
)
def test_the_report_says_since_when_a_source_is_silent_and_how_old_its_last_data_are(
    edition: Path, language: str, sentences: list[str]
) -> None:
    text = said(edition, language)

    for sentence in sentences:
        assert sentence in text


def test_the_months_that_came_stay_and_the_others_are_missing_and_not_zero(edition: Path) -> None:
    mart = pq.read_table(edition.parents[3] / "marts" / "fct_energy_monthly.parquet").to_pylist()
    kwh = {row["month"]: row["electricity_import_kwh"] for row in mart}

    assert float(kwh["2026-08"]) == 2.5 * 24 * 31
    assert kwh.get("2026-11") is None


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("it", "Le imprese non hanno ancora dato il consenso a condividere le bollette."),
        ("en", "The firms have not yet agreed to share their bills."),
    ],
)
def test_the_report_prints_why_something_is_not_collected_and_who_holds_it(
    edition: Path, language: str, why: str
) -> None:
    text = said(edition, language)

    assert why in text
    assert "Consorzio del distretto" in text[text.index(why) :][:200]


def test_collecting_and_status_name_the_failure_and_the_age(edition: Path) -> None:
    root = edition.parents[4]

    assert "SOURCE_MISSING × 1" in (root / "findings.txt").read_text()
    line = next(
        line for line in (root / "status.txt").read_text().splitlines() if "prova.curves" in line
    )
    assert line.split()[:3] == ["prova.curves", "2026-09-10", "91"]
    assert "failing" in line
