"""When a delivery is due, which months came late and which did not come.

Months are civil months of the district. A source that is due monthly misses a month when the day it
was due has passed without an accepted row of it; a register misses when its newest state is older
than its cadence allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pipelines.catalogue.catalogue import Binding
from pipelines.collecting.deliveries import Delivery

CADENCE_DAYS = {"daily": 1, "monthly": 31, "quarterly": 92, "annual": 366}
_MONTHLY = ("daily", "monthly")


def month_after(month: str) -> str:
    """The month after 'YYYY-MM'."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def month_before(moment: date) -> str:
    """The month before the one of a local day or moment, 'YYYY-MM'."""
    year, number = (moment.year, moment.month - 1) if moment.month > 1 else (moment.year - 1, 12)
    return f"{year}-{number:02d}"


def due_on(binding: Binding, month: str) -> date:
    """The last day on which the delivery of a month is in time."""
    return date.fromisoformat(f"{month_after(month)}-01") + timedelta(
        days=binding.expected_after_days
    )


def late_months(binding: Binding, deliveries: list[Delivery]) -> Iterator[tuple[str, Delivery]]:
    """Months whose first accepted rows came after they were due, with the delivery that brought
    them. What came with a source's first collection was not asked for earlier.
    """
    if (
        binding.dataset.delivers == "snapshots"
        or binding.cadence not in _MONTHLY
        or binding.source.known_from
    ):
        return
    seen: set[str] = set()
    began = min((one.received.received_at for one in deliveries), default=None)
    if began is None:
        return
    opening = min((month for one in deliveries for month in one.verdict.months), default="")
    for one in deliveries:
        for month in one.verdict.months:
            arrived = one.known_at.astimezone(binding.district.zone).date()
            first_ever = one.received.received_at <= began or month == opening
            if month not in seen and not first_ever and arrived > due_on(binding, month):
                yield month, one
        seen.update(one.verdict.months if one.verdict.accepted else ())


def missing_months(binding: Binding, deliveries: list[Delivery], cut_off: datetime) -> list[str]:
    """Months that are due and not there, oldest first; for a register or a rarer cadence, the
    current month.
    """
    if binding.source.declared is not None or binding.cadence in ("once", "edition"):
        return []
    today = cut_off.astimezone(binding.district.zone).date()
    accepted = [one for one in deliveries if one.verdict.accepted]
    this_month = f"{today:%Y-%m}"
    if not accepted:
        return [this_month]
    if binding.dataset.delivers == "increments" and binding.cadence in _MONTHLY:
        present = {month for one in accepted for month in one.verdict.months}
        opening = min(one.received.received_at for one in accepted)
        return _gaps(
            binding, present, month_before(opening.astimezone(binding.district.zone)), today
        )
    last = max(one.received.last_arrival(cut_off) for one in accepted)
    newest = last.astimezone(binding.district.zone).date()
    allowed = timedelta(days=CADENCE_DAYS[binding.cadence] + binding.expected_after_days)
    return [this_month] if newest + allowed < today else []


def _gaps(binding: Binding, present: set[str], opening: str, today: date) -> list[str]:
    """Due months without rows, from when the source began to deliver: an archive may reach back."""
    missing, month = [], max(min(present, default=opening), opening)
    while due_on(binding, month) < today:
        if month not in present:
            missing.append(month)
        month = month_after(month)
    return missing
