"""Collection assets: one step per dataset, every district's source isolated inside it."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pyarrow as pa

from pipelines.catalogue.catalogue import Catalogue
from pipelines.catalogue.dataset import Dataset
from pipelines.collecting.collect import Outcome, collect_dataset, refresh_current
from pipelines.collecting.current import glimpse
from pipelines.collecting.judging import drift_of
from pipelines.collecting.paths import stage_path
from pipelines.collecting.unasked import refuse_what_was_never_asked
from pipelines.landing.files import read_parquet
from pipelines.quality.contract import contract_of
from pipelines.settings import now, settings

SMALL = 50_000
"""Rows up to which Great Expectations runs the contract again; larger deliveries rely on the row
pass alone.
"""


class Narrowed(dg.Config):
    """Which districts a run asks; none named means all."""

    districts: list[str] = []  # noqa: RUF012 - Dagster copies it


def collecting(
    catalogue: Catalogue,
) -> "tuple[list[dg.AssetsDefinition], dg.UnresolvedAssetJobDefinition]":
    """All that is collected, and the job that collects it."""
    datasets = catalogue.datasets.values()
    assets = [*(collected(dataset, catalogue) for dataset in datasets), current(catalogue)]
    return assets, dg.define_asset_job("collect", selection=dg.AssetSelection.assets(*assets))


def collected(dataset: Dataset, catalogue: Catalogue) -> dg.AssetsDefinition:
    """Each district's deliveries of one dataset: as they were sent, and what met the contract."""
    received, accepted = (
        dg.AssetKey(["received", dataset.id]),
        dg.AssetKey(["accepted", dataset.id]),
    )

    @dg.multi_asset(
        name=f"collect_{dataset.id}",
        specs=[
            dg.AssetSpec(
                received,
                description=f"{dataset.description} As the sources sent it, in canonical columns.",
                group_name="collecting",
                kinds={"parquet"},
            ),
            dg.AssetSpec(
                accepted,
                deps=[received],
                description=f"{dataset.description} What met the contract.",
                group_name="collecting",
                kinds={"parquet"},
            ),
        ],
        check_specs=[
            dg.AssetCheckSpec(
                "contract", asset=accepted, description="New deliveries meet their contract."
            ),
            dg.AssetCheckSpec(
                "sources_answered", asset=received, description="Every source could be asked."
            ),
            dg.AssetCheckSpec(
                "shape", asset=received, description="New deliveries have columns as before."
            ),
        ],
    )
    def collect(config: Narrowed) -> Iterator[dg.MaterializeResult]:
        outcomes = collect_dataset(
            settings(), catalogue, dataset.id, now(), tuple(config.districts)
        )
        yield dg.MaterializeResult(
            asset_key=received,
            metadata=_landed(outcomes),
            check_results=[_answered(received, outcomes), _shape(received, outcomes)],
        )
        yield dg.MaterializeResult(
            asset_key=accepted,
            metadata=_judged(outcomes),
            check_results=[_contract(accepted, dataset, outcomes)],
        )

    return collect


def current(catalogue: Catalogue) -> dg.AssetsDefinition:
    """The rows that count of every dataset as of now, with all that was found on the way."""

    @dg.multi_asset(
        name="resolve_current",
        specs=[
            dg.AssetSpec(
                dg.AssetKey(["current", dataset.id]),
                deps=[dg.AssetKey(["accepted", dataset.id])],
                description=f"{dataset.description} The rows that count as of now.",
                group_name="current",
                kinds={"parquet"},
            )
            for dataset in catalogue.datasets.values()
        ],
    )
    def resolve() -> Iterator[dg.MaterializeResult]:
        refuse_what_was_never_asked(settings(), catalogue)
        refresh_current(settings(), catalogue, now())
        for dataset in catalogue.datasets.values():
            seen = glimpse(settings().view, dataset)
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(["current", dataset.id]),
                metadata={
                    "dagster/row_count": seen.rows,
                    "first_month": seen.first_month or "none",
                    "last_month": seen.last_month or "none",
                    "preview": dg.MetadataValue.md(preview(seen.first)),
                },
            )

    return resolve


def _landed(outcomes: list[Outcome]) -> dict[str, Any]:
    news = [(o, a) for o in outcomes for a in o.attempts if a.outcome == "new"]
    lines = [
        f"| {o.binding} | {a.remote_name} | {a.size} | `{(a.sha256 or '')[:16]}` |" for o, a in news
    ]
    table = "\n".join(["| source | file | bytes | sha256 |", "|---|---|---|---|", *lines[:50]])
    return {
        "dagster/row_count": sum(d.verdict.rows_received for o in outcomes for d in o.judged),
        "sources": len(outcomes),
        "new_files": len(news),
        "files": dg.MetadataValue.md(table),
    }


def _judged(outcomes: list[Outcome]) -> dict[str, Any]:
    judged = [one for outcome in outcomes for one in outcome.judged]
    months = sorted({month for one in judged for month in one.verdict.months})
    refused = [
        f"{one.binding} {one.received.file_name}: {one.verdict.code}"
        for one in judged
        if not one.verdict.accepted
    ]
    return {
        "dagster/row_count": sum(one.verdict.rows_accepted for one in judged),
        "quarantined_rows": sum(one.verdict.rows_quarantined for one in judged),
        "refused_deliveries": dg.MetadataValue.md(
            "\n".join(f"- {line}" for line in refused) or "none"
        ),
        "first_month": months[0] if months else "none new",
        "last_month": months[-1] if months else "none new",
    }


def _answered(asset: dg.AssetKey, outcomes: list[Outcome]) -> dg.AssetCheckResult:
    failing = {str(one.binding): one.trouble or "" for one in outcomes if one.failed}
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name="sources_answered",
        passed=not failing,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={name: dg.MetadataValue.text(said) for name, said in failing.items()},
    )


def _shape(asset: dg.AssetKey, outcomes: list[Outcome]) -> dg.AssetCheckResult:
    """Which sources sent files of another shape, with what changed."""
    changed: dict[str, list[str]] = {}
    for one in (one for outcome in outcomes for one in outcome.judged):
        lines = [f"- {one.received.file_name}: {code}: {said}" for code, said in drift_of(one)]
        if lines:
            changed.setdefault(str(one.binding), []).extend(lines)
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name="shape",
        passed=not changed,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={name: dg.MetadataValue.md("\n".join(said)) for name, said in changed.items()},
    )


def _contract(asset: dg.AssetKey, dataset: Dataset, outcomes: list[Outcome]) -> dg.AssetCheckResult:
    """Great Expectations over what is new, where it is small enough; a failing rule is named with
    its rows.
    """
    deployment = settings()
    judged = [one for outcome in outcomes for one in outcome.judged]
    refused = [one for one in judged if not one.verdict.accepted]
    paths = [stage_path(deployment.home, "received", one.binding, one.key) for one in judged]
    tables = [read_parquet(path) for path in paths if path.exists()]
    rows = sum(table.num_rows for table in tables)
    metadata: dict[str, Any] = {"deliveries": len(judged), "refused": len(refused), "rows": rows}
    failing: list[str] = []
    if tables and 0 < rows <= SMALL:
        from pipelines.quality.great_expectations_check import (
            check,  # 3 s of imports, only where there is news
        )

        results = check(contract_of(dataset, deployment.expectations), pa.concat_tables(tables))
        failing = [
            f"{one.code} ({one.column}): {one.failed_rows} rows"
            for one in results
            if not one.passed
        ]
        metadata["executor"] = "great_expectations"
    metadata["broken_rules"] = dg.MetadataValue.md(
        "\n".join(f"- {line}" for line in failing) or "none"
    )
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name="contract",
        passed=not refused and not failing,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )


def preview(rows: pa.Table) -> str:
    """The first rows of a table, for a reader of the asset's page."""
    return (
        str(rows.slice(0, 5).to_pandas().to_markdown(index=False)) if rows.num_rows else "no rows"
    )
