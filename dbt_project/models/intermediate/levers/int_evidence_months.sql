-- Share of what the registers of each lever claim, dated up to the month's end, that something proves.
{% set levers = [
    'technology_infrastructure', 'governance_policy', 'social_innovation', 'democracy_participation',
    'finance_funding', 'learning_capabilities',
] -%}
with months as (
    select * from {{ ref('int_district_months') }}
),

register_rows as (
    select * from {{ ref('int_register_rows') }}
),

counted as (
    select
        months.district_id,
        months.month,
        register_rows.lever,
        count(register_rows.has_evidence) as row_count,
        count(case when register_rows.has_evidence then 1 end) as proven
    from months
    inner join register_rows
        on
            months.district_id = register_rows.district_id
            and months.month_end > register_rows.dated_on
    group by months.district_id, months.month, register_rows.lever
)

select
    district_id,
    month,
{% for lever in levers -%}
cast(
    max(case when lever = '{{ lever }}' then {{ safe_divide('proven', 'row_count') }} end)
    as decimal(9, 6)
) as evidence_share_{{ lever }}{{ ',' if not loop.last }}
{% endfor -%}
from counted
group by district_id, month
