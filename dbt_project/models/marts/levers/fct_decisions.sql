-- Decisions as they stood at the end of each month: those still open, and those closed within it.
with months as (
    select * from {{ ref('int_district_months') }}
),

decisions as (
    select * from {{ ref('stg_cdtt_decisions') }}
),

items as (
    select * from {{ ref('int_lever_items') }}
    where dataset = 'cdtt_decisions'
),

states as (
    select
        months.district_id,
        months.month,
        months.month_start,
        months.month_end,
        decisions.decision_id,
        decisions.title,
        decisions.body,
        decisions.raised_on,
        decisions.due_on,
        decisions.evidence,
        case when decisions.closed_on < months.month_end then decisions.closed_on end as closed_on,
        case when decisions.closed_on < months.month_end then decisions.outcome else 'open' end as outcome,
        items.stage,
        items.timeliness
    from months
    inner join decisions
        on months.district_id = decisions.district_id and months.month_end > decisions.raised_on
    inner join items
        on
            months.district_id = items.district_id
            and months.month = items.month
            and decisions.decision_id = items.item_id
)

select
    district_id,
    month,
    decision_id,
    title,
    body,
    raised_on,
    due_on,
    closed_on,
    outcome,
    stage,
    timeliness,
    case
        when due_on < coalesce(closed_on, month_end)
            then cast({{ days_between('due_on', 'coalesce(closed_on, month_end)') }} as integer)
        else 0
    end as days_late,
    evidence
from states
where closed_on is null or closed_on >= month_start
