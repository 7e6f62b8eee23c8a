"""Editions: one partition per month; publishing a month that has not changed returns what is there."""

import json
import warnings
from datetime import UTC, datetime

import dagster as dg

from pipelines.publishing.editions.delayed import notes_of
from pipelines.publishing.editions.edition import Override, publish
from pipelines.publishing.editions.period_editions import publish_ended
from pipelines.publishing.editions.previews import preview
from pipelines.publishing.portal.site import renew_portal
from pipelines.settings import now, settings
from pipelines.version import code_version


def _months_ahead() -> int:
    """By how many months the declared clock (NZD_NOW) is ahead of the machine's."""
    declared, machine = now(), datetime.now(UTC)
    return max(0, 12 * (declared.year - machine.year) + declared.month - machine.month)


MONTHS = dg.MonthlyPartitionsDefinition(
    start_date="2019-01", fmt="%Y-%m", end_offset=1 + _months_ahead()
)


class Despite(dg.Config):
    """Districts that a person wants published although a headline figure is below the line."""

    districts: list[str] = []  # noqa: RUF012 - Dagster copies it
    by: str = ""
    reason: str = ""

    def overrides(self) -> list[Override]:
        """As the manifest keeps them."""
        return [Override(one, self.by, self.reason, now().isoformat()) for one in self.districts]


def draft(upstream: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """What would be published of a month, a day before, for the cities to look at."""

    def look(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        made = preview(settings(), context.partition_key, now(), code_version())
        return dg.MaterializeResult(
            metadata={"path": dg.MetadataValue.path(str(made.path)), "new": made.created}
        )

    return dg.asset(
        name="preview",
        partitions_def=MONTHS,
        deps=upstream,
        group_name="publishing",
        kinds={"html", "pdf"},
        description="The draft of a month that its cities may comment on; gone once the month is published.",
    )(look)


def edition(upstream: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The figures and reports of one month, frozen."""

    def freeze(context: dg.AssetExecutionContext, config: Despite) -> dg.MaterializeResult:
        published = [
            publish(settings(), month, now(), code_version(), config.overrides())
            for month in context.partition_keys
        ]
        periods = [
            one
            for month in context.partition_keys
            for one in publish_ended(settings(), month, code_version())
        ]
        renew_portal(settings())
        last = published[-1]
        manifest = json.loads((last.path / "manifest.json").read_text())
        return dg.MaterializeResult(
            metadata={
                "edition": last.id,
                "path": dg.MetadataValue.path(str(last.path)),
                "new": last.created,
                "quarters and years": ", ".join(one.id for one in periods) or "none ends here",
                "known_at": manifest["known_at"],
                "inputs": len(manifest["inputs"]),
                "files": len(manifest["files"]),
                "sha256": manifest["content"],
                "delayed": dg.MetadataValue.md(
                    "\n".join(notes_of(settings(), last.month)) or "nobody"
                ),
                "index": dg.MetadataValue.url((last.path / "index.html").as_uri()),
            }
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # backfill_policy has been beta since 2024
        return dg.asset(
            name="edition",
            partitions_def=MONTHS,
            deps=upstream,
            group_name="publishing",
            kinds={"html", "pdf", "parquet"},
            backfill_policy=dg.BackfillPolicy.single_run(),
            description="What was published for a month: protected figures, reports, open data.",
        )(freeze)
