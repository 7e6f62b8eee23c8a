"""What Dagster loads: the assets, checks, jobs, schedules and sensors of this deployment."""

from __future__ import annotations

import dagster as dg

from pipelines.catalogue.catalogue import load
from pipelines.defs.collecting import collecting
from pipelines.defs.editions import draft, edition
from pipelines.defs.letters import letters
from pipelines.defs.schedules import (
    daily_collect,
    daily_letters,
    delayed_reports,
    hourly_letters,
    inbox_sensor,
    monthly_preview,
    monthly_report,
)
from pipelines.defs.warehouse import warehouse
from pipelines.settings import settings


def definitions() -> dg.Definitions:
    """Everything of the deployment that the environment describes."""
    deployment = settings()
    catalogue = load(deployment.districts)
    arriving, collect = collecting(catalogue)
    built = warehouse(catalogue, deployment)
    marts = [key for key in built.keys if key.path[-1].startswith("fct_")]
    frozen = edition(marts)
    build = dg.define_asset_job("build", selection=dg.AssetSelection.assets(arriving[-1], built))
    publish = dg.define_asset_job(
        "publish", selection=dg.AssetSelection.assets(arriving[-1], built, frozen)
    )
    sent = letters()
    deliver = dg.define_asset_job("deliver", selection=dg.AssetSelection.assets(sent))
    draft_asset = draft(marts)
    refresh = dg.define_asset_job(
        "refresh", selection=dg.AssetSelection.all() - dg.AssetSelection.assets(draft_asset)
    )
    look = dg.define_asset_job(
        "look_before", selection=dg.AssetSelection.all() - dg.AssetSelection.assets(frozen)
    )
    return dg.Definitions(
        assets=[*arriving, built, draft_asset, frozen, sent],
        jobs=[collect, build, publish, refresh, look, deliver],
        schedules=[
            daily_collect(collect),
            monthly_preview(look),
            monthly_report(refresh),
            delayed_reports(refresh),
            hourly_letters(deliver),
            daily_letters(deliver),
        ],
        sensors=[inbox_sensor(collect)],
        executor=dg.in_process_executor,
    )


defs = definitions()
