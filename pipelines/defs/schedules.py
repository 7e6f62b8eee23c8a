"""When things happen: collecting each day, the monthly report on the tenth and each day while a district
waits, the drop folder when it changes.
"""

from __future__ import annotations

import dagster as dg

from pipelines.collecting.due import month_before
from pipelines.delivering.deliver import is_anything_to_send
from pipelines.publishing.editions.delayed import delayed_months
from pipelines.settings import now, settings

ROME = "Europe/Rome"


def daily_collect(job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Every source is asked once a day; unchanged ones cost a listing or a conditional request."""
    return dg.ScheduleDefinition(
        name="collect_daily",
        job=job,
        cron_schedule="30 5 * * *",
        execution_timezone=ROME,
        description="Ask every source once a day.",
    )


def monthly_report(job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """The edition of the month before, on the tenth."""

    @dg.schedule(
        name="report_monthly",
        job=job,
        cron_schedule="0 8 10 * *",
        execution_timezone=ROME,
        description="Publish the month before, on the tenth of each month.",
    )
    def monthly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        month = month_before(context.scheduled_execution_time)
        return dg.RunRequest(run_key=f"edition-{month}", partition_key=month)

    return monthly


def monthly_preview(job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """What would be published of the month before, on the ninth, for the cities to comment on."""

    @dg.schedule(
        name="preview_monthly",
        job=job,
        cron_schedule="0 8 9 * *",
        execution_timezone=ROME,
        description="Send each city the draft of its report, a day before publication.",
    )
    def monthly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        month = month_before(context.scheduled_execution_time)
        return dg.RunRequest(run_key=f"preview-{month}", partition_key=month)

    return monthly


def delayed_reports(job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """What is delayed is tried again each day, as its note says."""

    @dg.schedule(
        name="report_delayed",
        job=job,
        cron_schedule="0 8 * * *",
        execution_timezone=ROME,
        description="Collect, build and publish again each month of which a district waits.",
    )
    def delayed(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        months = delayed_months(settings().editions)
        day = context.scheduled_execution_time.date()
        if not months:
            return dg.SkipReason("Nobody waits.")
        return [
            dg.RunRequest(run_key=f"delayed-{month}-{day}", partition_key=month) for month in months
        ]

    return delayed


def hourly_letters(job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """What a server put off, notes of delays, corrections and withdrawals do not wait for the next edition."""

    @dg.schedule(
        name="letters_hourly",
        job=job,
        cron_schedule="20 * * * *",
        execution_timezone=ROME,
        description="Send what is due or was put off.",
    )
    def hourly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not is_anything_to_send(settings(), now()):
            return dg.SkipReason("No letter is due.")
        return dg.RunRequest(run_key=f"letters-{context.scheduled_execution_time.isoformat()}")

    return hourly


def daily_letters(job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """After the day's collection: what engineers and who sends data should know."""
    return dg.ScheduleDefinition(
        name="letters_daily",
        job=job,
        cron_schedule="0 7 * * *",
        execution_timezone=ROME,
        description="Tell engineers what is wrong with sources, and who sends data what is missing.",
    )


def inbox_sensor(job: dg.UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """A new or changed file in the drop folder starts a collection."""

    @dg.sensor(
        name="inbox",
        job=job,
        minimum_interval_seconds=120,
        description="Collect when a file in the drop folder is new or has changed.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        files = [path.stat() for path in settings().inbox.rglob("*") if path.is_file()]
        seen = f"{len(files)}:{max((file.st_mtime_ns for file in files), default=0)}"
        if not files or seen == context.cursor:
            return dg.SkipReason("Nothing new in the drop folder.")
        context.update_cursor(seen)
        return dg.RunRequest(run_key=seen)

    return inbox
