-- Share of what the registers of each lever claim up to the month's end that something proves.
{% set levers = [
    'technology_infrastructure', 'governance_policy', 'social_innovation', 'democracy_participation',
    'finance_funding', 'learning_capabilities',
] -%}
with counted as (
    select
        district_id,
        month,
        lever,
        sum(claims) as claims,
        sum(proven) as proven
    from {{ ref('int_register_evidence') }}
    group by district_id, month, lever
)

select
    district_id,
    month,
{% for lever in levers -%}
cast(
    max(case when lever = '{{ lever }}' then {{ safe_divide('proven', 'claims') }} end)
    as decimal(9, 6)
) as evidence_share_{{ lever }}{{ ',' if not loop.last }}
{% endfor -%}
from counted
group by district_id, month
