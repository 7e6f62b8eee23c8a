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
import pyshacl
import pytest
from rdflib import RDF, SH, Graph, URIRef

from pipelines.publishing.open_data.city_data import FILES, city_data
from pipelines.publishing.open_data.dcat import catalogues
from pipelines.publishing.open_data.metadata import datapackage
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import csv_bytes

SHAPES = Path(__file__).with_name("dcat_ap_it.ttl")
IT = "http://dati.gov.it/onto/dcatapit#"
OBLIGATORY = (
    ("Catalog", "http://purl.org/dc/terms/publisher"),
    ("Dataset", "http://purl.org/dc/terms/rightsHolder"),
    ("Dataset", "http://purl.org/dc/terms/accrualPeriodicity"),
    ("Distribution", "http://purl.org/dc/terms/license"),
    ("Agent", "http://xmlns.com/foaf/0.1/name"),
    ("Organization", "http://www.w3.org/2006/vcard/ns#hasEmail"),
)
"""What a catalogue must not lack, some of it per class of AgID's profile."""


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
def test_a_catalogue_is_valid_in_the_italian_profile(edition: Path, place: str) -> None:
    graph = _graph(edition / f"{place}catalog.jsonld")

    datasets = list(graph.subjects(RDF.type, URIRef(IT + "Dataset")))
    assert len(datasets) == (1 if place else 4)
    assert _violations(graph) == []


@pytest.mark.parametrize(("kind", "name"), OBLIGATORY)
def test_a_catalogue_that_lacks_something_obligatory_is_not(
    edition: Path, kind: str, name: str
) -> None:
    graph = _graph(edition / "prato" / "catalog.jsonld")
    for node in list(graph.subjects(RDF.type, URIRef(IT + kind))):
        graph.remove((node, URIRef(name), None))

    assert set(_violations(graph)) == {name}


def test_the_days_a_catalogue_covers_are_the_first_and_the_last(edition: Path) -> None:
    """A period of ours ends where the next one begins; a catalogue names the last day itself."""
    graph = _graph(edition / "prato" / "catalog.jsonld")

    (last,) = graph.objects(predicate=URIRef(IT + "endDate"))
    assert str(last) == "2026-10-31"


def _graph(path: Path) -> Graph:
    return Graph().parse(path, format="json-ld", publicID="https://example.org/nzd/catalog.jsonld")


def _violations(graph: Graph) -> list[str]:
    """The properties that are not as the profile wants them."""
    _, found, _ = pyshacl.validate(graph, shacl_graph=str(SHAPES), advanced=False)
    return sorted({str(path) for path in found.objects(predicate=SH.resultPath)})


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
    graph = _graph(edition / "prato" / "catalog.jsonld")

    asked = "select ?v where { ?d a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/rightsHolder> ?v }"
    assert len(list(graph.query(asked))) == 1
    licences = set(graph.objects(predicate=URIRef("http://purl.org/dc/terms/license")))
    assert licences == {URIRef("https://creativecommons.org/licenses/by/4.0/")}
