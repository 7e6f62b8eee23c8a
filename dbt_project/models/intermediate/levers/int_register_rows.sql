-- Every row of the registers of the levers: when it is dated, whether it claims something done, and
-- whether something proves that. An official register of projects is its own proof.
{% set registers = [
    ('management_system', 'technology_infrastructure', 'met_on', 'met_on is not null'),
    ('cdtt_decisions', 'governance_policy', 'raised_on', 'closed_on is not null'),
    ('cdtt_meetings', 'governance_policy', 'held_on', 'true'),
    ('policy_sandboxes', 'governance_policy', 'opened_on', 'closed_on is not null'),
    ('shared_priorities', 'governance_policy', 'adopted_on', 'adopted_on is not null'),
    ('best_practices', 'social_innovation', 'catalogued_on', 'true'),
    ('shared_schemes', 'social_innovation', 'joined_on', 'true'),
    ('contributions', 'democracy_participation', 'received_on', 'answered_on is not null'),
    ('change_links', 'democracy_participation', 'as_of', "stage in ('under_way', 'complete')"),
    ('participation_events', 'democracy_participation', 'held_on', 'true'),
    ('finance_barriers', 'finance_funding', 'identified_on', 'coalesce(closed_on, mitigated_on) is not null'),
    ('investment_projects', 'finance_funding', 'as_of', 'false'),
    ('course_enrolments', 'learning_capabilities', 'started_on', 'coalesce(completed, false)'),
    ('learning_activities', 'learning_capabilities', 'held_on', 'true'),
] -%}
{% for dataset, lever, dated, claims in registers -%}
select
    district_id,
    '{{ dataset }}' as dataset,
    '{{ lever }}' as lever,
    {{ dated }} as dated_on,
    case when {{ claims }} then evidence is not null and trim(evidence) != '' end as has_evidence,
    known_at
from {{ ref('stg_' ~ dataset) }}
{{ 'union all' if not loop.last }}
{% endfor -%}
