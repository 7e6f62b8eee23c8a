"""A guess written as a declaration: a whole format and its binding, every guess marked `# CHECK:`.

Belongs here: the text that a person finishes. Does not belong here: what is guessed.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import Any

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.units import UNITS, unit_named
from pipelines.connectors.inspecting.columns import Guessed, point_column
from pipelines.connectors.inspecting.fitting import Fit
from pipelines.connectors.inspecting.mapping import (
    POD_IN_NAME,
    QUANTITIES,
    carrier_of,
    column_for,
    flow_of,
    flow_of_file,
    measured,
    value_of,
)
from pipelines.connectors.inspecting.sighting import Sighting
from pipelines.connectors.inspecting.times import Timing

Lines = list[str]


def proposal(seen: Sighting, columns: list[Guessed], when: Timing, dataset: Dataset) -> str:
    """Two YAML documents: the format, and what a district's file says to bind it."""
    name = _id(seen.name)
    lines = [
        f"# Save as formats/{name}.yaml beside the district files, settle each CHECK, then: nzd check",
        f"id: {name}",
        f"name: {_flow({'it': name, 'en': name})}  # CHECK: a name that readers understand",
        f"description: {_flow(f'One file like {seen.name}.')}",
        f"dataset: {dataset.id}  # CHECK: what these rows become",
        *_body(seen, columns, when, dataset),
        "---",
        *_source(name, dataset.id, name),
    ]
    return "\n".join(line.replace("\n", " ").replace("\r", " ") for line in lines)


def source_of(name: str, fit: Fit) -> str:
    """A source of a format that is declared already and reads the file."""
    return "\n".join(_source(_id(name), fit.dataset, fit.format_id))


def _id(file_name: str) -> str:
    slug = re.sub(r"\W+", "_", PurePosixPath(file_name).stem.casefold(), flags=re.ASCII)
    return f"new_{slug.strip('_') or 'format'}"[:60]


def _source(name: str, dataset: str, form: str) -> Lines:
    return [
        "# In the district's file:",
        "sources:",
        f"  {name}:",
        f"    dataset: {dataset}",
        f"    format: {form}",
        f'    from: "${{NZD_INBOX}}/{name}/*"  # CHECK: where the files arrive',
        "    contact: {name: CHECK}  # CHECK: who answers for them",
    ]


def _body(seen: Sighting, columns: list[Guessed], when: Timing, dataset: Dataset) -> Lines:
    cumulative = [one for one in measured(columns) if one.name in when.cumulative]
    if dataset.id == "meter_intervals" and when.layout in ("long", "wide_day"):
        return _intervals(seen, columns, when, dataset)
    if dataset.id == "meter_registers" and when.date is not None:
        return _registers(seen, columns, when, dataset, cumulative)
    return _table(seen, columns, dataset)


def _read(seen: Sighting) -> Lines:
    lines = ["read:"]
    for key, value in seen.read.items():
        why = seen.checks.get(key)
        lines.append(f"  {key}: {_flow(value)}{_check(why)}")
    return lines


def _intervals(seen: Sighting, columns: list[Guessed], when: Timing, dataset: Dataset) -> Lines:
    lines = [
        "parser: interval_table",
        f"layout: {when.layout}",
        f"interval: {when.interval}",
        *_read(seen),
        *_time(when),
    ]
    if when.layout == "wide_day":
        cell = next((one for one in columns if one.name in when.cell_names), None)
        unit, why = _unit(cell.unit if cell else None, seen.name)
        value = {
            "flow": flow_of_file(seen.name),
            "quantity": QUANTITIES[UNITS[unit][0]],
            "unit": unit,
        }
        lines += [f"cells: {_flow(when.cells)}", f"values: [{_flow(value)}]{_check(why)}"]
        return lines + _columns(seen, columns, unit, dataset, set(when.cell_names))
    lines.append("values:")
    taken: set[str] = set()
    flows: set[str] = set()
    units: list[str] = []
    for one in measured(columns):
        unit, why = _unit_of(one, columns)
        flow = flow_of(one.name)
        said = f"  - {_flow(_value(seen, columns, one, flow, unit))}{_check(why)}"
        taken.add(one.name)
        if flow in flows or (units and UNITS[units[0]][0] != UNITS[unit][0]):
            lines.append(f"#{said}  (another '{flow}', or of another carrier: bind it apart)")
            continue
        flows.add(flow)
        units.append(unit)
        lines.append(said)
    return lines + _columns(seen, columns, units[0] if units else "kWh", dataset, taken)


def _registers(
    seen: Sighting,
    columns: list[Guessed],
    when: Timing,
    dataset: Dataset,
    cumulative: list[Guessed],
) -> Lines:
    lines = ["parser: register_table", *_read(seen), *_time(when, register=True), "values:"]
    chosen = (cumulative or measured(columns))[:1]
    units = []
    for one in chosen:
        unit, why = _unit_of(one, columns)
        unit = unit if UNITS[unit][0] != "kW" else "kWh"
        units.append(unit)
        entry: dict[str, Any] = {"register": "total", "column": one.name, "unit": unit}
        if _is_metered_gas(seen, columns, unit):
            entry["coefficient_c"] = 1
            why = "metered gas: the coefficient C of the meter turns m3 into Smc"
        lines.append(f"  - {_flow(entry)}{_check(why)}")
    taken = {one.name for one in chosen}
    return lines + _columns(seen, columns, units[0] if units else "m3", dataset, taken)


def _table(seen: Sighting, columns: list[Guessed], dataset: Dataset) -> Lines:
    lines = ["parser: table", *_read(seen), "columns:"]
    taken: set[str] = set()
    for name, wanted in dataset.columns.items():
        found = column_for(name, wanted, columns, taken)
        if found is None and not wanted.required:
            lines.append(f"  # {name}: …  ({wanted.described('en').rstrip('.')})")
            continue
        if found is not None:
            taken.add(found.name)
        value, why = value_of(wanted, found)
        lines.append(f"  {name}: {_flow(value)}{_check(why)}")
    unused = [one.name for one in columns if one.name and one.name not in taken]
    if unused:
        lines.append(f"# columns that nothing takes: {', '.join(unused[:30])}")
    return lines


def _value(
    seen: Sighting, columns: list[Guessed], one: Guessed, flow: str, unit: str
) -> dict[str, Any]:
    entry: dict[str, Any] = {"flow": flow, "column": one.name}
    entry["quantity"] = QUANTITIES[UNITS[unit][0]]
    stated = next((own for own in columns if own.holds == "unit"), None)
    entry["unit"] = {"column": stated.name} if stated and one.unit is None else unit
    if _is_metered_gas(seen, columns, unit):
        entry["coefficient_c"] = 1
    return entry


def _is_metered_gas(seen: Sighting, columns: list[Guessed], unit: str) -> bool:
    """Whether cubic metres are of gas, which become Smc by the coefficient C of the meter."""
    return UNITS[unit][0] == "m3" and carrier_of(unit, columns, seen.name)[0] == "natural_gas"


def _unit_of(one: Guessed, columns: list[Guessed]) -> tuple[str, str]:
    stated = next((own for own in columns if own.holds == "unit"), None)
    unit = unit_named(stated.examples[0]) if stated and one.unit is None else None
    if stated is not None and unit is not None and UNITS[unit][0] in QUANTITIES:
        return unit, f"'{stated.name}' says {', '.join(stated.examples)}"
    return _unit(one.unit, one.name)


def _time(when: Timing, *, register: bool = False) -> Lines:
    assert when.date is not None  # noqa: S101 - without a moment nothing is proposed as a series
    lines = ["time:"]
    formats = list(when.date.formats)
    other = f"also fits {', '.join(formats[1:3])}" if len(formats) > 1 else None
    if when.date.holds == "moment" and when.layout != "wide_day":
        lines.append(f"  timestamp: {_flow(when.date.name)}")
        lines.append(f"  format: {_flow(formats[0])}{_check(other)}")
    else:
        lines.append(f"  date: {_flow(when.date.name)}")
        lines.append(f"  date_format: {_flow(formats[0])}{_check(other)}")
        if when.clock is not None:
            lines.append(f"  time: {_flow(when.clock.name)}")
            lines.append(f"  time_format: {_flow(when.clock.formats[0])}")
    clocked = when.interval in ("PT15M", "PT30M", "PT1H")
    if when.layout == "long" and clocked and not register:
        why = None if when.label else "does a label name the start or the end of its interval?"
        lines.append(f"  label: {when.label or 'start'}{_check(why)}")
    if clocked or (register and (when.date.holds == "moment" or when.clock)):
        policy = when.dst or {"policy": "reject"}
        why = when.dst_why or (
            "how does it write the nights on which clocks change? Until somebody knows, 'reject' "
            "leaves these two days out"
        )
        lines.append(f"  dst: {_flow(policy)}{_check(why)}")
    return lines


def _columns(
    seen: Sighting, columns: list[Guessed], unit: str, dataset: Dataset, taken: set[str]
) -> Lines:
    lines = ["columns:", f"  point_id: {_point(seen, columns)}"]
    carrier, why = carrier_of(unit, columns, seen.name)
    lines.append(f"  carrier: {_flow({'const': carrier})}{_check(why)}")
    made = {"point_id", "carrier", "flow", "interval_start", "interval_end", "quantity", "unit"}
    if dataset.id == "meter_registers":
        made = {"point_id", "carrier", "read_at", "reading", "unit", "register"}
    for name, wanted in dataset.columns.items():
        if name in made or not wanted.required:
            continue
        value, said = value_of(wanted, column_for(name, wanted, columns, taken))
        lines.append(f"  {name}: {_flow(value)}{_check(said)}")
    return lines


def _point(seen: Sighting, columns: list[Guessed]) -> str:
    own = point_column(columns)
    if own is not None and own.holds not in ("pod", "pdr"):
        why = f"by its name; like {', '.join(own.examples)}"
        return f"{_flow({'column': own.name})}{_check(why)}"
    if own is not None:
        return _flow({"column": own.name, "as": own.holds})
    if re.search(POD_IN_NAME, seen.name):
        return (
            f"{_flow({'file_name': POD_IN_NAME, 'as': 'pod'})}{_check('the file name holds a POD')}"
        )
    preamble = seen.table.preamble if seen.table is not None else ""
    if re.search(POD_IN_NAME, preamble):
        return (
            f"{_flow({'preamble': POD_IN_NAME, 'as': 'pod'})}{_check('it stands above the header')}"
        )
    said = "no column holds a POD or PDR; name the column, or the point itself"
    return f"{_flow({'const': 'CHECK'})}{_check(said)}"


def _unit(unit: str | None, name: str) -> tuple[str, str]:
    if unit is not None and UNITS[unit][0] in QUANTITIES:
        return unit, f"the header says {unit}; compare one value with a bill"
    water = re.search(r"acqua|water|mc\b|volum|gas|smc", name.casefold())
    guess = "m3" if water else "kWh"
    return guess, "the file names no unit; compare one value with a bill or a meter"


def _check(why: str | None) -> str:
    return f"  # CHECK: {why}" if why else ""


def _flow(value: Any) -> str:
    """One YAML value on one line; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def in_words(columns: list[Guessed], cells: list[str]) -> Lines:
    """The columns as comments: what each holds, with examples; of the cells of a day the first."""
    lines = []
    columns = [one for one in columns if one.name not in cells[1:]]
    for one in columns[:60]:
        unit = f" [{one.unit}]" if one.unit else ""
        formats = f" as {one.formats[0]}" if one.formats else ""
        examples = ", ".join(one.examples)
        counted = f"{one.filled} filled, {one.distinct} different"
        lines.append(
            f"  {one.name or '(no name)'}{unit}: {one.holds}{formats}; {counted}: {examples}"
        )
    if len(columns) > 60:
        lines.append(f"  … and {len(columns) - 60} more columns")
    return lines
