-- Every row of the registers of the levers: when it is dated, from which day on it claims something done, what proves
-- that. A claim is what one document proves: a decision, a meeting, an event, an edition of the course. It can be
-- checked where the document has an address or a hash, and a day. An official register of projects is its own proof.
{% set registers = [
    ('management_system', 'technology_infrastructure', 'met_on', 'met_on', 'criterion', true),
    ('cdtt_decisions', 'governance_policy', 'raised_on', 'closed_on', 'decision_id', true),
    ('cdtt_meetings', 'governance_policy', 'held_on', 'held_on', 'meeting_id', true),
    ('policy_sandboxes', 'governance_policy', 'opened_on', 'closed_on', 'sandbox_id', true),
    ('shared_priorities', 'governance_policy', 'adopted_on', 'adopted_on', 'priority_id', true),
    ('best_practices', 'social_innovation', 'catalogued_on', 'catalogued_on', 'practice_id', true),
    ('shared_schemes', 'social_innovation', 'joined_on', 'joined_on', "scheme_id || ' ' || organisation_id", true),
    ('contributions', 'democracy_participation', 'received_on', 'answered_on', 'contribution_id', true),
    ('change_links', 'democracy_participation', 'as_of',
        "case when stage in ('under_way', 'complete') then as_of end", "link_id || ' ' || month", true),
    ('participation_events', 'democracy_participation', 'held_on', 'held_on', 'event_id', true),
    ('finance_barriers', 'finance_funding', 'identified_on', 'coalesce(mitigated_on, closed_on)', 'finding_id', true),
    ('investment_projects', 'finance_funding', 'as_of', 'cast(null as date)', 'project_id', false),
    ('course_enrolments', 'learning_capabilities', 'started_on', 'case when completed then ended_on end', 'edition_id',
        true),
    ('learning_activities', 'learning_capabilities', 'held_on', 'held_on', 'activity_id', true),
] -%}
{% for dataset, lever, dated, claimed, claim, referenced in registers -%}
select
    district_id,
    '{{ dataset }}' as dataset,
    '{{ lever }}' as lever,
    {{ dated }} as dated_on,
    {{ claimed }} as claimed_on,
    {{ claim }} as claim_id,
    case
        when {{ claimed }} is not null
            then coalesce(trim(evidence), ''){{ " || coalesce(trim(evidence_ref), '')" if referenced }} != ''
    end as has_evidence,
    case
        when {{ claimed }} is not null
            then
        {% if referenced -%}
            evidence_on is not null
            and (
                coalesce(trim(evidence_ref), '') like 'http%://%'
                or coalesce(trim(evidence_ref), '') like 'sha256:%'
            )
        {%- else -%}
            false
        {%- endif %}
    end as has_reference,
    known_at
from {{ ref('stg_' ~ dataset) }}
{{ 'union all' if not loop.last }}
{% endfor -%}
