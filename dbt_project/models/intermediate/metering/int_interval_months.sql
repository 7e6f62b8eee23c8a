-- Interval readings summed over the local civil month that each was assigned to where it arrived.
with sums as (
    select
        *,
        -- Parts of one curve follow each other; what begins before an earlier part has ended is there twice.
        max(last_end) over (
            partition by district_id, source_id, point_id, carrier, flow, unit
            order by first_start asc, part asc
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from {{ ref('int_interval_part_sums') }}
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    month,
    max(flow_rank) as flow_rank,
    cast(sum(quantity) as decimal(28, 6)) as quantity,
    cast(sum(absolute_quantity) as decimal(28, 6)) as absolute_quantity,
    cast(sum(estimated_quantity) as decimal(28, 6)) as estimated_quantity,
    cast(sum(covered_seconds) as bigint) as covered_seconds,
    max(longest_seconds) as longest_seconds,
    cast(
        sum(
            overlapping_seconds
            + case
                when covered_until > first_start
                    then {{ seconds_between('first_start', 'least(covered_until, last_end)') }}
                else 0
            end
        ) as bigint
    ) as overlapping_seconds,
    max(last_end) as last_end,
    cast(sum(row_count) as bigint) as row_count,
    max(known_at) as known_at
from sums
group by district_id, source_id, point_id, carrier, flow, unit, month
