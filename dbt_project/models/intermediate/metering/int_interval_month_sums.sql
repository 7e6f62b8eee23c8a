-- Sums of the parts of each local month. What is of a month whose parts are all the same is taken over from the last
-- build, so that a build adds up what is new and not a row per point and day.
with in_order as (
    select
        *,
        -- Parts of one curve follow each other; what begins before an earlier part has ended is there twice.
        max(last_end) over (
            partition by district_id, month, source_id, point_id, carrier, flow, unit
            order by first_start asc, part asc
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from {{ ref('int_interval_part_sums') }}
)

select
    carried.district_id,
    carried.month,
    carried.source_id,
    carried.point_id,
    carried.carrier,
    carried.flow,
    carried.unit,
    carried.flow_rank,
    carried.quantity,
    carried.absolute_quantity,
    carried.estimated_quantity,
    carried.covered_seconds,
    carried.longest_seconds,
    carried.overlapping_seconds,
    carried.first_start,
    carried.last_end,
    carried.first_rate,
    carried.last_rate,
    carried.row_count,
    carried.known_at
from {{ ref('stg_carried_interval_month_sums') }} as carried
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
    min(first_start) as first_start,
    max(last_end) as last_end,
    min_by(first_rate, first_start) as first_rate,
    max_by(last_rate, first_start) as last_rate,
    cast(sum(row_count) as bigint) as row_count,
    max(known_at) as known_at
from in_order
group by district_id, month, source_id, point_id, carrier, flow, unit
