"""Measures that are counts and sums over the rows of registers: which rows count in a month, and with what.

Belongs here: one line per measure. Does not belong here: metered quantities (`queries/measured.sql`).

A line says which rows of which dataset count towards the measure in a month (`m`, a row of `int_district_months`) and
what each gives; of several rows that tell of one thing (`once`) the first counts.
"""

from __future__ import annotations

from dataclasses import dataclass

_IN_MONTH = "r.{day} >= m.month_start and r.{day} < m.month_end"
_BEFORE_END = "r.{day} < m.month_end"
_ANSWER_DUE = "r.received_on + interval 60 day >= m.month_start and r.received_on + interval 60 day < m.month_end"
_NEWEST_EDITION = (
    "r.edition_id = (select e.edition_id from (select edition_id, max(ended_on) as ended_on"
    " from rows_course_enrolments where district_id = m.district_id group by edition_id) e"
    " where e.ended_on < m.month_end order by e.ended_on desc, e.edition_id desc limit 1)"
)
_MEMBER = (
    "r.joined_on < m.month_end and (r.left_on is null or r.left_on >= m.month_end)"
    " and coalesce(r.role, 'member') in ('lead', 'member')"
)
_AGREED = (
    "r.agreement_on < m.month_end and (r.agreement_until is null or r.agreement_until >= m.month_end)"
    " and (coalesce(r.covers_electricity, false) or coalesce(r.covers_natural_gas, false)"
    " or coalesce(r.covers_district_heat, false))"
)


def _in_month(day: str) -> str:
    return _IN_MONTH.format(day=day)


def _by_end(day: str) -> str:
    return _BEFORE_END.format(day=day)


@dataclass(frozen=True)
class Register:
    """Rows of a dataset that count: where, what each gives, what makes two rows one thing, what names a row."""

    dataset: str
    where: str
    named: str
    at: str
    amount: str = "1"
    once: str = ""


REGISTERS: dict[str, Register] = {
    "decisions_due": Register(
        "cdtt_decisions",
        f"{_in_month('due_on')} and r.outcome != 'withdrawn'",
        "r.decision_id",
        "r.due_on",
    ),
    "decisions_closed_on_time": Register(
        "cdtt_decisions",
        f"{_in_month('due_on')} and r.outcome != 'withdrawn' and r.closed_on <= r.due_on",
        "r.decision_id",
        "r.closed_on",
    ),
    "sandboxes_closed": Register(
        "policy_sandboxes",
        f"{_by_end('opened_on')} and {_by_end('closed_on')}",
        "r.title",
        "r.closed_on",
    ),
    "sandboxes_adopted": Register(
        "policy_sandboxes",
        f"{_by_end('opened_on')} and {_by_end('closed_on')} and r.outcome = 'adopted'",
        "r.title",
        "r.closed_on",
    ),
    "cdtt_foreseen": Register(
        "cdtt_meetings", _in_month("held_on"), "r.actor_class", "r.held_on", "r.foreseen"
    ),
    "cdtt_present": Register(
        "cdtt_meetings", _in_month("held_on"), "r.actor_class", "r.held_on", "r.present"
    ),
    "cdtt_classes_foreseen": Register(
        "cdtt_meetings",
        f"{_in_month('held_on')} and r.foreseen > 0",
        "r.actor_class",
        "r.held_on",
    ),
    "cdtt_classes_present": Register(
        "cdtt_meetings",
        f"{_in_month('held_on')} and r.foreseen > 0 and r.present > 0",
        "r.actor_class",
        "r.held_on",
    ),
    "priorities_adopted": Register(
        "shared_priorities", _by_end("adopted_on"), "r.title", "r.adopted_on", once="r.priority_id"
    ),
    "organisations_participating": Register(
        "participation_events",
        "r.event_type = 'co_design' and r.organisation_class != 'citizen'"
        " and coalesce(r.organisation_id, '') != '' and r.held_on < m.month_end"
        " and r.held_on >= m.month_start - interval 11 month",
        "r.organisation_id",
        "r.held_on",
        once="r.organisation_id",
    ),
    "participants": Register(
        "participation_events", _in_month("held_on"), "r.event_type", "r.held_on", "r.participants"
    ),
    "citizen_participants": Register(
        "participation_events",
        f"{_in_month('held_on')} and r.organisation_class = 'citizen'",
        "r.event_type",
        "r.held_on",
        "r.participants",
    ),
    "contributions_answer_due": Register(
        "contributions", _ANSWER_DUE, "r.contribution_id", "r.received_on"
    ),
    "contributions_answered_in_60_days": Register(
        "contributions",
        f"{_ANSWER_DUE} and date_diff('day', r.received_on, r.answered_on) <= 60 and r.reasons_given",
        "r.contribution_id",
        "r.answered_on",
    ),
    "contributions_decided": Register(
        "contributions",
        f"{_in_month('answered_on')} and r.outcome != 'pending'",
        "r.contribution_id",
        "r.answered_on",
    ),
    "contributions_accepted": Register(
        "contributions",
        f"{_in_month('answered_on')} and r.outcome in ('accepted', 'partly_accepted')",
        "r.contribution_id",
        "r.answered_on",
    ),
    "contributions_used": Register(
        "contributions",
        f"{_in_month('answered_on')} and r.outcome in ('accepted', 'partly_accepted')"
        " and coalesce(trim(r.used_in), '') != ''",
        "r.contribution_id",
        "r.answered_on",
    ),
    "change_links_evidenced": Register(
        "change_links",
        "r.as_of < m.month_end and r.evidence_on < m.month_end"
        " and trim(coalesce(r.evidence, '') || coalesce(r.evidence_ref, '')) != ''"
        " and r.link_id in (select link_id from int_change_link_months as d"
        " where d.district_id = m.district_id and d.month = m.month)",
        "r.link_id",
        "r.evidence_on",
        once="r.link_id",
    ),
    "practices_catalogued": Register(
        "best_practices",
        _by_end("catalogued_on"),
        "r.title",
        "r.catalogued_on",
        once="r.practice_id",
    ),
    "practices_replicated": Register(
        "best_practices",
        f"{_by_end('catalogued_on')} and {_by_end('replicated_on')}"
        " and lower(trim(coalesce(r.replicated_in, ''))) not in ('', m.district_id)",
        "r.title",
        "r.replicated_on",
        once="r.practice_id",
    ),
    "scheme_firms": Register(
        "shared_schemes",
        f"r.scheme_type != 'community_of_practice' and {_MEMBER}",
        "r.organisation_id",
        "r.joined_on",
        once="r.organisation_id",
    ),
    "communities_active": Register(
        "shared_schemes",
        "r.scheme_type = 'community_of_practice' and r.joined_on < m.month_end"
        " and r.last_met_on >= m.month_start - interval 5 month",
        "r.scheme_id",
        "r.last_met_on",
        once="r.scheme_id",
    ),
    "energy_community_members": Register(
        "shared_schemes",
        "r.scheme_type = 'energy_community' and r.joined_on < m.month_end"
        " and (r.left_on is null or r.left_on >= m.month_end)",
        "r.organisation_id",
        "r.joined_on",
        once="r.organisation_id",
    ),
    "management_members": Register(
        "shared_schemes",
        f"r.scheme_type = 'energy_management' and {_MEMBER}",
        "r.organisation_id",
        "r.joined_on",
        once="r.organisation_id",
    ),
    "management_members_with_agreement": Register(
        "shared_schemes",
        f"r.scheme_type = 'energy_management' and {_MEMBER} and {_AGREED}",
        "r.organisation_id",
        "r.agreement_on",
        once="r.organisation_id",
    ),
    "barriers": Register(
        "finance_barriers",
        f"{_by_end('identified_on')} and r.kind = 'barrier'",
        "r.title",
        "r.identified_on",
    ),
    "barriers_closed": Register(
        "finance_barriers",
        f"{_by_end('identified_on')} and r.kind = 'barrier' and {_by_end('closed_on')}"
        " and trim(coalesce(r.evidence, '')) != ''",
        "r.title",
        "r.closed_on",
    ),
    "risks": Register(
        "finance_barriers",
        f"{_by_end('identified_on')} and r.kind = 'risk'",
        "r.title",
        "r.identified_on",
    ),
    "risks_mitigated": Register(
        "finance_barriers",
        f"{_by_end('identified_on')} and r.kind = 'risk' and {_by_end('mitigated_on')}",
        "r.title",
        "r.mitigated_on",
    ),
    "course_enrolled": Register("course_enrolments", _NEWEST_EDITION, "r.edition_id", "r.ended_on"),
    "course_completed": Register(
        "course_enrolments", f"{_NEWEST_EDITION} and r.completed", "r.edition_id", "r.ended_on"
    ),
    "course_sessions": Register(
        "course_enrolments", _NEWEST_EDITION, "r.edition_id", "r.ended_on", "r.sessions_held"
    ),
    "course_sessions_attended": Register(
        "course_enrolments", _NEWEST_EDITION, "r.edition_id", "r.ended_on", "r.sessions_attended"
    ),
    "competence_gain": Register(
        "course_enrolments",
        f"{_NEWEST_EDITION} and r.score_after is not null and r.score_before is not null",
        "r.edition_id",
        "r.ended_on",
        "(r.score_after - r.score_before) / count(*) over (partition by m.district_id, m.month)",
    ),
    "learning_hours": Register(
        "learning_activities",
        f"{_in_month('held_on')} and r.activity_type in ('workshop', 'learning_by_doing')",
        "r.activity_type",
        "r.held_on",
        "r.hours * r.participants",
    ),
    "exchanges": Register(
        "learning_activities",
        f"{_in_month('held_on')} and r.activity_type = 'exchange'",
        "r.activity_type",
        "r.held_on",
    ),
    "installed_kw": Register(
        "renewable_surfaces",
        "r.commissioned_on is null or r.commissioned_on < m.month_end",
        "r.asset_id",
        "r.commissioned_on",
        "r.installed_kw",
    ),
    "potential_kw": Register(
        "renewable_surfaces",
        "r.assessed_on is null or r.assessed_on < m.month_end",
        "r.asset_id",
        "r.assessed_on",
        "coalesce(r.potential_kw, round(r.area_m2 * r.kw_per_m2, 6))",
    ),
    "potential_kwh_of_year": Register(
        "renewable_surfaces",
        "r.assessed_on is null or r.assessed_on < m.month_end",
        "r.asset_id",
        "r.assessed_on",
        "coalesce(r.potential_kw, round(r.area_m2 * r.kw_per_m2, 6))"
        " * (select y.kwh_per_kwp from int_solar_yields y where y.district_id = m.district_id"
        " and y.surface_class = r.surface_class)",
    ),
    # Inputs of models: they are listed, and no sum of them is a figure.
    "decisions_raised": Register(
        "cdtt_decisions",
        _by_end("raised_on"),
        "r.decision_id",
        "r.raised_on",
        "date_diff('day', r.raised_on, case when r.closed_on < m.month_end then r.closed_on"
        " else m.month_end end)",
    ),
    "criteria_met": Register("management_system", _by_end("met_on"), "r.criterion", "r.met_on"),
    "survey_answers_given": Register(
        "survey_answers", _by_end("submitted_on"), "r.item", "r.submitted_on"
    ),
    "measures_known": Register("measures", "r.as_of < m.month_end", "r.measure_id", "r.as_of"),
}


def query(register: Register) -> str:
    """The rows that count in the months asked for, with what each gives; one told again gives nothing."""
    again = (
        f"row_number() over (partition by m.district_id, m.month, {register.once}"
        " order by r.known_at, r.source_row)"
        if register.once
        else "1"
    )
    return f"""
        select '{register.dataset}' as dataset, m.month, r.source_id, r.sha256, r.member, r.source_row,
               cast({register.named} as varchar) as subject, cast({register.at} as varchar) as dated,
               cast({register.amount} as double) as value,
               case when {again} = 1 then cast({register.amount} as double) else 0 end as amount,
               case when {again} = 1 then 'counts' else 'told_again' end as why
        from int_district_months as m
        inner join rows_{register.dataset} as r on m.district_id = r.district_id
        where m.district_id = $district and list_contains($months, m.month) and ({register.where})
    """  # noqa: S608 - our own declarations, no word of a reader
