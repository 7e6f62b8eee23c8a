"""The grammar of formats: what is meaningless or left to guess does not load."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from pipelines.catalogue.declaration import DeclarationError, read_yaml
from pipelines.catalogue.format_values import ORIGINS, Policy
from pipelines.catalogue.formats import TableFormat, format_of, laid_over, mismatches, read_formats
from pipelines.catalogue.issue import issues
from pipelines.catalogue.units import UNITS
from tests.unit.connectors.conftest import CATALOGUE, CURVES, dataset_named, form_of

WIDE = {
    **CURVES,
    "layout": "wide_day",
    "time": {"date": "d", "date_format": "%d/%m/%Y", "dst": {"policy": "gap_zero"}},
    "cells": {"prefix": "e"},
    "values": [{"flow": "import", "quantity": "energy_interval", "unit": "kWh"}],
}


def changed(document: dict[str, Any], *path: Any, to: Any = None) -> dict[str, Any]:
    document = copy.deepcopy(document)
    node = document
    for step in path[:-1]:
        node = node[step]
    if to is None:
        del node[path[-1]]
    else:
        node[path[-1]] = to
    return document


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (changed(CURVES, "time", "dst"), "time.dst' is missing"),
        (changed(WIDE, "time", "dst"), "time.dst' is missing"),
        (changed(CURVES, "time", "label"), "time.label' is missing"),
        (changed(CURVES, "values", 0, "quantity"), "quantity: Field required"),
        (changed(CURVES, "values", 0, "unit", to="kW"), "does not go with"),
        (changed(CURVES, "values", 0, "unit", to="kwhh"), "'kwhh' is not a unit. Accepted:"),
        (changed(CURVES, "values", 0, "flow"), "give the flow"),
        (
            changed(CURVES, "time", "dst", to={"policy": "offset_flag"}),
            "names its 'column' and 'map'",
        ),
        (
            changed(CURVES, "time", "dst", to={"policy": "extra_columns"}),
            "belongs to 'layout: wide_day'",
        ),
        (changed(CURVES, "time", "dst", to={"policy": "not_applicable"}), "P1D and P1M only"),
        (changed(WIDE, "cells"), "names its 'cells'"),
        (changed(CURVES, "read", "delimitr", to=","), "Did you mean 'delimiter'?"),
        (changed(CURVES, "read", "thousands", to=","), "the same sign"),
        (
            changed(CURVES, "columns", "point_id", to={"column": "a", "const": "b"}),
            "exactly one of",
        ),
        (changed(CURVES, "columns", "point_id", to={"file_name": "("}), "not a regular expression"),
        (changed(CURVES, "parser", to="excel"), "'excel' is not a parser"),
    ],
)
def test_what_would_have_to_be_guessed_does_not_load(document: dict[str, Any], said: str) -> None:
    with pytest.raises(DeclarationError, match=re.escape(said)):
        format_of(document, Path("own.yaml"))


def test_a_format_that_leaves_a_required_column_open_does_not_fit_its_dataset() -> None:
    dataset = dataset_named("meter_intervals")

    assert mismatches(form_of(changed(CURVES, "columns", "quality")), dataset) == [
        "columns.quality: 'meter_intervals' requires it and nothing gives it"
    ]
    assert mismatches(form_of(changed(CURVES, "columns", "quality")), dataset, ["quality"]) == []
    wrong = form_of(changed(CURVES, "columns", "quality", to={"const": "red"}))
    assert "columns.quality: 'red' is not accepted" in mismatches(wrong, dataset)[0]


def test_metered_cubic_metres_of_gas_need_their_coefficient() -> None:
    document = changed(CURVES, "columns", "carrier", to={"const": "natural_gas"})
    document = changed(document, "values", 0, "unit", to="m3")
    dataset = dataset_named("meter_intervals")

    assert "coefficient_c" in mismatches(form_of(document), dataset)[0]
    assert (
        mismatches(form_of(changed(document, "values", 0, "coefficient_c", to="1.0")), dataset)
        == []
    )
    assert (
        "not a unit of electricity"
        in mismatches(form_of(changed(CURVES, "values", 0, "unit", to="mc")), dataset)[0]
    )


def test_a_binding_is_laid_over_key_by_key_and_replaces_entries_whole() -> None:
    base = {
        "read": {"delimiter": ";", "decimal": ","},
        "columns": {
            "point_id": {"file_name": "x", "as": "pod"},
            "carrier": {"const": "electricity"},
        },
        "time": {"zone": "Europe/Rome", "dst": {"policy": "offset_flag", "column": "F"}},
        "values": [{"a": 1}],
    }
    over = {
        "read": {"decimal": "."},
        "columns": {"point_id": {"const": "A"}},
        "time": {"dst": {"policy": "utc"}, "zone": None},
        "values": [],
    }

    assert laid_over(base, over) == {
        "read": {"delimiter": ";", "decimal": "."},
        "columns": {"point_id": {"const": "A"}, "carrier": {"const": "electricity"}},
        "time": {"dst": {"policy": "utc"}},
        "values": [],
    }
    assert base["read"] == {"delimiter": ";", "decimal": ","}


PRESETS = read_formats(CATALOGUE / "formats")


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_shared_format_fits_its_dataset_and_says_who_sends_it(name: str) -> None:
    path = CATALOGUE / "formats" / f"{name}.yaml"
    form = format_of(PRESETS[name], path)
    over: dict[str, Any] = {}
    if isinstance(form, TableFormat) and form.expects_items:
        over = {"survey": {"items": {"a": {"column": "A", "kind": "number"}}}}

    assert path.read_text(encoding="utf-8").startswith("# ")
    if form.dataset is not None:
        fitted = format_of(laid_over(read_yaml(path), over), path)
        assert mismatches(fitted, dataset_named(form.dataset)) == []


def test_every_dataset_has_a_format_or_takes_its_own_columns() -> None:
    covered = {format_of(document, Path(name)).dataset for name, document in PRESETS.items()}
    datasets = {path.stem for path in (CATALOGUE / "datasets").glob("*.yaml")}

    assert datasets - covered == set()


def test_every_code_that_connectors_give_is_an_issue_of_the_catalogue() -> None:
    folder = CATALOGUE.parent / "connectors"
    given = {
        code
        for path in folder.rglob("*.py")
        for code in re.findall(
            r'"((?!NZD_)[A-Z]{3,}(?:_[A-Z]+)+|DEADLINE|TRUNCATED|ENCRYPTED)"', path.read_text()
        )
    }

    assert given - set(issues()) == set()


def test_the_page_about_formats_names_every_unit_policy_and_check() -> None:
    page = (CATALOGUE.parents[1] / "docs" / "sources" / "formats.md").read_text(encoding="utf-8")

    words = {*UNITS, *get_args(Policy), *ORIGINS, "pod", "pdr", "cup", "municipality"}
    assert {word for word in words if word not in page} == set()
