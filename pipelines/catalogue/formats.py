"""How deliveries look: formats, declared once and laid over by a district's binding.

Belongs here: loading formats and laying a binding's `with` over one. Does not belong here: the
grammar itself (`format_kinds`, `format_reading`, `format_values`), reading a file
(`connectors/parsers`) or where it comes from (`district.py`). The grammar in words:
docs/sources/formats.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import (
    DeclarationError,
    declare,
    did_you_mean,
    plain,
    read_yaml,
    shown,
)
from pipelines.catalogue.format_kinds import IntervalFormat, RegisterFormat, TableFormat
from pipelines.catalogue.format_values import Value
from pipelines.catalogue.units import CARRIER_UNITS, GAS, UNITS, VOLUME

REPLACED_WHOLE = frozenset({"header", "sheet", "melt"})
"""Blocks of alternatives: laying one over another key by key would leave halves of both."""
ENTRIES_REPLACED = frozenset(
    {
        "columns",
        "items",
        "lists",
        "where",
        "unless",
        "noted",
        "rejected",
        "annulled",
        "fields",
        "time",
    }
)
"""Blocks whose entries are replaced one by one, each as a whole."""

Format = IntervalFormat | RegisterFormat | TableFormat
KINDS: dict[str, type[IntervalFormat] | type[RegisterFormat] | type[TableFormat]] = {
    "interval_table": IntervalFormat,
    "register_table": RegisterFormat,
    "table": TableFormat,
}


def format_of(document: Any, path: Path, prefix: tuple[str | int, ...] = ()) -> Format:
    """A typed format from one document.

    Raises:
        DeclarationError: one line per mistake, with file, line and field.
    """
    parser = document.get("parser") if isinstance(document, Mapping) else None
    if parser not in KINDS:
        hint = did_you_mean(str(parser), KINDS)
        raise DeclarationError([f"{shown(path)}:1: parser: '{parser}' is not a parser.{hint}"])
    return declare(KINDS[parser], document, path, prefix)


def read_formats(folder: Path) -> dict[str, Any]:
    """The documents of all formats of a folder by id, each known to be complete.

    They stay documents because a binding may lay its own words over them before they are typed.
    """
    documents: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path)
        typed = format_of(document, path)
        if typed.id != path.stem:
            raise DeclarationError([f"{shown(path)}:1: id: '{typed.id}' is not the file's name."])
        documents[typed.id] = document
    return documents


def laid_over(document: Any, over: Mapping[str, Any]) -> dict[str, Any]:
    """A format document with a binding's `with` laid over it, key by key; null takes a key away."""
    merged: dict[str, Any] = _merge(dict(plain(document)), dict(plain(over)), None)
    return merged


def _merge(base: dict[str, Any], over: Mapping[str, Any], parent: str | None) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old: Any = merged.get(key)
        mergeable = isinstance(old, dict) and isinstance(value, dict)
        if value is None:
            merged.pop(key, None)
        elif mergeable and key not in REPLACED_WHOLE and parent not in ENTRIES_REPLACED:
            merged[key] = _merge(old, value, key)
        else:
            merged[key] = value
    return merged


def mismatches(form: Format, dataset: Dataset, given: Iterable[str] = ()) -> list[str]:
    """What stands between a format and the dataset it is bound to, one sentence each; empty where
    it fits.

    Args:
        form: The format with the binding's words laid over it.
        dataset: What its rows become.
        given: Canonical columns that the binding gives as constants.
    """
    if form.dataset not in (None, dataset.id):
        return [f"format '{form.id}' is for dataset '{form.dataset}', not '{dataset.id}'"]
    said = [
        f"columns.{name}: not a column of '{dataset.id}'.{did_you_mean(name, dataset.columns)}"
        for name in form.columns
        if name not in dataset.columns
    ]
    known = {*form.columns, *given, *_made_by_parser(form)}
    if not (isinstance(form, TableFormat) and form.same_names):
        said += [
            f"columns.{name}: '{dataset.id}' requires it and nothing gives it"
            for name, column in dataset.columns.items()
            if column.required and name not in known
        ]
    if isinstance(form, TableFormat) and form.rows.annulled:
        said.append("rows.annulled: only formats of readings have it")
    if isinstance(form, TableFormat) and _lacks_items(form):
        said.append("survey.items: the questions of this survey are missing; give them in 'with'")
    for name, value in form.columns.items():
        said += _unit_amiss(name, value, dataset)
        accepts = dataset.columns[name].accepts if name in dataset.columns else ()
        said += _outside(name, value, accepts)
    return said + _units_amiss(form)


def _lacks_items(form: TableFormat) -> bool:
    return not form.survey.items if form.survey is not None else form.expects_items


def _made_by_parser(form: Format) -> set[str]:
    if isinstance(form, IntervalFormat):
        return {"interval_start", "interval_end", "quantity", "unit", "flow"}
    if isinstance(form, RegisterFormat):
        return {"read_at", "reading", "unit", "register"}
    if any(value.unit is not None for value in form.columns.values()):
        return {"unit"}
    if form.survey is not None or form.expects_items:
        return {
            "respondent_key",
            "version",
            "item",
            "option",
            "score",
            "not_applicable",
            "answer",
            "weight",
        }
    return set()


def _outside(name: str, value: Value, accepts: tuple[str, ...]) -> list[str]:
    if not accepts:
        return []
    targets = [value.const, value.default, value.otherwise, *(value.map or {}).values()]
    return [
        f"columns.{name}: '{target}' is not accepted.{did_you_mean(str(target), accepts)}"
        for target in targets
        if target is not None and str(target) not in accepts
    ]


def _unit_amiss(name: str, value: Value, dataset: Dataset) -> list[str]:
    wanted = dataset.columns[name].unit if name in dataset.columns else None
    if wanted is None or not isinstance(value.unit, str) or UNITS[value.unit][0] == wanted:
        return []
    return [f"columns.{name}: '{value.unit}' does not become {wanted}"]


def _units_amiss(form: Format) -> list[str]:
    carrier = form.columns.get("carrier")
    if isinstance(form, TableFormat) or carrier is None or carrier.const is None:
        return []
    said = []
    for value in form.values:
        if not isinstance(value.unit, str):
            continue
        unit = UNITS[value.unit][0]
        unit = "kWh" if unit == "kW" else unit
        if unit == VOLUME and carrier.const == "natural_gas":
            if value.coefficient_c is None:
                said.append(
                    "values: metered m3 of natural gas become Smc by a 'coefficient_c'; declare it"
                )
            unit = GAS
        if unit not in CARRIER_UNITS.get(str(carrier.const), {unit}):
            said.append(f"values: '{value.unit}' is not a unit of {carrier.const}")
    return said


__all__ = [
    "Format",
    "IntervalFormat",
    "RegisterFormat",
    "TableFormat",
    "format_of",
    "laid_over",
    "mismatches",
    "read_formats",
]
