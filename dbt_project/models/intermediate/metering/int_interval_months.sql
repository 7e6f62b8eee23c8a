-- Interval readings summed over the local civil month that each was assigned to where it arrived.
with in_order as (
    select
        *,
        -- Months of one curve follow each other too: a long interval may reach into the next.
        max(last_end) over (
            curve rows between unbounded preceding and 1 preceding
        ) as covered_until,
        lag(last_rate) over curve as rate_before
    from {{ ref('int_interval_month_sums') }}
    window curve as (
        partition by district_id, source_id, point_id, carrier, flow, unit
        order by first_start asc, month asc
    )
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    month,
    flow_rank,
    quantity,
    absolute_quantity,
    estimated_quantity,
    covered_seconds,
    longest_seconds,
    cast(
        overlapping_seconds
        + case
            when covered_until > first_start
                then {{ seconds_between('first_start', 'least(covered_until, last_end)') }}
            else 0
        end as bigint
    ) as overlapping_seconds,
    first_start,
    last_end,
    covered_until,
    rate_before,
    first_rate,
    row_count,
    known_at
from in_order
