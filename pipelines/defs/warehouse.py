"""The dbt models as assets, built by dbt in this process."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines.catalogue.catalogue import Catalogue
from pipelines.defs.collecting import preview
from pipelines.landing.files import read_parquet
from pipelines.publishing.editions.delayed import delay_everyone
from pipelines.publishing.portal.site import renew_portal
from pipelines.settings import Settings, now, settings
from pipelines.warehouse.build import BuildFailed, NodeResult, build, run_dbt


class Translated(DagsterDbtTranslator):
    """A source of the dbt project is the asset of the same name: `current/meter_intervals`."""

    def get_group_name(self, dbt_resource_props: Any) -> str | None:
        """The folder under `models/` is the group."""
        return str(dbt_resource_props["fqn"][1])


TRANSLATOR = Translated()


def warehouse(catalogue: Catalogue, deployment: Settings) -> dg.AssetsDefinition:
    """Every dbt model as an asset and every test on one model as its check."""
    path = manifest_of(deployment)
    manifest = json.loads(path.read_text())

    @dbt_assets(
        manifest=manifest, name="warehouse", dagster_dbt_translator=TRANSLATOR, pool="warehouse"
    )
    def build_warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        try:
            results = build(settings(), catalogue, now())
        except BuildFailed as failure:
            if context.has_partition_key:  # of a run that was to publish a month
                delay_everyone(settings(), context.partition_key, now())
                renew_portal(settings())
            raise dg.Failure(str(failure), allow_retries=False) from failure
        wanted = context.selected_asset_check_keys
        for one in results:
            if one.kind == "model":
                key = TRANSLATOR.get_asset_key(manifest["nodes"][one.unique_id])
                yield dg.MaterializeResult(asset_key=key, metadata=_told(one))
        yield from _checks(results, manifest, wanted)

    return build_warehouse


def _told(model: NodeResult) -> dict[str, Any]:
    """How long a model took; of a mart also its rows, months, hash and first rows."""
    told: dict[str, Any] = {"seconds": round(model.seconds, 2)}
    path = settings().view / "marts" / f"{model.name}.parquet"
    if not (model.name.startswith("fct_") and path.exists()):
        return told
    rows = read_parquet(path)
    months = sorted(set(rows["month"].to_pylist()) - {None}) if "month" in rows.column_names else []
    return {
        **told,
        "dagster/row_count": rows.num_rows,
        "first_month": months[0] if months else "none",
        "last_month": months[-1] if months else "none",
        "file": dg.MetadataValue.path(str(path)),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "preview": dg.MetadataValue.md(preview(rows)),
    }


def _checks(
    results: list[NodeResult], manifest: dict[str, Any], wanted: set[dg.AssetCheckKey]
) -> Iterator[Any]:
    for one in results:
        if one.kind != "test":
            continue
        key = get_asset_check_key_for_test(manifest, TRANSLATOR, one.unique_id, project=None)
        if key in wanted:
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=one.status == "pass",
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"message": one.message or "passed"},
            )


def manifest_of(deployment: Settings) -> Path:
    """The dbt manifest of this checkout's project, parsed once per state of its files."""
    digest = hashlib.sha256()
    for path in sorted(deployment.dbt_project.rglob("*")):
        if path.suffix in (".sql", ".yml") and "target" not in path.parts:
            digest.update(str(path.relative_to(deployment.dbt_project)).encode())
            digest.update(path.read_bytes())
    kept = deployment.home / "dbt" / f"manifest-{digest.hexdigest()[:16]}.json"
    if not kept.exists():
        _, trouble = run_dbt(deployment, "parse")
        made = deployment.home / "dbt" / "target" / "manifest.json"
        if trouble and not made.exists():
            raise RuntimeError(f"dbt could not read its project: {trouble}")
        kept.write_bytes(made.read_bytes())
    return kept
