"""An edition: its layout, its hashes, its bytes, what is in it and what never is."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.publishing.comparing.diff import diff
from pipelines.publishing.editions.edition import (
    Edition,
    PublicationRefused,
    editions,
    latest,
    publish,
)
from pipelines.publishing.editions.verify import against_manifest
from pipelines.publishing.kpi_file import value_id
from pipelines.publishing.opening.explain import explain, explain_text
from pipelines.publishing.protecting.protection import protected
from pipelines.publishing.rendering.rendering import render
from pipelines.publishing.rows import csv_cell
from pipelines.settings import Settings
from tests import published

COLUMNS = [
    "district_id",
    "month",
    "period_start",
    "period_end",
    "kpi_code",
    "value",
    "value_adjusted",
    "interval_low",
    "interval_high",
    "unit",
    "status",
    "signal",
    "grade",
    "coverage",
    "reason",
    "suppressed",
    "numerator",
    "denominator",
    "target",
    "gap",
    "previous_year",
    "next_due",
    "factor_set",
    "gwp_set",
    "model_version",
    "boundary_version",
    "known_at",
    "kpi_value_id",
    "value_below",
]


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A deployment whose September edition is published and whose October view is built."""
    home = tmp_path_factory.mktemp("publishing")
    september = published.deployment(home, "2026-09")
    publish(september, "2026-09", published.known_at("2026-09"), "test")
    return published.deployment(home, "2026-10", late_water=True)


@pytest.fixture(scope="session")
def edition(deployment: Settings) -> Edition:
    """The October edition."""
    return publish(deployment, "2026-10", published.known_at("2026-10"), "test")


def test_kpi_values_have_the_contracts_columns_in_its_order(edition):
    table = pq.read_table(edition.path / "kpi_values.parquet")
    with (edition.path / "kpi_values.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))

    assert table.column_names == COLUMNS
    assert rows[0] == COLUMNS
    assert len(rows) - 1 == table.num_rows
    assert max(table["month"].to_pylist()) == "2026-10"
    assert len(set(table["kpi_value_id"].to_pylist())) == table.num_rows


def test_every_kpi_district_and_month_has_a_row_and_a_blank_has_a_reason(edition):
    rows = pq.read_table(edition.path / "kpi_values.parquet").to_pylist()

    assert len(rows) == 4 * 30 * len({row["kpi_code"] for row in rows})
    assert all(row["reason"] for row in rows if row["value"] is None)


def test_the_folder_is_what_the_architecture_says(edition):
    for name in [
        "manifest.json",
        "kpi_values.parquet",
        "kpi_values.csv",
        "index.html",
        "datapackage.json",
        "catalog.jsonld",
        "prato/it/report.html",
        "prato/en/report.pdf",
        "prato/annex.xlsx",
        "programme/it/report.html",
        "programme/en/report.pdf",
    ]:
        assert (edition.path / name).is_file(), name
    for language in ("it", "en"):
        page = (edition.path / "prato" / language / "report.html").read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in page


def test_the_manifest_names_every_file_with_hash_and_size(edition):
    manifest = edition.manifest
    listed = {file["path"]: file for file in manifest["files"]}
    present = {
        path.relative_to(edition.path).as_posix()
        for path in edition.path.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }

    assert set(listed) == present
    for name, file in listed.items():
        data = (edition.path / name).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["bytes"] == len(data)
    assert {"id", "month", "revision", "known_at", "code_version", "factor_set", "gwp_set"} <= set(
        manifest
    )
    assert {each["kind"] for each in manifest["inputs"]} == {"delivery", "declaration", "district"}


def test_nothing_changed_means_no_new_revision_even_later(deployment, edition):
    again = publish(
        deployment, "2026-10", published.known_at("2026-10") + timedelta(days=1), "test"
    )

    assert again.created is False
    assert again.path == edition.path


def test_latest_points_to_the_newest_month(deployment, edition):
    found = latest(deployment.editions)

    assert found is not None
    assert found.path == edition.path
    said = json.loads((deployment.editions / "latest.json").read_text(encoding="utf-8"))
    assert said == {"month": "2026-10", "revision": 1, "path": "editions/2026-10/r1"}


def test_late_readings_make_a_new_revision_and_leave_the_old_one_as_it_was(tmp_path):
    first = publish(
        published.deployment(tmp_path, "2026-09"), "2026-09", published.known_at("2026-09"), "t"
    )
    before = against_manifest(first.path)
    second = publish(
        published.deployment(tmp_path, "2026-09", late_water=True),
        "2026-09",
        published.known_at("2026-09"),
        "t",
    )

    assert second.revision == 2
    assert before.ok
    assert against_manifest(first.path).ok
    revised = pq.read_table(second.path / "tables" / "revisions.parquet").to_pylist()
    assert revised
    assert all(row["old_edition"] == "2026-09-r1" for row in revised)


def test_the_same_edition_gives_the_same_bytes_again(edition):
    for name, data in render(edition.path).items():
        assert data == (edition.path / name).read_bytes(), name


def test_the_same_inputs_elsewhere_give_the_same_data(deployment, edition, tmp_path):
    published.deployment(tmp_path, "2026-10", late_water=True)

    again = protected(tmp_path, "2026-10")

    assert again.kpi_values == protected(deployment.view, "2026-10").kpi_values


def test_a_value_has_a_stable_name(edition):
    row = pq.read_table(edition.path / "kpi_values.parquet").to_pylist()[0]

    expected = hashlib.sha256(
        f"{row['district_id']}|{row['month']}|{row['kpi_code']}|2026-10|1".encode()
    ).hexdigest()[:12]
    assert row["kpi_value_id"] == expected
    assert value_id(row["district_id"], row["month"], row["kpi_code"], "2026-10", 2) != expected


def test_no_internal_table_and_no_point_of_supply_enters_an_edition(edition):
    tables = {path.stem for path in (edition.path / "tables").glob("*.parquet")}

    assert not tables & {"energy", "fct_energy", "contributors", "fct_contributors", "quarantine"}
    for path in edition.path.rglob("*.parquet"):
        table = pq.read_table(path)
        assert "point_id" not in table.column_names
        assert "holder_group" not in table.column_names
        assert "contact_email" not in table.column_names or path.stem == "districts"
        assert "IT001E" not in str(table.to_pylist()), path


def test_hidden_energy_is_in_no_file_of_the_edition(edition, deployment):
    hidden = pq.read_table(deployment.view / "marts" / "fct_kpi_values.parquet").to_pylist()
    secret = {
        f"{row['value']:.2f}"
        for row in hidden
        if row["district_id"] == "bergamo"
        and row["kpi_code"] in ("ENE01", "EMI11")
        and row["value"]
    }
    csv_text = (edition.path / "kpi_values.csv").read_text(encoding="utf-8")

    assert secret
    assert not [value for value in secret if value in csv_text]
    energy = pq.read_table(edition.path / "tables" / "energy_by_carrier_sector.parquet").to_pylist()
    assert all(
        row["energy_kwh"] is None and row["suppressed"]
        for row in energy
        if row["district_id"] == "bergamo" and row["reason"] != "included_elsewhere"
    )


def test_what_a_firm_pays_alone_for_its_project_is_not_told(edition):
    projects = pq.read_table(edition.path / "tables" / "projects.parquet").to_pylist()
    private = [row for row in projects if row["title"].startswith("Caldaie")]

    assert private
    assert all(
        row["suppressed"] and row["capex_eur"] is None and row["paid_eur"] is None
        for row in private
    )
    assert any(row["capex_eur"] for row in projects)


def test_nothing_is_published_beside_an_edition_that_is_no_longer_remembered(tmp_path):
    september = publish(
        published.deployment(tmp_path, "2026-09"), "2026-09", published.known_at("2026-09"), "t"
    )
    october = published.deployment(tmp_path, "2026-10")
    kept = october.memory / f"{september.id}.parquet"
    aside = kept.rename(tmp_path / "aside.parquet")

    with pytest.raises(PublicationRefused, match=rf"{september.id} showed"):
        publish(october, "2026-10", published.known_at("2026-10"), "t")
    assert [one.id for one in editions(october.editions)] == [september.id]

    aside.rename(kept)
    assert publish(october, "2026-10", published.known_at("2026-10"), "t").created


def test_a_month_without_values_is_not_published(deployment):
    with pytest.raises(PublicationRefused, match="found none"):
        publish(deployment, "2027-01", published.known_at("2026-10"), "test")
    with pytest.raises(PublicationRefused, match="is not a month"):
        publish(deployment, "2026-13", published.known_at("2026-10"), "test")
    assert not (deployment.editions / "2027-01").exists()


def test_verify_names_what_was_changed_removed_and_added(edition, tmp_path):
    copy = tmp_path / "r1"
    shutil.copytree(edition.path, copy)
    data = bytearray((copy / "kpi_values.parquet").read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "kpi_values.parquet").write_bytes(data)
    (copy / "index.html").unlink()
    (copy / "extra.txt").write_text("x", encoding="utf-8")

    found = against_manifest(copy)

    assert not found.ok
    assert found.changed == ("kpi_values.parquet",)
    assert found.missing == ("index.html",)
    assert found.unexpected == ("extra.txt",)
    assert "kpi_values.parquet" in str(found)


@pytest.mark.parametrize("text", ["=1+1", "+39", "-x", "@a", "\tb"])
def test_text_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert csv_cell(text) == f"'{text}"


def test_negative_numbers_stay_numbers():
    assert csv_cell(Decimal("-1.500")) == "-1.5"


def test_the_annex_has_its_sheets_and_no_formula(edition):
    book = zipfile.ZipFile(io.BytesIO((edition.path / "prato" / "annex.xlsx").read_bytes()))
    workbook = book.read("xl/workbook.xml").decode()

    for name in ("KPI", "serie", "inventario GPC", "fattori", "NZC A-1.1", "NZC A-1.4",
                 "SECAP energia", "SECAP emissioni", "qualità", "dizionario"):  # fmt: skip
        assert f'name="{name}"' in workbook
    assert not [name for name in book.namelist() if "sheet" in name and b"<f>" in book.read(name)]


def test_changes_between_editions_have_causes_that_add_up(deployment, edition):
    found = diff(deployment.editions / "2026-09" / "r1", edition.path)

    assert found.changes
    assert not found.added
    assert not found.removed
    for change, causes in found.changes:
        assert change.difference is None or sum(causes.values()) == change.difference


def test_explain_fills_the_formula_in_and_names_the_parts(edition):
    total = explain_text(explain(edition.path, "prato", "2026-10", "EMI11"), "it")
    share = explain_text(explain(edition.path, "prato", "2026-10", "ENE10"), "en")

    addends = next(line for line in total.splitlines() if line.startswith("Con i numeri: "))
    assert addends.count(" + ") == 11
    assert "novembre 2025" in total
    assert "copertura B (≥ 97 %)" in total.replace("\u00a0", " ")
    assert "Fonte del fattore" in total
    assert "at least 93%, less than 95% (told in steps)" in share
    assert "With its numbers" not in share
    assert "Rows left out" in share


def test_explain_tells_formula_deliveries_and_what_earlier_editions_said(edition):
    told = explain(edition.path, "prato", "2026-09", "EMI05")
    text = explain_text(told, "en")

    assert told.earlier[0][0] == "2026-09-r1"
    assert told.deliveries
    assert told.factors
    assert "numerator energy_tco2e" in text
    assert "sha256" in text


def test_explain_gives_nothing_of_a_hidden_value(edition):
    text = explain_text(explain(edition.path, "bergamo", "2026-10", "ENE01"), "en")

    assert "confidential" in text
    assert "numerator" not in text


def test_explain_names_what_there_is_when_asked_for_what_is_not(edition):
    with pytest.raises(LookupError, match="It has: bergamo, parma, prato, roma"):
        explain(edition.path, "milano", "2026-10", "ENE01")


def test_metadata_describes_the_files(edition):
    package = json.loads((edition.path / "datapackage.json").read_text(encoding="utf-8"))
    catalogue = json.loads((edition.path / "catalog.jsonld").read_text(encoding="utf-8"))
    listed = {file["path"]: file["sha256"] for file in edition.manifest["files"]}

    for resource in package["resources"]:
        assert resource["hash"] == f"sha256:{listed[resource['path']]}"
    datasets = [node for node in catalogue["@graph"] if "dcat:Dataset" in node["@type"]]
    assert len(datasets) == 4
    assert all(node["dct:accrualPeriodicity"]["@id"].endswith("/MONTHLY") for node in datasets)


def test_the_demonstration_label_is_on_every_page(edition):
    for path in [*edition.path.rglob("*.html")]:
        assert "dati dimostrativi / sample data" in path.read_text(encoding="utf-8"), path


def test_pages_are_small_and_ask_the_network_for_nothing(edition):
    for path in edition.path.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert len(text) < 3_000_000
        assert "<script" not in text
        assert 'src="http' not in text
        assert "url(http" not in text


def test_pdfs_are_tagged_titled_and_carry_the_label_on_every_page(edition):
    pypdf = pytest.importorskip("pypdf")
    path: Path = edition.path / "prato" / "it" / "report.pdf"
    document = pypdf.PdfReader(path)

    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean
    assert document.trailer["/Root"]["/Lang"] == "it"
    assert document.metadata.title == "Distretto tessile di Prato, ottobre 2026"
    for page in document.pages:
        assert "dati dimostrativi / sample data" in page.extract_text()
    first = document.pages[0].extract_text()
    assert "Dati mancanti e chi può inviarli" in first, "page one holds on one page"
    assert len(document.pages) <= 10
    assert all(len(page.extract_text()) > 900 for page in document.pages[:-1])


def test_the_programme_holds_on_eight_pages(edition):
    pypdf = pytest.importorskip("pypdf")
    for language in ("it", "en"):
        pages = pypdf.PdfReader(edition.path / "programme" / language / "report.pdf").pages
        assert len(pages) <= 8
