"""Each source at a moment: what it last sent, how old that is, when the next delivery is due, who
to call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.collecting.deliveries import Delivery, judged_deliveries
from pipelines.collecting.due import CADENCE_DAYS, due_on, missing_months, month_after
from pipelines.collecting.fetch import Landing
from pipelines.settings import Settings


@dataclass(frozen=True)
class SourceStatus:
    """One line of `nzd status`: `age` in days; `state` is ok, overdue, refused (the newest file could
    not be used), failing (the source could not be asked) or never delivered.
    """

    district: str
    source: str
    last: date | None
    age: int | None
    due: date | None
    state: str
    contact: str | None


def status_of(settings: Settings, catalogue: Catalogue, at: datetime) -> Iterator[SourceStatus]:
    """Every source of a deployment, in declared order."""
    landing = Landing.at(settings.landing, settings.inbox)
    deliveries = judged_deliveries(settings.home, catalogue.bindings, landing.manifest)
    for binding in catalogue.bindings:
        own = [one for one in deliveries if one.binding is binding]
        attempts = landing.manifest.attempts(binding.district.id, binding.source_id)
        failing = bool(attempts) and attempts[-1].outcome == "error"
        yield _line(binding, own, failing, at)


def _line(binding: Binding, sent: list[Delivery], failing: bool, at: datetime) -> SourceStatus:
    own = [one for one in sent if one.verdict.accepted]
    contact = binding.source.contact or binding.district.contact
    last = max((one.received.received_at for one in own), default=None)
    local = last.astimezone(binding.district.zone).date() if last else None
    if failing:
        state = "failing"
    elif sent and not sent[-1].verdict.accepted:
        state = "refused"
    elif local is None:
        state = "never delivered"
    else:
        state = "overdue" if missing_months(binding, own, at) else "ok"
    said = f"{contact.name} {contact.email or ''}".strip() if contact else None
    age = (at.astimezone(binding.district.zone).date() - local).days if local else None
    return SourceStatus(
        binding.district.id, binding.source_id, local, age, _next(binding, own), state, said
    )


def _next(binding: Binding, own: list[Delivery]) -> date | None:
    if not own or binding.cadence not in CADENCE_DAYS or binding.source.declared is not None:
        return None
    months = [month for one in own for month in one.verdict.months if month != "all"]
    if months and binding.cadence in ("daily", "monthly"):
        return due_on(binding, month_after(max(months)))
    newest = max(one.received.received_at for one in own).date()
    return newest + timedelta(days=CADENCE_DAYS[binding.cadence] + binding.expected_after_days)
