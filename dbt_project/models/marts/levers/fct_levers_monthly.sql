with months as (
    select * from {{ ref('int_district_months') }}
),

activity as (
    select
        district_id,
        month,
        max(case when driver = 'registered_organisations' then value end) as registered_organisations,
        max(case when driver = 'active_firms' then value end) as active_firms
    from {{ ref('int_activity_months') }}
    group by district_id, month
)

select
    months.district_id,
    months.month,
    cast(governance.decisions_due as integer) as decisions_due,
    cast(governance.decisions_closed_on_time as integer) as decisions_closed_on_time,
    cast(governance.decision_lead_time_days as decimal(18, 6)) as decision_lead_time_days,
    cast(governance.sandboxes_closed as integer) as sandboxes_closed,
    cast(governance.sandboxes_adopted as integer) as sandboxes_adopted,
    cast(governance.sandbox_days_saved as decimal(18, 6)) as sandbox_days_saved,
    cast(governance.cdtt_foreseen as integer) as cdtt_foreseen,
    cast(governance.cdtt_present as integer) as cdtt_present,
    cast(governance.cdtt_classes_foreseen as integer) as cdtt_classes_foreseen,
    cast(governance.cdtt_classes_present as integer) as cdtt_classes_present,
    cast(governance.priorities_adopted as integer) as priorities_adopted,
    cast(participation.organisations_participating as integer) as organisations_participating,
    cast(activity.registered_organisations as decimal(18, 6)) as registered_organisations,
    cast(participation.participants as integer) as participants,
    cast(participation.citizen_participants as integer) as citizen_participants,
    cast(participation.contributions_received as integer) as contributions_received,
    cast(participation.contributions_answer_due as integer) as contributions_answer_due,
    cast(participation.contributions_answered_in_60_days as integer) as contributions_answered_in_60_days,
    cast(participation.contributions_decided as integer) as contributions_decided,
    cast(participation.contributions_accepted as integer) as contributions_accepted,
    cast(participation.contributions_used as integer) as contributions_used,
    cast(participation.change_links as integer) as change_links,
    cast(participation.change_links_evidenced as integer) as change_links_evidenced,
    survey.inclusion_index,
    survey.inclusion_index_low,
    survey.inclusion_index_high,
    cast(survey.inclusion_respondents as integer) as inclusion_respondents,
    survey.behaviour_change_yes,
    survey.behaviour_change_low,
    survey.behaviour_change_high,
    cast(survey.behaviour_change_respondents as integer) as behaviour_change_respondents,
    cast(survey.behaviour_change_smallest as integer) as behaviour_change_smallest,
    survey.skills_applied_yes,
    survey.skills_applied_low,
    survey.skills_applied_high,
    cast(survey.skills_applied_respondents as integer) as skills_applied_respondents,
    cast(survey.skills_applied_smallest as integer) as skills_applied_smallest,
    cast(social.practices_catalogued as integer) as practices_catalogued,
    cast(social.practices_replicated as integer) as practices_replicated,
    cast(social.scheme_firms as integer) as scheme_firms,
    cast(social.energy_community_members as integer) as energy_community_members,
    cast(activity.active_firms as decimal(18, 6)) as active_firms,
    cast(social.communities_active as integer) as communities_active,
    cast(social.management_members as integer) as management_members,
    cast(social.management_members_with_agreement as integer) as management_members_with_agreement,
    cast(social.barriers as integer) as barriers,
    cast(social.barriers_closed as integer) as barriers_closed,
    cast(social.risks as integer) as risks,
    cast(social.risks_mitigated as integer) as risks_mitigated,
    cast(learning.course_enrolled as integer) as course_enrolled,
    cast(learning.course_completed as integer) as course_completed,
    cast(learning.course_sessions as integer) as course_sessions,
    cast(learning.course_sessions_attended as integer) as course_sessions_attended,
    learning.competence_gain,
    learning.competence_gain_low,
    learning.competence_gain_high,
    cast(learning.competence_pairs as integer) as competence_pairs,
    cast(learning.competence_before_only as integer) as competence_before_only,
    cast(learning.competence_after_only as integer) as competence_after_only,
    cast(learning.learning_hours as decimal(18, 6)) as learning_hours,
    cast(learning.exchanges as integer) as exchanges,
    cast(governance.management_stage as integer) as management_stage,
    evidence.evidence_share_technology_infrastructure,
    evidence.evidence_share_governance_policy,
    evidence.evidence_share_social_innovation,
    evidence.evidence_share_democracy_participation,
    evidence.evidence_share_finance_funding,
    evidence.evidence_share_learning_capabilities
from months
left join {{ ref('int_governance_months') }} as governance
    on months.district_id = governance.district_id and months.month = governance.month
left join {{ ref('int_participation_months') }} as participation
    on months.district_id = participation.district_id and months.month = participation.month
left join {{ ref('int_survey_months') }} as survey
    on months.district_id = survey.district_id and months.month = survey.month
left join {{ ref('int_social_finance_months') }} as social
    on months.district_id = social.district_id and months.month = social.month
left join {{ ref('int_learning_months') }} as learning
    on months.district_id = learning.district_id and months.month = learning.month
left join {{ ref('int_evidence_months') }} as evidence
    on months.district_id = evidence.district_id and months.month = evidence.month
left join activity
    on months.district_id = activity.district_id and months.month = activity.month
