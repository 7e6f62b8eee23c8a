"""Citizens at events and members of energy communities, counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.warehouse.models import Models, Row, one
from tests.warehouse.small_district import DISTRICT


def came(on: date, who: str, many: int, organisation: str = "") -> Row:
    """One row of the register of events."""
    return {"district_id": DISTRICT, "event_id": str(on), "held_on": on, "event_type": "meeting",
            "organisation_class": who, "organisation_id": organisation, "participants": many}  # fmt: skip


def test_citizens_are_counted_apart_from_all_who_came(models: Models) -> None:
    made = models.run(
        {
            "stg_participation_events": [
                came(date(2026, 5, 4), "citizen", 30),
                came(date(2026, 5, 4), "firm", 10, "F1"),
                came(date(2026, 6, 1), "administration", 5, "A1"),
            ]
        },
        "int_participation_months",
    )["int_participation_months"]

    may, june = (one(made, month=month) for month in ("2026-05", "2026-06"))
    assert (may["citizen_participants"], may["participants"]) == (30, 40)
    assert (june["citizen_participants"], june["participants"]) == (0, 5)


def joined(scheme: str, kind: str, who: str, **days: Any) -> Row:
    """One membership."""
    return {"district_id": DISTRICT, "scheme_id": scheme, "scheme_type": kind, "organisation_id": who,
            "joined_on": date(2026, 1, 1), **days}  # fmt: skip


def test_a_member_of_two_communities_counts_once_and_one_who_left_does_not(models: Models) -> None:
    made = models.run(
        {
            "stg_shared_schemes": [
                joined("A", "energy_community", "F1"),
                joined("B", "energy_community", "F1"),
                joined("A", "energy_community", "F2", left_on=date(2026, 6, 30)),
                joined("A", "energy_community", "F3", joined_on=date(2026, 7, 1)),
                joined("C", "water_reuse", "F4"),
            ]
        },
        "int_social_finance_months",
    )["int_social_finance_months"]

    members = {row["month"]: row["energy_community_members"] for row in made}
    assert (members["2026-05"], members["2026-06"], members["2026-07"]) == (2, 1, 2)
