"""Each source at a moment: what it last sent, how old that is, when the next delivery is due, who
to call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.catalogue.issue import issues
from pipelines.collecting.deliveries import Delivery, judged_deliveries, received_by
from pipelines.collecting.due import CADENCE_DAYS, due_on, missing_months, month_after
from pipelines.collecting.fetch import Landing
from pipelines.collecting.judging import drift_of
from pipelines.collecting.paths import Verdict
from pipelines.landing.manifest import Attempt
from pipelines.settings import Settings


@dataclass(frozen=True)
class SourceStatus:
    """One line of `nzd status`: `age` in days; `state` is ok, overdue, refused (the newest file could
    not be used), not read (it is landed and has no verdict under today's declarations and code; the
    next build judges it), failing (the source could not be asked) or never delivered; `other columns`
    where the last good delivery changed its shape. `seen_live` is false
    where the binding was proven against recorded answers only.
    """

    district: str
    source: str
    last: date | None
    age: int | None
    due: date | None
    state: str
    contact: str | None
    seen_live: bool = True


def status_of(settings: Settings, catalogue: Catalogue, at: datetime) -> Iterator[SourceStatus]:
    """Every source of a deployment, in declared order."""
    landing = Landing.at(settings.landing, settings.inbox)
    deliveries = judged_deliveries(settings.home, catalogue.bindings, landing.manifest)
    for binding in catalogue.bindings:
        sent = [one for one in deliveries if one.binding is binding]
        attempts = landing.manifest.attempts(binding.district.id, binding.source_id)
        yield _line(binding, sent, _trouble(binding, sent, attempts, at), at)


def failures_of(settings: Settings, catalogue: Catalogue) -> Iterator[tuple[Binding, str]]:
    """The sources that could not be asked when they last were, and why."""
    manifest = Landing.at(settings.landing, settings.inbox).manifest
    for binding in catalogue.bindings:
        asked = manifest.attempts(binding.district.id, binding.source_id)
        last = [one for one in asked if one.member is None and one.at == asked[-1].at]
        failed = [one for one in last if one.outcome == "error"]
        if failed:
            more = f" (and {len(failed) - 1} more like it)" if len(failed) > 1 else ""
            yield binding, f"{failed[0].error_code}: {failed[0].error_text}{more}"


def _trouble(
    binding: Binding, sent: list[Delivery], attempts: list[Attempt], at: datetime
) -> str | None:
    asked = [one for one in attempts if one.member is None]
    if asked and asked[-1].outcome == "error":
        return "failing"
    verdicts = {one.position: one.verdict for one in sent}
    landed = [
        one for one in received_by(binding, attempts) if not _is_talk(verdicts.get(one.position))
    ]
    if not landed:
        return None
    newest = max(landed, key=lambda one: (one.last_arrival(at), one.position))
    if newest.position not in verdicts:
        return "not read"
    return None if verdicts[newest.position].accepted else "refused"


def _is_talk(verdict: Verdict | None) -> bool:
    """Whether what came was no delivery at all, like a message without attachments."""
    if verdict is None or verdict.accepted:
        return False
    issue = issues().get(verdict.code or "")
    return issue is not None and issue.severity != "error"


def _line(
    binding: Binding, sent: list[Delivery], trouble: str | None, at: datetime
) -> SourceStatus:
    own = [one for one in sent if one.verdict.accepted]
    contact = binding.source.contact or binding.district.contact
    last = max((_came(one, at) for one in own), default=None)
    local = last.astimezone(binding.district.zone).date() if last else None
    if trouble is not None:
        state = trouble
    elif local is None:
        state = "never delivered"
    else:
        state = "overdue" if missing_months(binding, own, at) else "ok"
    if own and drift_of(max(own, key=lambda one: (_came(one, at), one.position))):
        state = f"{state}, other columns"
    said = f"{contact.name} {contact.email or ''}".strip() if contact else None
    age = (at.astimezone(binding.district.zone).date() - local).days if local else None
    return SourceStatus(
        binding.district.id,
        binding.source_id,
        local,
        age,
        _next(binding, own, at),
        state,
        said,
        binding.source.seen_live,
    )


def _came(one: Delivery, at: datetime) -> datetime:
    """When a delivery came: a register that comes again unchanged is confirmed, a month is not."""
    confirmed = one.binding.dataset.delivers == "snapshots"
    return one.received.last_arrival(at) if confirmed else one.received.received_at


def _next(binding: Binding, own: list[Delivery], at: datetime) -> date | None:
    if not own or binding.cadence not in CADENCE_DAYS or binding.source.declared is not None:
        return None
    months = [month for one in own for month in one.verdict.months if month != "all"]
    if months and binding.cadence in ("daily", "monthly"):
        return due_on(binding, month_after(max(months)))
    newest = max(_came(one, at) for one in own).date()
    return newest + timedelta(days=CADENCE_DAYS[binding.cadence] + binding.expected_after_days)
