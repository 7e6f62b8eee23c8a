-- How many items of each register are how far, and how many of them are late; no item is named.
select
    district_id,
    month,
    dataset,
    coalesce(stage, 'not_told') as stage,
    cast(count(*) as integer) as items,
    cast(count(case when timeliness = 'on_time' then 1 end) as integer) as on_time,
    cast(count(case when timeliness = 'late' then 1 end) as integer) as late
from {{ ref('int_lever_items') }}
-- A decision against something sets nothing in motion.
where stage is not null or dataset != 'cdtt_decisions' or finished_on is null
group by district_id, month, dataset, coalesce(stage, 'not_told')
