-- What is decided, tried, agreed or found, as it stood at the end of each month: how far it is, and whether in time.
-- These are two things: what is late may be under way, and what is complete may have been late.
with months as (
    select * from {{ ref('int_district_months') }}
),

items as (
    select
        district_id,
        'cdtt_decisions' as dataset,
        decision_id as item_id,
        raised_on as began_on,
        due_on,
        closed_on as finished_on,
        cast(null as date) as under_way_on,
        stage as told_stage,
        -- A stage has no day of its own: it holds for the month before it was told, and from then on.
        {{ add_months('cast(known_at as date)', -1) }} as told_from,
        case when outcome = 'approved' then 'not_told' else 'none' end as stage_when_finished,
        'not_started' as stage_before
    from {{ ref('stg_cdtt_decisions') }}
    union all
    select
        district_id,
        'policy_sandboxes' as dataset,
        sandbox_id as item_id,
        opened_on as began_on,
        due_on,
        closed_on as finished_on,
        opened_on as under_way_on,
        case when false then 'planning' end as told_stage,
        cast(null as date) as told_from,
        'complete' as stage_when_finished,
        'not_started' as stage_before
    from {{ ref('stg_policy_sandboxes') }}
    union all
    select
        district_id,
        'finance_barriers' as dataset,
        finding_id as item_id,
        identified_on as began_on,
        due_on,
        closed_on as finished_on,
        mitigated_on as under_way_on,
        case when false then 'planning' end as told_stage,
        cast(null as date) as told_from,
        'complete' as stage_when_finished,
        'not_started' as stage_before
    from {{ ref('stg_finance_barriers') }}
    union all
    -- A priority is agreed by its act and carried out afterwards, of which only its stage tells.
    select
        district_id,
        'shared_priorities' as dataset,
        priority_id as item_id,
        adopted_on as began_on,
        due_on,
        cast(null as date) as finished_on,
        cast(null as date) as under_way_on,
        stage as told_stage,
        {{ add_months('cast(known_at as date)', -1) }} as told_from,
        'not_told' as stage_when_finished,
        'not_told' as stage_before
    from {{ ref('stg_shared_priorities') }}
),

states as (
    select
        items.*,
        months.month,
        months.month_end,
        case when items.finished_on < months.month_end then items.finished_on end as finished,
        coalesce(items.under_way_on < months.month_end, false) as is_under_way,
        case when items.told_from < months.month_end then items.told_stage end as told
    from months
    inner join items
        on months.district_id = items.district_id and months.month_end > items.began_on
)

select
    district_id,
    month,
    dataset,
    item_id,
    due_on,
    finished as finished_on,
    case
        when finished is not null and stage_when_finished = 'none' then null
        when told is not null then told
        when finished is not null then nullif(stage_when_finished, 'not_told')
        when is_under_way then 'under_way'
        else nullif(stage_before, 'not_told')
    end as stage,
    case
        when due_on is null then null
        when told = 'complete' and finished is null then null
        when coalesce(finished, {{ add_days('month_end', -1) }}) > due_on then 'late'
        else 'on_time'
    end as timeliness
from states
