"""Dagster's jobs, run in this process.

Belongs here: starting a job so that the UI shows it, and saying what failed. Does not belong here:
what a job does (`defs`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.asked import check_asked
from pipelines.landing.alone import alone
from pipelines.settings import Settings, settings

if TYPE_CHECKING:
    import dagster as dg


def prepare_dagster(deployment: Settings) -> None:
    """Dagster's own settings of this deployment, written once: SQLite kept open, no telemetry, one
    warehouse writer.
    """
    home = deployment.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        (home / "dagster.yaml").write_text(
            "telemetry:\n  enabled: false\n"
            "storage:\n  custom:\n    module: pipelines.defs.run_records\n    class: RunRecords\n"
            "    config:\n      base_dir: {env: DAGSTER_HOME}\n"
            "concurrency:\n  pools:\n    default_limit: 1\n  runs:\n    max_concurrent_runs: 1\n"
        )


def run_job(
    name: str,
    partition: str | None = None,
    districts: tuple[str, ...] = (),
    steps: Mapping[str, Any] | None = None,
) -> None:
    """Run one Dagster job in this process, so that the UI shows it.

    Args:
        name: The job.
        partition: The month, of a job that publishes.
        districts: Whose sources are collected; all where none is named.
        steps: Configuration of single steps, by their name.

    Raises:
        click.ClickException: where a step failed, with what it said.
    """
    check_asked(partition, districts)
    import dagster as dg

    job = _definitions(name).resolve_job_def(name)
    narrowed = {"config": {"districts": list(districts)}}
    collecting = [node.name for node in job.nodes if node.name.startswith("collect_")]
    narrow = dict.fromkeys(collecting, narrowed) if districts else {}
    config = {
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        "ops": {**narrow, **{step: {"config": said} for step, said in (steps or {}).items()}},
    }
    with alone(settings().home), dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance, partition_key=partition, raise_on_error=False, run_config=config
        )
    if not result.success:
        errors = [e.step_failure_data.error for e in result.all_events if e.is_step_failure]
        causes = [one.cause or one for one in errors if one is not None]
        said = [re.sub(rf"^[\w.]*{one.cls_name}: ", "", one.message).strip() for one in causes]
        raise click.ClickException("\n".join(said) or f"the job {name} failed")


def _definitions(name: str) -> dg.Definitions:
    """What a job needs of the deployment. Collecting needs no warehouse, and does not wait for dbt and for
    what reads its project to be loaded.
    """
    if name != "collect":
        from pipelines.definitions import defs

        return defs
    import dagster as dg

    from pipelines.catalogue.catalogue import load
    from pipelines.defs.collecting import collecting

    assets, job = collecting(load(settings().districts))
    return dg.Definitions(assets=assets, jobs=[job], executor=dg.in_process_executor)
