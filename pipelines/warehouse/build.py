"""Run dbt in this process over one view, and leave its marts as Parquet where readers find them.

The warehouse file is written by dbt alone, anew each time; readers take the Parquet copies, which
are replaced one whole file at a time and only after every test has passed. A failed test leaves the
copies of the last good build in place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.catalogue.catalogue import Catalogue
from pipelines.landing.files import whole
from pipelines.settings import Settings
from pipelines.warehouse.carried import bring_along, carry_over
from pipelines.warehouse.declared import write_declared


@dataclass(frozen=True)
class NodeResult:
    """What came of one dbt node: a model, a test, a unit test."""

    unique_id: str
    name: str
    kind: str
    status: str
    seconds: float
    message: str
    depends_on: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether a reader may rely on it; a warning is passed and said."""
        return self.status in ("success", "pass", "warn")


class BuildFailed(RuntimeError):
    """Models or tests failed; nothing was handed on."""

    def __init__(self, failed: list[NodeResult], said: str = "") -> None:
        self.failed = failed
        lines = [f"  {one.kind} {one.name}: {one.message}" for one in failed] or [f"  {said}"]
        super().__init__(
            "The warehouse build failed, the marts of the last good build stay in place:\n"
            + "\n".join(lines)
        )


def build(settings: Settings, catalogue: Catalogue, cut_off: datetime) -> list[NodeResult]:
    """Build and test the warehouse of a view, then replace its marts.

    Args:
        settings: The deployment; everything is read from and written under `settings.view`.
        catalogue: What is declared.
        cut_off: The moment the view is resolved for; months are complete up to it.

    Raises:
        BuildFailed: where a model or a test failed.
    """
    begun = _unfinished(settings)
    begun.parent.mkdir(parents=True, exist_ok=True)
    begun.touch()
    write_declared(settings, catalogue, cut_off)
    bring_along(settings.view)
    _begin_anew(settings)
    # Unit tests say whether the formulas are right; that is settled before a version is deployed.
    results, trouble = run_dbt(
        settings, "build", "--exclude-resource-type", "unit_test", "--no-write-json"
    )
    failed = [one for one in results if not one.passed and one.status != "skipped"]
    if failed or trouble:
        raise BuildFailed(failed, trouble)
    export_marts(settings)
    begun.unlink()
    return results


def unfinished(settings: Settings) -> bool:
    """Whether the last build of a view failed or was killed: its marts are older than what is declared beside them."""
    return _unfinished(settings).exists()


def _unfinished(settings: Settings) -> Path:
    return settings.view / "warehouse" / "unfinished"


def _begin_anew(settings: Settings) -> None:
    """No warehouse file: each build is a function of what is current and declared, and nothing that
    was damaged, or of a model that is no more, lives on in it.
    """
    path = warehouse_path(settings)
    for left in (path, path.with_name(f"{path.name}.wal")):
        left.unlink(missing_ok=True)


def run_dbt(settings: Settings, *command: str) -> tuple[list[NodeResult], str]:
    """One dbt command over the view; its results, and what went wrong outside any node."""
    from dbt.cli.main import dbtRunner  # 3 s of imports that only a build should pay for

    with _environment(settings):
        try:
            ran = dbtRunner().invoke([*command, *dbt_arguments(settings)])
        finally:
            _let_go_of_the_warehouse()
    results = [_node(result) for result in getattr(ran.result, "results", [])]
    return results, "" if ran.success or results else str(ran.exception or "dbt gave no result")


def _let_go_of_the_warehouse() -> None:
    """Close the connection that dbt keeps in this process, so that readers may open the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:  # noqa: SLF001 - env() raises before the first use
        DuckDBConnectionManager.env().close()


def dbt_arguments(settings: Settings) -> list[str]:
    """Where dbt finds the project and leaves its own files."""
    state = settings.home / "dbt"
    return [
        "--project-dir",
        str(settings.dbt_project),
        "--profiles-dir",
        str(settings.dbt_project),
        "--target-path",
        str(state / "target"),
        "--log-path",
        str(state / "logs"),
        "--log-level",
        "none",  # what failed is said once, by BuildFailed; the rest is in the log file
        "--no-send-anonymous-usage-stats",
    ]


def warehouse_path(settings: Settings) -> Path:
    """The DuckDB file of a view."""
    return settings.view / "warehouse" / "nzd.duckdb"


def export_marts(settings: Settings) -> None:
    """Copy every `fct_` table of the warehouse to `view/marts/`, each file replaced whole, and keep
    what the next build takes over.
    """
    folder = settings.view / "marts"
    with duckdb.connect(str(warehouse_path(settings)), read_only=True) as engine:
        engine.execute("set TimeZone = 'UTC'")
        names = [
            row[0]
            for row in engine.execute(
                "select distinct table_name from information_schema.tables"
                " where table_name like 'fct\\_%' escape '\\' order by 1"
            ).fetchall()
        ]
        for name in names:
            with whole(folder / f"{name}.parquet") as temporary:
                engine.execute(
                    f"copy (from {name} order by all) to '{temporary}' (format parquet, codec zstd)"
                )
        carry_over(settings.view, engine)


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """What the dbt project reads from the environment, for as long as it runs."""
    wanted = {
        "NZD_HOME": str(settings.view),
        "NZD_WAREHOUSE": str(warehouse_path(settings)),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    warehouse_path(settings).parent.mkdir(parents=True, exist_ok=True)
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _node(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        name=result.node.name,
        kind=str(result.node.resource_type),
        status=str(result.status),
        seconds=float(result.execution_time or 0),
        message=str(result.message or ""),
        depends_on=tuple(getattr(result.node, "depends_on_nodes", ()) or ()),
    )
