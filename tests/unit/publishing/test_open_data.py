"""Open data of each city: a catalogue with all that DCAT-AP_IT asks for, and files that hold the same figures."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.publishing.open_data.city_data import FILES, city_data
from pipelines.publishing.open_data.dcat import catalogues
from pipelines.publishing.open_data.metadata import datapackage
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import csv_bytes

MANDATORY = {
    "dcatapit:Catalog": {"dct:title", "dct:description", "dct:publisher", "dct:modified", "dcat:dataset"},
    "dcatapit:Dataset": {
        "dct:identifier", "dct:title", "dct:description", "dct:modified", "dcat:theme", "dct:rightsHolder",
        "dct:accrualPeriodicity", "dcat:distribution",
    },
    "dcatapit:Distribution": {"dct:format", "dcat:accessURL", "dct:license"},
    "dcatapit:LicenseDocument": {"foaf:name", "dct:type"},
    "dcatapit:Agent": {"foaf:name", "dct:identifier"},
}  # fmt: skip
"""What AgID's profile DCAT-AP_IT 1.0 makes obligatory, per class."""


@pytest.fixture(scope="module")
def edition(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of October with their open data."""
    folder = tmp_path_factory.mktemp("open") / "r1"
    shutil.copytree(reading.folder, folder)
    values = pq.read_table(folder / "kpi_values.parquet")
    made = {
        "kpi_values.csv": csv_bytes(values),
        **city_data(values),
        **{f"{one}/annex.xlsx": b"sheets" for one in reading.districts},
    }
    _write(folder, made)
    _write(folder, catalogues(folder, reading.about))
    _write(folder, {"datapackage.json": datapackage(folder, reading.about)})
    return folder


def _write(folder: Path, made: dict[str, bytes]) -> None:
    for path, data in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def _nodes(path: Path) -> list[dict[str, Any]]:
    graph: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["@graph"]
    return graph


@pytest.mark.parametrize("place", ["", "bergamo/", "parma/", "prato/", "roma/"])
def test_a_catalogue_has_all_that_is_mandatory(edition: Path, place: str) -> None:
    nodes = _nodes(edition / f"{place}catalog.jsonld")
    known = {node["@id"] for node in nodes}

    kinds = [kind for node in nodes for kind in node["@type"]]
    assert set(MANDATORY) <= set(kinds)
    assert kinds.count("dcatapit:Dataset") == (1 if place else 4)
    for node in nodes:
        for kind in node["@type"]:
            assert MANDATORY.get(kind, set()) <= node.keys(), node["@id"]
        for name in ("dct:publisher", "dct:rightsHolder", "dct:license"):
            assert node.get(name, {"@id": "#catalog"})["@id"] in known, (node["@id"], name)
        if "dcatapit:Dataset" in node["@type"]:
            assert {one["@id"] for one in node["dcat:distribution"]} <= known


@pytest.mark.parametrize("place", ["", "prato/"])
def test_a_file_that_is_listed_is_there_with_its_size_and_hash(edition: Path, place: str) -> None:
    files = [
        node
        for node in _nodes(edition / f"{place}catalog.jsonld")
        if "dcatapit:Distribution" in node["@type"]
    ]

    assert len(files) == len(FILES) * (1 if place else 4)
    for node in files:
        data = (edition / place / node["dcat:downloadURL"]["@id"]).read_bytes()
        assert node["dcat:byteSize"]["@value"] == str(len(data))
        said = node["spdx:checksum"]["spdx:checksumValue"]["@value"]
        assert said == hashlib.sha256(data).hexdigest()


def test_the_three_files_of_a_city_hold_the_same_figures_and_no_other_city(edition: Path) -> None:
    folder = edition / "prato" / "data"
    rows = pq.read_table(folder / "kpi_values.parquet").to_pylist()
    with (folder / "kpi_values.csv").open(encoding="utf-8") as file:
        typed = list(csv.DictReader(file))
    head, *listed = json.loads((folder / "kpi_values.json").read_text(encoding="utf-8"))

    assert {row["district_id"] for row in rows} == {"prato"}
    assert len(rows) == len(typed) == len(listed)
    for row, line, cells in zip(rows, typed, listed, strict=True):
        told = dict(zip(head, cells, strict=True))
        assert (line["kpi_value_id"], told["kpi_value_id"]) == (row["kpi_value_id"],) * 2
        assert (Decimal(line["value"]) if line["value"] else None) == row["value"]
        assert told["value"] == (None if row["value"] is None else float(row["value"]))


def test_the_data_package_is_valid_in_the_words_of_its_own_library(edition: Path) -> None:
    """Its table to the last cell; of Parquet, which it cannot count the bytes of, the description."""
    frictionless = pytest.importorskip("frictionless")
    path = edition / "datapackage.json"

    described = frictionless.Package.validate_descriptor(str(path))
    table = frictionless.Package(str(path)).get_resource("kpi-values-csv").validate()

    assert (described.errors, described.tasks) == ([], [])
    assert [task.errors for task in table.tasks] == [[]]


def test_a_catalogue_is_a_graph_that_others_can_read(edition: Path) -> None:
    rdflib = pytest.importorskip("rdflib")

    graph = rdflib.Graph().parse(edition / "prato" / "catalog.jsonld", format="json-ld")

    asked = "select ?v where { ?d a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/rightsHolder> ?v }"
    assert len(list(graph.query(asked))) == 1
    licences = set(graph.objects(predicate=rdflib.URIRef("http://purl.org/dc/terms/license")))
    assert licences == {rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")}
