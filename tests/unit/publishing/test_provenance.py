"""The provenance of figures: what a page says of each, what it never says, and that its sums come out."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pytest

from pipelines.catalogue.kpi import Disclosure
from pipelines.publishing.comparing.figure_history import figure_history
from pipelines.publishing.kpi_file import KEY
from pipelines.publishing.language import Words, words
from pipelines.publishing.opening.explain import explain_text
from pipelines.publishing.opening.explanation import explained
from pipelines.publishing.opening.named import named
from pipelines.publishing.opening.opened import Opened, opened
from pipelines.publishing.opening.provenance import Figure, provenance, ranges
from pipelines.publishing.opening.provenance_data import provenance_jsonld
from pipelines.publishing.reading import Reading
from pipelines.settings import checkout

IT, EN = (words(code, checkout() / "reports" / "text") for code in ("it", "en"))
DISTRICTS = ("prato", "parma", "bergamo", "roma")
CLOSE = Decimal("1e-6")


@pytest.fixture(scope="module", params=DISTRICTS)
def of(request: pytest.FixtureRequest, reading: Reading) -> Opened:
    return opened(reading, request.param)


@pytest.mark.parametrize("said", [IT, EN], ids=["it", "en"])
def test_every_reason_to_hide_a_figure_has_its_sentence(said: Words) -> None:
    rules = get_args(Disclosure.model_fields["rule"].annotation)

    for reason in (*rules, "since_edition"):
        assert said.say(f"provenance.hidden_{reason}").endswith(".")


def figures(of: Opened, said: Words) -> list[Figure]:
    return [each for _, _, theme in provenance(of, said).themes for each in theme]


def worked_out(sum_: str, said: Words) -> tuple[Decimal, Decimal]:
    """What a printed line says on its left, with four operations, and on its right."""
    plain = sum_.replace("\u00a0", " ").replace("−", "-")
    if said.code == "it":
        plain = plain.replace(".", "").replace(",", ".")
    plain = plain if said.code == "it" else plain.replace(",", "")
    left, right = plain.split(" = ")
    assert re.fullmatch(r"[-0-9.×/+() ]+", left), sum_
    exact = re.sub(r"\d+(\.\d+)?", r"Decimal('\g<0>')", left.replace("×", "*"))
    answer = eval(exact, {"Decimal": Decimal})  # noqa: S307 - digits and signs alone, by the line above
    return answer, Decimal(right.split(" ")[0].rstrip("%"))


@pytest.mark.parametrize("said", [IT, EN], ids=["it", "en"])
def test_a_printed_formula_worked_out_by_hand_gives_the_published_value(
    of: Opened, said: Words
) -> None:
    values = {each.value["kpi_value_id"]: each.value for each in of.figures}
    lines = [(each.id, each.sum) for each in figures(of, said) if each.sum and " = " in each.sum]
    for identifier, line in lines:
        left, right = worked_out(line, said)
        value = values[identifier]["value"]
        assert abs(left - value) <= CLOSE * abs(value) + CLOSE, line
        assert abs(right - value) <= CLOSE, line
    assert len(lines) >= 10


def test_a_figure_of_an_earlier_month_has_its_number_and_its_sum(of: Opened) -> None:
    values = {row["kpi_value_id"]: row for row in of.reading.values.values()}
    past = [one for each in figures(of, IT) for one in each.past]
    for one in past:
        row = values[one.id]
        if row["suppressed"]:
            assert (one.sum, one.value) == ("–", "riservato")
        elif " = " in one.sum:
            left, _ = worked_out(one.sum, IT)
            assert abs(left - row["value"]) <= CLOSE * abs(row["value"]) + CLOSE
    assert len({one.id for one in past}) == len(past) > 100


def test_of_a_hidden_figure_the_page_says_why_and_nothing_else(reading: Reading) -> None:
    of = opened(reading, "bergamo")
    hidden = [each for each in figures(of, EN) if each.hidden]

    assert {each.kpi for each in hidden} >= {"ENE01", "EMI05"}
    for each in hidden:
        empty = (each.sum, each.facts, each.grade, each.parts, each.factors, each.counted,
                 each.set_aside, each.history)  # fmt: skip
        assert not any(empty), each.kpi
        assert not re.search(r"\d", each.value), each.kpi
        assert "not published" in (each.why or "")
    data = json.loads(provenance_jsonld(of))["@graph"]
    for each in hidden:
        (node,) = [node for node in data if node["@id"] == f"#{each.id}"]
        assert node["suppressed"] is True
        assert not {"value", "numerator", "denominator", "parts", "earlier", "grade",
                    "prov:wasDerivedFrom"} & set(node)  # fmt: skip


def test_page_and_data_name_the_same_figures_and_every_delivery_they_count(of: Opened) -> None:
    graph = json.loads(provenance_jsonld(of))["@graph"]
    nodes = {node["@id"]: node for node in graph}
    page = provenance(of, IT)

    assert len(nodes) == len(graph)
    for each in figures(of, IT):
        assert f"#{each.id}" in nodes
        for origin in nodes[f"#{each.id}"].get("prov:wasDerivedFrom", []):
            assert origin in nodes, origin
    assert [each.sha256 for each in page.deliveries] == [row["sha256"] for row in of.deliveries]


def test_every_value_of_the_edition_that_is_there_can_be_opened(of: Opened) -> None:
    there = {
        row["kpi_value_id"]
        for (district, _, _), row in of.reading.values.items()
        if district == of.district and row["value"] is not None
    }
    told = figures(of, IT)

    assert there <= {each.id for each in told} | {one.id for each in told for one in each.past}


def test_numbers_of_deliveries_are_told_as_runs() -> None:
    assert ranges([1, 2, 3, 5, 8, 9]) == "1–3, 5, 8–9"


def test_the_number_under_a_figure_finds_it_in_whichever_edition_it_stands(
    reading: Reading,
) -> None:
    row = reading.values["prato", "2026-10", "EMI11"]

    found = named([reading.folder], row["kpi_value_id"][:7].upper())

    assert (found.district, found.month, found.kpi) == ("prato", "2026-10", "EMI11")
    assert found.edition == reading.folder
    with pytest.raises(LookupError, match="No published value is numbered"):
        named([reading.folder], "0" * 12)
    with pytest.raises(LookupError, match="begins several ids"):
        named([reading.folder], "")


def test_a_figure_says_what_it_was_before_and_why_it_moved(
    reading: Reading, tmp_path: Path
) -> None:
    moved, gone = ("prato", "2026-09", "WAT01"), ("prato", "2026-09", "ENE01")
    rows = [
        {**row, "value": Decimal(7)} if key == moved
        else {**row, "value": None, "suppressed": True} if key == gone
        else row
        for key, row in reading.values.items()
    ]  # fmt: skip
    later = {**reading.about, "id": "2026-10-r2", "revision": 2}
    revisions = pa.Table.from_pylist(
        [
            {**dict(zip(KEY, moved, strict=True)), "cause": cause, "part": Decimal(part)}
            for cause, part in (("late_data", 1), ("correction", -9))
        ]
    )
    states = figure_history(
        [reading.folder], pa.Table.from_pylist(rows), revisions, later
    ).to_pylist()

    told = [row for row in states if tuple(row[name] for name in KEY) == moved]
    assert [row["edition"] for row in told] == ["2026-10-r1", "2026-10-r2"]
    assert [row["value"] for row in told] == [reading.values[moved]["value"], Decimal(7)]
    assert [row["causes"] for row in told] == [None, "correction,late_data"]
    assert not [row for row in states if tuple(row[name] for name in KEY) == gone]
    assert figure_history([], pa.Table.from_pylist(rows), revisions, later).num_rows == 0


def test_of_a_hidden_figure_the_terminal_says_that_its_deliveries_are_not_listed(
    reading: Reading,
) -> None:
    """«0 deliveries accepted» and «rows left out: none» would both be untrue."""
    hidden = next(key for key, row in reading.values.items() if row["suppressed"])
    told = explain_text(explained(reading, *hidden), "en")

    assert "neither deliveries nor rows left out are listed" in told
    assert "0 deliveries" not in told
    assert "Rows left out: none" not in told


def test_a_figure_without_deliveries_says_so_in_words(reading: Reading) -> None:
    for key, row in reading.values.items():
        found = explained(reading, *key) if row["value"] is None else None
        if found is not None and not found.deliveries and not row["suppressed"]:
            break
    assert found is not None
    assert "Nessuna consegna accolta per il periodo." in explain_text(found)
