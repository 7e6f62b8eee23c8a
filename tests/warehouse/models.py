"""The product's own models over rows that a test gives, without a dbt run for each.

Belongs here: running compiled models in their order. Does not belong here: rows, or what should come of them.

What is declared (districts, calendar, factors, thresholds) is that of the small district; what is collected
is empty until a test gives it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Row = dict[str, Any]
COLLECTED = ("collected", "context", "emissions", "finance", "governance", "investment", "learning", "metering",
             "participation", "social", "survey")  # fmt: skip
"""Folders of staging whose rows arrive; what lies in the others is declared."""


class Models:
    """The compiled models of one build, run over given rows in a database of their own."""

    def __init__(self, target: Path, built: Path) -> None:
        manifest = json.loads((target / "manifest.json").read_text())
        nodes = {n: one for n, one in manifest["nodes"].items() if one["resource_type"] == "model"}
        self._needs = {
            one["name"]: [nodes[n]["name"] for n in one["depends_on"]["nodes"] if n in nodes]
            for one in nodes.values()
        }
        self._sql = {
            one["name"]: (target / "compiled" / one["package_name"] / one["original_file_path"])
            for one in nodes.values()
        }
        self._collected = {
            one["name"] for one in nodes.values()
            if one["fqn"][1] == "staging" and one["fqn"][2] in COLLECTED
        }  # fmt: skip
        self._order = self._sorted()
        self._built = built

    def _sorted(self) -> list[str]:
        done: dict[str, None] = {}

        def visit(name: str) -> None:
            for needed in self._needs[name]:
                visit(needed)
            done[name] = None

        for name in sorted(self._needs):
            visit(name)
        return list(done)

    def _ancestors(self, wanted: Iterable[str], given: Iterable[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [] if name in given else self._needs[name]
        return found

    def run(self, given: Mapping[str, list[Row]], *wanted: str) -> dict[str, list[Row]]:
        """Rows of the wanted models, where the given ones hold the given rows."""
        if curves := given.get("stg_meter_intervals"):
            given = {**given, "stg_interval_parts": _parts(curves)}
        needed = self._ancestors(wanted, given)
        with duckdb.connect() as engine:
            engine.execute("set TimeZone = 'UTC'")
            engine.execute(f"attach '{self._built}' as built (read_only)")
            engine.execute("attach ':memory:' as warehouse")
            engine.execute("use warehouse")
            for name in self._order:
                if name not in needed:
                    continue
                if name in given or name in self._collected:
                    self._fill(engine, name, given.get(name, []))
                elif self._sql[name].parts[-3] == "staging":
                    engine.execute(f"create table {name} as from built.main.{name}")
                else:
                    engine.execute(f"create table {name} as {self._sql[name].read_text()}")
            return {
                name: engine.sql(f"from {name} order by all").to_arrow_table().to_pylist()
                for name in wanted
            }

    def _fill(self, engine: duckdb.DuckDBPyConnection, name: str, rows: list[Row]) -> None:
        engine.execute(f"create table {name} as from built.main.{name} limit 0")
        if rows:
            schema = engine.sql(f"from {name}").to_arrow_table().schema
            engine.register("given", pa.Table.from_pylist(rows, schema=schema))
            engine.execute(f"insert into {name} from given")


def _parts(curves: list[Row]) -> list[Row]:
    """The parts of the current rows that curves lie in: their months, or days of them."""
    parts = sorted({row["part"] for row in curves})
    return [
        {"part": part, "month": part[:7], "part_is_same": False, "month_is_same": False}
        for part in parts
    ]


def one(rows: list[Row], **where: object) -> Row:
    """The one row that fits."""
    found = [row for row in rows if all(row[name] == value for name, value in where.items())]
    assert len(found) == 1, f"{len(found)} rows where {where}"
    return found[0]


def total(rows: list[Row], column: str, **where: object) -> Decimal:
    """The sum over the rows that fit, nothing counting as zero."""
    fitting = [row for row in rows if all(row[name] == value for name, value in where.items())]
    return sum((row[column] for row in fitting if row[column] is not None), Decimal(0))
