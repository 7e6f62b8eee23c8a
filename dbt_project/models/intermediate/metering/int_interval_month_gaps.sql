-- Time within a month for which a curve has no interval between two that it has: within parts of the current rows and
-- between them. What is of a month whose parts are all the same is taken over from the last build.
with in_order as (
    select
        *,
        max(last_end) over (
            curve rows between unbounded preceding and 1 preceding
        ) as covered_until,
        lag(last_rate) over curve as previous_rate
    from {{ ref('int_interval_part_sums') }}
    window curve as (
        partition by district_id, month, source_id, point_id, carrier, flow, unit
        order by first_start asc, part asc
    )
)

select
    carried.district_id,
    carried.month,
    carried.source_id,
    carried.point_id,
    carried.carrier,
    carried.flow,
    carried.unit,
    carried.gap_start,
    carried.gap_end,
    carried.rate_before,
    carried.rate_after
from {{ ref('stg_carried_interval_month_gaps') }} as carried
{{ in_same_months('carried') }}
union all
select
    district_id,
    month,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    gap_start,
    gap_end,
    rate_before,
    rate_after
from {{ ref('int_interval_part_gaps') }}
union all
select
    district_id,
    month,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    covered_until as gap_start,
    first_start as gap_end,
    previous_rate as rate_before,
    first_rate as rate_after
from in_order
where first_start > covered_until
