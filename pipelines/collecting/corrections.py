"""Corrections of a provider's data that a district has entered in its register, and which of them stand.

A correction is not another source: it changes rows that its provider sent, and says so. It ends at its expiry, when the
provider changes the value it corrects, and when the provider answers that its value is right.

Belongs here: what the register says as of a cut-off. Does not belong here: how rows are changed (`mending`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from pipelines.catalogue.catalogue import Binding, Catalogue
from pipelines.collecting.deliveries import Delivery
from pipelines.landing.files import read_parquet

CORRECTIONS = "data_corrections"
VALUES = {"meter_intervals": "quantity", "meter_registers": "reading", "utility_bills": "quantity"}
"""Datasets whose rows can be corrected, and the column that holds the value."""
State = Literal[
    "due", "reported", "closed", "expired", "answered", "unclear",
    "in_force", "set_aside", "superseded", "not_found",
]  # fmt: skip
"""`due` is asked of the rows, which make it one of the last four."""
_TERMS = (
    "about_source", "point_id", "flow", "first_day", "last_day", "value_received", "value_right", "unit", "treatment",
)  # fmt: skip
"""What a correction changes: as long as these stay, it is known since it was first entered."""


@dataclass(frozen=True)
class Correction:
    """One entry of a register as of a cut-off. `binding` is the source it is about, where there is such a one."""

    register: Delivery
    row: Mapping[str, Any]
    known_at: datetime
    binding: Binding | None
    state: State

    @property
    def district_id(self) -> str:
        """Whose register it stands in."""
        return self.register.binding.district.id

    @property
    def id(self) -> str:
        """The code that people gave it."""
        return str(self.row["correction_id"])

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the rows that are meant."""
        first = self.row["first_day"]
        return first, self.row["last_day"] or first

    @property
    def month(self) -> str | None:
        """The month of the rows that are meant."""
        first = self.row["first_day"]
        return f"{first:%Y-%m}" if first else None

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The days in UTC, the end excluded."""
        zone = self.register.binding.district.zone
        first, last = self.days
        begins, ends = (
            datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1))
        )
        return begins.astimezone(UTC), ends.astimezone(UTC)

    def said(self) -> str:
        """Everything that decides what it changes, in words that change with it."""
        terms = [str(self.row[name]) for name in _TERMS]
        return "/".join([self.district_id, self.id, self.known_at.isoformat(), *terms])


def corrections_of(
    catalogue: Catalogue, deliveries: Iterable[Delivery], cut_off: datetime
) -> list[Correction]:
    """Every entry of the newest register of each source that was known at the cut-off."""
    bindings = {(each.district.id, each.source_id): each for each in catalogue.bindings}
    sent: dict[str, list[Delivery]] = defaultdict(list)
    for one in deliveries:
        is_register = one.binding.dataset.id == CORRECTIONS and one.verdict.accepted
        if is_register and one.known_at <= cut_off:
            sent[str(one.binding)].append(one)
    found = [
        each
        for given in sent.values()
        for each in _of_register(sorted(given, key=_arrival(cut_off)), bindings, cut_off)
    ]
    return _without_overlaps(sorted(found, key=lambda one: (one.district_id, one.id)))


def _arrival(cut_off: datetime) -> Any:
    return lambda one: (one.received.last_arrival(cut_off), one.position)


def _of_register(
    given: Sequence[Delivery], bindings: Mapping[tuple[str, str], Binding], cut_off: datetime
) -> Iterator[Correction]:
    registers = [
        {row["correction_id"]: row for row in read_parquet(one.path).to_pylist()} for one in given
    ]
    newest, district = given[-1], given[-1].binding.district
    today = cut_off.astimezone(district.zone).date()
    for number, row in registers[-1].items():
        since = newest.known_at
        for one, register in zip(reversed(given), reversed(registers), strict=True):
            before = register.get(number)
            if before is None or any(before[name] != row[name] for name in _TERMS):
                break
            since = min(since, one.known_at)
        binding = bindings.get((district.id, row["about_source"]))
        yield Correction(newest, row, since, binding, _state(row, binding, today))


def _state(row: Mapping[str, Any], binding: Binding | None, today: date) -> State:
    if row["status"] == "closed":
        return "closed"
    if row["treatment"] == "report_only":
        return "reported"
    if row["answer"] == "value_is_right":
        return "answered"
    if row["expires_on"] < today:
        return "expired"
    first, last = row["first_day"], row["last_day"] or row["first_day"]
    known = binding is not None and binding.dataset.id in VALUES
    return "due" if known and (first.year, first.month) == (last.year, last.month) else "unclear"


def _without_overlaps(found: Sequence[Correction]) -> list[Correction]:
    """Of two corrections of the same days of a point nobody can say which one is right."""
    due: dict[tuple[str, str, str], list[Correction]] = defaultdict(list)
    for one in found:
        if one.state == "due":
            due[one.district_id, one.row["about_source"], one.row["point_id"]].append(one)
    clashing = {
        id(one)
        for several in due.values()
        for one in several
        if any(one is not other and _overlap(one, other) for other in several)
    }
    return [
        Correction(one.register, one.row, one.known_at, one.binding, "unclear")
        if id(one) in clashing
        else one
        for one in found
    ]


def _overlap(one: Correction, other: Correction) -> bool:
    flows = {one.row["flow"], other.row["flow"]}
    (first, last), (begins, ends) = one.days, other.days
    return first <= ends and begins <= last and (None in flows or len(flows) == 1)
