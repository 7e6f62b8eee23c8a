-- Time within a part of the current rows for which a curve has no interval between two that it has. Only of months that
-- a new part reaches into; gaps of their other parts are taken over from the last build.
with parts as (
    select * from {{ ref('stg_interval_parts') }}
    where not month_is_same
),

-- Only curves that do not fill the time between their first and their last interval are put in order.
holed as (
    select sums.*
    from {{ ref('int_interval_part_sums') }} as sums
    inner join parts on sums.part = parts.part and not parts.part_is_same
    where
        sums.covered_seconds - sums.overlapping_seconds
        < {{ seconds_between('sums.first_start', 'sums.last_end') }}
),

readings as (
    select
        intervals.part,
        intervals.district_id,
        intervals.month,
        intervals.source_id,
        intervals.point_id,
        intervals.carrier,
        intervals.flow,
        intervals.unit,
        intervals.interval_start,
        intervals.interval_end,
        intervals.quantity,
        max(intervals.interval_end) over (
            curve rows between unbounded preceding and 1 preceding
        ) as covered_until,
        lag(intervals.interval_start) over curve as previous_start,
        lag(intervals.interval_end) over curve as previous_end,
        lag(intervals.quantity) over curve as previous_quantity
    from {{ ref('stg_meter_intervals') }} as intervals
    inner join holed
        on
            intervals.part = holed.part
            and intervals.district_id = holed.district_id
            and intervals.source_id = holed.source_id
            and intervals.point_id = holed.point_id
            and intervals.carrier = holed.carrier
            and intervals.flow = holed.flow
            and intervals.unit = holed.unit
    window curve as (
        partition by
            intervals.part, intervals.district_id, intervals.source_id, intervals.point_id,
            intervals.carrier, intervals.flow, intervals.unit
        order by intervals.interval_start asc, intervals.interval_end asc
    )
)

select
    carried.part,
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
from {{ ref('stg_carried_interval_part_gaps') }} as carried
inner join parts
    on
        carried.month = parts.month
        and carried.part = parts.part
        and parts.part_is_same
union all
select
    part,
    district_id,
    month,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    covered_until as gap_start,
    interval_start as gap_end,
    -- What flowed per second just before and just after.
    {{ safe_divide('previous_quantity', seconds_between('previous_start', 'previous_end')) }} as rate_before,
    {{ safe_divide('quantity', seconds_between('interval_start', 'interval_end')) }} as rate_after
from readings
where interval_start > covered_until
