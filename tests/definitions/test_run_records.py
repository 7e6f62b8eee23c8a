"""Dagster's records of a run, written to files that stay open."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from pipelines.cli.jobs import prepare_dagster
from pipelines.defs.run_records import EventLog, RunRecords
from pipelines.settings import Settings


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    """The instance that `nzd` gives a new home."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    prepare_dagster(Settings(tmp_path, tmp_path, tmp_path, tmp_path, tmp_path))
    return dg.DagsterInstance.get()


def _events(storage: Any, run_id: str) -> list[tuple[str, str | None]]:
    records = storage.get_logs_for_run(run_id)
    return [(one.dagster_event.event_type_value, one.step_key) for one in records]


def test_who_watches_sees_a_run_while_it_goes_on_and_others_find_every_event_of_it(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run_id, seen, folder = str(uuid.uuid4()), threading.Event(), tmp_path / "dagster"
    ui = RunRecords(str(folder)).event_log_storage
    told: list[str] = []

    def tell(event: Any, _cursor: str) -> None:
        told.append(event.dagster_event.event_type_value)
        if "STEP_START" in told:
            seen.set()

    @dg.asset
    def figures() -> dg.MaterializeResult:
        assert seen.wait(20), f"nothing was seen of a step that had begun, only {told}"
        return dg.MaterializeResult()

    ui.watch(run_id, None, tell)
    with instance:
        job = dg.Definitions(assets=[figures], jobs=[dg.define_asset_job("all")]).resolve_job_def(
            "all"
        )
        assert job.execute_in_process(instance=instance, run_id=run_id).success
        assert isinstance(instance.event_log_storage, EventLog)
        mine = _events(instance.event_log_storage, run_id)
    ui.dispose()

    usual = SqliteEventLogStorage(str(folder / "history" / "runs") + "/")
    assert ("ASSET_MATERIALIZATION", "figures") in mine
    assert mine[-1][0] == "PIPELINE_SUCCESS"
    assert _events(usual, run_id) == mine
    assert usual.get_asset_records([dg.AssetKey("figures")])[0].asset_entry.last_run_id == run_id


def test_files_of_one_run_and_of_the_index_are_open_and_none_after_it(
    instance: dg.DagsterInstance,
) -> None:
    @dg.op
    def nothing() -> None:
        pass

    job = dg.GraphDefinition(name="one", node_defs=[nothing]).to_job()
    with instance:
        for _ in range(3):
            assert job.execute_in_process(instance=instance).success
        assert len(instance.event_log_storage._engines) == 2
    assert not instance.event_log_storage._engines
