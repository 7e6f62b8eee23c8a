"""What registers come to: claims and their proof, stage and timeliness, and the counts that KPIs are made of.

Belongs here: cases of one register each, with counts a person can do, and a published table of survival times. Does not
belong here: how registers arrive (tests/services/test_registers_filled_in.py).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.warehouse.models import Models, one

Row = dict[str, Any]
HERE = "weaving"
KNOWN = datetime(2026, 10, 10, tzinfo=UTC)
LINK = {
    "evidence": "Verbale",
    "evidence_ref": "https://atti.example.org/1",
    "evidence_on": date(2026, 9, 30),
}


def month(name: str) -> Row:
    start = date.fromisoformat(f"{name}-01")
    end = (start + timedelta(days=32)).replace(day=1)
    return {
        "district_id": HERE, "month": name, "month_start": start, "month_end": end,
        "month_index": start.year * 12 + start.month, "month_of_year": start.month,
    }  # fmt: skip


MONTHS = [month("2026-08"), month("2026-09")]


def row(**columns: Any) -> Row:
    return {"district_id": HERE, "known_at": KNOWN, "source_id": "s", **columns}


def decision(code: str, raised: date, closed: date | None = None, **more: Any) -> Row:
    outcome = "approved" if closed else "open"
    told = {"outcome": outcome, **more}
    return row(decision_id=code, title=code, raised_on=raised, closed_on=closed, **told)


def run(models: Models, given: dict[str, list[Row]], model: str) -> list[Row]:
    return models.run({"int_district_months": MONTHS, **given}, model)[model]


def test_a_claim_counts_from_the_day_it_is_made_and_is_proven_by_its_document(
    models: Models,
) -> None:
    given = {
        "stg_cdtt_decisions": [
            decision("a", date(2026, 7, 1), date(2026, 8, 10), **LINK),
            decision("b", date(2026, 7, 1), date(2026, 9, 10), evidence="Verbale"),
            decision("c", date(2026, 7, 1), date(2026, 9, 11), evidence="  "),
            decision("d", date(2026, 7, 1), evidence="Verbale"),
        ]
    }

    rows = run(models, given, "fct_register_evidence")

    august, september = one(rows, month="2026-08"), one(rows, month="2026-09")
    assert (august["claims"], august["proven"], august["referenced"]) == (1, 1, 1)
    assert (september["claims"], september["proven"], september["referenced"]) == (3, 2, 1)
    assert september["evidence_share"] == Decimal("0.666667")


def test_a_meeting_and_an_edition_are_one_claim_each_and_proven_only_as_a_whole(
    models: Models,
) -> None:
    attended = [
        row(meeting_id="r1", held_on=date(2026, 8, 4), actor_class=who, foreseen=1, present=1, evidence=proof)
        for who, proof in (("city", "Verbale"), ("firm", None))
    ]  # fmt: skip
    people = [
        row(edition_id="e1", started_on=date(2026, 7, 1), ended_on=date(2026, 8, 12), person_key=who,
            completed=done, evidence="Registro" if done else None)
        for who, done in (("p1", True), ("p2", True), ("p3", False))
    ]  # fmt: skip

    rows = run(
        models,
        {"stg_cdtt_meetings": attended, "stg_course_enrolments": people},
        "fct_register_evidence",
    )

    meeting = one(rows, month="2026-08", dataset="cdtt_meetings")
    edition = one(rows, month="2026-08", dataset="course_enrolments")
    assert (meeting["claims"], meeting["proven"]) == (1, 0)
    assert (edition["claims"], edition["proven"]) == (1, 1)


def test_a_figure_is_graded_by_its_own_register_and_not_by_its_neighbours(models: Models) -> None:
    given = {
        "stg_cdtt_decisions": [
            decision(f"d{n}", date(2026, 7, 1), date(2026, 8, 10), evidence="Verbale")
            for n in range(10)
        ],
        "stg_policy_sandboxes": [
            row(sandbox_id=f"s{n}", title="x", opened_on=date(2026, 1, 1), closed_on=date(2026, 8, 1),
                outcome="adopted", evidence="Verbale" if n < 5 else None)
            for n in range(10)
        ],
    }  # fmt: skip

    rows = run(models, given, "int_kpi_evidence")

    assert one(rows, month="2026-09", kpi_code="GOV01")["grade_evidence"] == "A"
    assert one(rows, month="2026-09", kpi_code="GOV03")["grade_evidence"] == "D"
    assert one(rows, month="2026-09", kpi_code="GOV03")["evidence_share"] == Decimal("0.5")


def test_stage_and_timeliness_are_two_things(models: Models) -> None:
    given = {
        "stg_cdtt_decisions": [
            decision("late_and_complete", date(2026, 7, 1), date(2026, 8, 20), due_on=date(2026, 8, 1),
                     stage="complete"),
            decision("open_in_time", date(2026, 7, 1), due_on=date(2026, 12, 1)),
            decision("rejected", date(2026, 7, 1), date(2026, 8, 2), outcome="rejected", due_on=date(2026, 8, 2)),
            decision("not_told", date(2026, 7, 1), date(2026, 8, 2)),
        ],
        "stg_policy_sandboxes": [
            row(sandbox_id="tried", title="x", opened_on=date(2026, 1, 1), due_on=date(2026, 8, 15), outcome="open")
        ],
        "stg_finance_barriers": [
            row(finding_id="mitigated", kind="barrier", pestle_class="legal", title="x", identified_on=date(2026, 1, 1),
                mitigated_on=date(2026, 9, 3), due_on=date(2026, 12, 1))
        ],
    }  # fmt: skip

    rows = run(models, given, "int_lever_items")

    def state(item: str, at: str = "2026-09") -> tuple[str | None, str | None]:
        found = one(rows, month=at, item_id=item)
        return found["stage"], found["timeliness"]

    assert state("late_and_complete") == ("complete", "late")
    assert state("open_in_time") == ("not_started", "on_time")
    assert state("rejected") == (None, "on_time")
    assert state("not_told") == (None, None)
    assert state("tried", "2026-08") == ("under_way", "late")
    assert state("mitigated", "2026-08") == ("not_started", "on_time")
    assert state("mitigated") == ("under_way", "on_time")


def test_a_stage_told_today_does_not_move_an_earlier_month(models: Models) -> None:
    told = decision("a", date(2026, 7, 1), date(2026, 8, 2), stage="complete")

    rows = run(models, {"stg_cdtt_decisions": [told]}, "int_lever_items")

    # The register of 10 October speaks of September; of August it was not yet said.
    assert one(rows, month="2026-08")["stage"] is None
    assert one(rows, month="2026-09")["stage"] == "complete"


def test_a_step_of_the_management_system_counts_only_with_its_document(models: Models) -> None:
    given = {
        "stg_management_system": [
            row(criterion="guideline_adopted", met_on=date(2026, 1, 1), evidence="Delibera 1"),
            row(criterion="firms_in_scope", met_on=date(2026, 1, 1), evidence=None),
            row(criterion="baseline_set", met_on=date(2026, 1, 1), evidence="Rapporto"),
        ]
    }

    assert (
        one(run(models, given, "int_governance_months"), month="2026-09")["management_stage"] == 1
    )


def test_composition_counts_classes_and_attendance_counts_members(models: Models) -> None:
    came = (("city", 4, 1), ("district", 3, 0), ("citizen", 2, 2), ("region", 0, 0))
    given = {
        "stg_cdtt_meetings": [
            row(meeting_id="r1", held_on=date(2026, 9, 3), actor_class=who, foreseen=foreseen, present=present)
            for who, foreseen, present in came
        ]
    }  # fmt: skip

    september = one(run(models, given, "int_governance_months"), month="2026-09")

    assert (september["cdtt_classes_present"], september["cdtt_classes_foreseen"]) == (2, 3)
    assert (september["cdtt_present"], september["cdtt_foreseen"]) == (3, 9)


def test_a_practice_is_replicated_in_another_district_and_a_member_that_left_is_none(
    models: Models,
) -> None:
    def practice(code: str, where: str | None) -> Row:
        on = date(2026, 8, 1) if where else None
        return row(practice_id=code, title="x", catalogued_on=date(2026, 1, 1), replicated_in=where,
                   replicated_on=on)  # fmt: skip

    def member(who: str, **more: Any) -> Row:
        kind = {"scheme_type": "energy_management", "scheme_id": "sge", "joined_on": date(2026, 1, 1)}  # fmt: skip
        return row(organisation_id=who, **{**kind, **more})

    agreed = {"agreement_on": date(2026, 2, 1), "covers_natural_gas": True}
    given = {
        "stg_best_practices": [practice("a", "parma"), practice("b", HERE), practice("c", None)],
        "stg_shared_schemes": [
            member("i1", **agreed),
            member("i2", **agreed, agreement_until=date(2026, 9, 1)),
            member("i3", agreement_on=date(2026, 2, 1)),
            member("i4", **agreed, left_on=date(2026, 9, 15)),
            member("i5", role="service_provider", **agreed),
            member("i6", scheme_type="community_of_practice", scheme_id="cop", last_met_on=date(2026, 9, 1),
                   left_on=date(2026, 9, 2)),
        ],
    }  # fmt: skip

    september = one(run(models, given, "int_social_finance_months"), month="2026-09")

    assert (september["practices_replicated"], september["practices_catalogued"]) == (1, 3)
    assert (september["management_members"], september["management_members_with_agreement"]) == (3, 1)  # fmt: skip
    assert september["scheme_firms"] == 3
    assert september["communities_active"] == 0


def test_attendance_of_a_course_is_told_where_it_was_written_down_for_everybody(
    models: Models,
) -> None:
    def person(edition: str, ends: date, key: str, attended: int | None) -> Row:
        held = None if attended is None else 12
        return row(edition_id=edition, started_on=date(2026, 6, 1), ended_on=ends, person_key=key,
                   sessions_held=held, sessions_attended=attended)  # fmt: skip

    given = {
        "stg_course_enrolments": [
            person("e1", date(2026, 8, 12), "p1", 12), person("e1", date(2026, 8, 12), "p2", 6),
            person("e2", date(2026, 9, 12), "p3", 12), person("e2", date(2026, 9, 12), "p4", None),
        ]
    }  # fmt: skip

    rows = run(models, given, "int_learning_months")

    august, september = one(rows, month="2026-08"), one(rows, month="2026-09")
    assert (august["course_sessions_attended"], august["course_sessions"]) == (18, 24)
    assert (september["course_sessions_attended"], september["course_sessions"]) == (None, None)


def test_an_accepted_contribution_is_used_where_the_register_says_in_what(models: Models) -> None:
    def answered(code: str, outcome: str, used: str | None) -> Row:
        return row(contribution_id=code, received_on=date(2026, 8, 1), answered_on=date(2026, 9, 1),
                   reasons_given=True, outcome=outcome, used_in=used)  # fmt: skip

    given = {
        "stg_contributions": [
            answered("a", "accepted", "D-1"), answered("b", "partly_accepted", " "), answered("c", "rejected", "D-1"),
        ]
    }  # fmt: skip

    september = one(run(models, given, "int_participation_months"), month="2026-09")

    assert (september["contributions_used"], september["contributions_accepted"]) == (1, 2)


SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
"""Remission of two groups in weeks, + censored: Freireich and others, Blood 21 (1963), the table on which textbooks
show the Kaplan-Meier estimate; its medians are 23 and 8."""


@pytest.mark.parametrize(("times", "median"), [(SIX_MP, 23), (PLACEBO, 8)])
def test_the_median_lead_time_is_that_of_a_published_table_of_survival(
    models: Models, times: str, median: int
) -> None:
    raised = date(2026, 1, 1)
    rows = [
        decision(f"d{n}", raised, raised + timedelta(days=int(text.strip("+"))),
                 outcome="withdrawn" if text.endswith("+") else "approved")
        for n, text in enumerate(times.split())
    ]  # fmt: skip

    found = run(models, {"stg_cdtt_decisions": rows}, "int_decision_lead_time")

    assert one(found, month="2026-09")["median_days"] == median
