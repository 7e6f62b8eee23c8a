-- Every row of the registers of the levers: when it is dated, and whether something proves it.
{% set registers = [
    ('management_system', 'technology_infrastructure', 'met_on'),
    ('cdtt_decisions', 'governance_policy', 'raised_on'),
    ('cdtt_meetings', 'governance_policy', 'held_on'),
    ('policy_sandboxes', 'governance_policy', 'opened_on'),
    ('shared_priorities', 'governance_policy', 'adopted_on'),
    ('best_practices', 'social_innovation', 'catalogued_on'),
    ('shared_schemes', 'social_innovation', 'joined_on'),
    ('contributions', 'democracy_participation', 'received_on'),
    ('change_links', 'democracy_participation', 'declared_on'),
    ('participation_events', 'democracy_participation', 'held_on'),
    ('finance_barriers', 'finance_funding', 'identified_on'),
    ('investment_projects', 'finance_funding', 'as_of'),
    ('course_enrolments', 'learning_capabilities', 'started_on'),
    ('learning_activities', 'learning_capabilities', 'held_on'),
] -%}
{% for dataset, lever, dated in registers -%}
select
    district_id,
    '{{ dataset }}' as dataset,
    '{{ lever }}' as lever,
    {{ dated }} as dated_on,
    evidence is not null and trim(evidence) != '' as has_evidence,
    known_at
from {{ ref('stg_' ~ dataset) }}
{{ 'union all' if not loop.last }}
{% endfor -%}
