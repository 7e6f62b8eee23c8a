"""What a data engineer sees in Dagster: an asset for each stage, a check for each promise."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

ROOT = Path(__file__).parents[2]
DATASETS = sorted(path.stem for path in (ROOT / "pipelines/catalogue/datasets").glob("*.yaml"))


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NZD_HOME", str(home))
        patch.setenv("NZD_DISTRICTS", str(ROOT / "sample" / "districts"))
        from pipelines.definitions import definitions

        return definitions()


def test_every_dataset_is_an_asset_at_every_stage(defs: dg.Definitions) -> None:
    keys = {key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()}

    for dataset in DATASETS:
        assert {f"received/{dataset}", f"accepted/{dataset}", f"current/{dataset}"} <= keys


def test_a_number_is_one_chain_from_delivery_to_edition(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()

    upstream = graph.get_ancestor_asset_keys(dg.AssetKey("edition"))

    assert dg.AssetKey(["received", "meter_intervals"]) in upstream
    assert dg.AssetKey("fct_kpi_values") in upstream


def test_every_accepted_asset_has_its_contract_and_every_mart_its_tests(
    defs: dg.Definitions,
) -> None:
    checks = {key.asset_key.to_user_string() for key in defs.resolve_asset_graph().asset_check_keys}

    assert {f"accepted/{dataset}" for dataset in DATASETS} <= checks
    assert "fct_energy_monthly" in checks


def test_a_district_is_a_column_and_the_month_of_an_edition_a_partition(
    defs: dg.Definitions,
) -> None:
    graph = defs.resolve_asset_graph()
    partitioned = [key for key in graph.get_all_asset_keys() if graph.get(key).is_partitioned]

    assert sorted(partitioned) == [dg.AssetKey("edition"), dg.AssetKey("preview")]


def test_there_is_a_job_a_schedule_and_a_sensor_for_what_happens_by_itself(
    defs: dg.Definitions,
) -> None:
    repository = defs.get_repository_def()

    assert {"collect", "build", "publish", "refresh", "deliver"} <= set(repository.job_names)
    assert {one.name for one in repository.schedule_defs} == {
        "collect_daily",
        "letters_daily",
        "letters_hourly",
        "preview_monthly",
        "report_delayed",
        "report_monthly",
    }
    assert {one.name for one in repository.sensor_defs} == {"inbox"}


def test_the_monthly_schedule_asks_for_the_month_before(defs: dg.Definitions) -> None:
    from datetime import UTC, datetime

    schedule = defs.resolve_schedule_def("report_monthly")
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2027, 1, 10, 7, tzinfo=UTC),
        repository_def=defs.get_repository_def(),
    )

    assert schedule.evaluate_tick(context).run_requests[0].partition_key == "2026-12"
