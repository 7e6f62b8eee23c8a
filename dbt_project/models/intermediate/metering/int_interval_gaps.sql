-- Time within a month for which a curve has no interval: where it begins and ends, and whether the point was
-- read on both sides of it. Only months that lack something are looked at, and their neighbours for the sides.
with interval_months as (
    select
        interval_months.district_id,
        interval_months.source_id,
        interval_months.point_id,
        interval_months.carrier,
        interval_months.flow,
        interval_months.unit,
        interval_months.covered_seconds,
        months.month,
        months.month_index,
        {{ to_utc('months.month_start', 'months.timezone') }} as month_starts,
        {{ to_utc('months.month_end', 'months.timezone') }} as month_ends
    from {{ ref('int_interval_months') }} as interval_months
    inner join {{ ref('int_district_months') }} as months
        on
            interval_months.district_id = months.district_id
            and interval_months.month = months.month
),

series as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        min(month_index) as first_index,
        max(month_index) as last_index
    from interval_months
    group by district_id, source_id, point_id, carrier, flow, unit
),

-- Every month between the first and the last that a curve tells of.
lacking as (
    select
        series.district_id,
        series.source_id,
        series.point_id,
        series.carrier,
        series.flow,
        series.unit,
        months.month,
        months.month_index,
        {{ to_utc('months.month_start', 'months.timezone') }} as month_starts,
        {{ to_utc('months.month_end', 'months.timezone') }} as month_ends
    from series
    inner join {{ ref('int_district_months') }} as months
        on
            series.district_id = months.district_id
            and months.month_index between series.first_index and series.last_index
    left join interval_months
        on
            series.district_id = interval_months.district_id
            and series.source_id = interval_months.source_id
            and series.point_id = interval_months.point_id
            and series.carrier = interval_months.carrier
            and series.flow = interval_months.flow
            and series.unit = interval_months.unit
            and months.month = interval_months.month
    where
        interval_months.month is null
        or interval_months.covered_seconds < months.quarter_hours * 900
),

looked_at as (
    select distinct
        lacking.district_id,
        lacking.source_id,
        lacking.point_id,
        lacking.carrier,
        lacking.flow,
        lacking.unit,
        months.month
    from lacking
    inner join {{ ref('int_district_months') }} as months
        on
            lacking.district_id = months.district_id
            and months.month_index between lacking.month_index - 1 and lacking.month_index + 1
),

readings as (
    select
        intervals.district_id,
        intervals.source_id,
        intervals.point_id,
        intervals.carrier,
        intervals.flow,
        intervals.unit,
        intervals.interval_start,
        intervals.interval_end,
        intervals.quantity,
        lag(intervals.interval_end) over curve as previous_end,
        lag(intervals.interval_start) over curve as previous_start,
        lag(intervals.quantity) over curve as previous_quantity
    from {{ ref('stg_meter_intervals') }} as intervals
    inner join looked_at
        on
            intervals.district_id = looked_at.district_id
            and intervals.source_id = looked_at.source_id
            and intervals.point_id = looked_at.point_id
            and intervals.carrier = looked_at.carrier
            and intervals.flow = looked_at.flow
            and intervals.unit = looked_at.unit
            and intervals.month = looked_at.month
    window curve as (
        partition by
            intervals.district_id, intervals.source_id, intervals.point_id, intervals.carrier,
            intervals.flow, intervals.unit
        order by intervals.interval_start asc
    )
),

between_readings as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        previous_end as gap_start,
        interval_start as gap_end,
        -- What flowed per second just before and just after.
        {{ safe_divide('previous_quantity', seconds_between('previous_start', 'previous_end')) }}
            as rate_before,
        {{ safe_divide('quantity', seconds_between('interval_start', 'interval_end')) }} as rate_after
    from readings
    where interval_start > previous_end
),

-- The first month of a curve lacks what came before it, the last what has not come yet: open on one side.
edges as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        min(interval_start) as first_start,
        max(interval_end) as last_end
    from readings
    group by district_id, source_id, point_id, carrier, flow, unit
),

gaps as (
    select
        lacking.*,
        between_readings.gap_start,
        between_readings.gap_end,
        between_readings.rate_before,
        between_readings.rate_after,
        true as bounded
    from lacking
    inner join between_readings
        on
            lacking.district_id = between_readings.district_id
            and lacking.source_id = between_readings.source_id
            and lacking.point_id = between_readings.point_id
            and lacking.carrier = between_readings.carrier
            and lacking.flow = between_readings.flow
            and lacking.unit = between_readings.unit
            and lacking.month_ends > between_readings.gap_start
            and lacking.month_starts < between_readings.gap_end
    union all
    select
        lacking.*,
        lacking.month_starts as gap_start,
        edges.first_start as gap_end,
        null as rate_before,
        null as rate_after,
        false as bounded
    from lacking
    inner join edges
        on
            lacking.district_id = edges.district_id
            and lacking.source_id = edges.source_id
            and lacking.point_id = edges.point_id
            and lacking.carrier = edges.carrier
            and lacking.flow = edges.flow
            and lacking.unit = edges.unit
            and lacking.month_starts < edges.first_start and lacking.month_ends > edges.first_start
    union all
    select
        lacking.*,
        edges.last_end as gap_start,
        lacking.month_ends as gap_end,
        null as rate_before,
        null as rate_after,
        false as bounded
    from lacking
    inner join edges
        on
            lacking.district_id = edges.district_id
            and lacking.source_id = edges.source_id
            and lacking.point_id = edges.point_id
            and lacking.carrier = edges.carrier
            and lacking.flow = edges.flow
            and lacking.unit = edges.unit
            and lacking.month_starts < edges.last_end and lacking.month_ends > edges.last_end
),

-- Before a point enters the boundary, and after it has left, nothing is missing.
within_boundary as (
    select
        gaps.*,
        greatest(gaps.gap_start, gaps.month_starts, coalesce(
            {{ to_utc('points.valid_from', 'districts.timezone') }}, gaps.month_starts
        )) as starts_at,
        least(gaps.gap_end, gaps.month_ends, coalesce(
            {{ to_utc('points.valid_to', 'districts.timezone') }}, gaps.month_ends
        )) as ends_at
    from gaps
    inner join {{ ref('int_points') }} as points
        on gaps.district_id = points.district_id and gaps.point_id = points.point_id
    inner join {{ ref('stg_districts') }} as districts
        on gaps.district_id = districts.district_id
)

select
    gaps.district_id,
    gaps.source_id,
    gaps.point_id,
    gaps.carrier,
    gaps.flow,
    gaps.unit,
    gaps.month,
    gaps.starts_at,
    gaps.ends_at,
    cast({{ seconds_between('gaps.starts_at', 'gaps.ends_at') }} as bigint) as missing_seconds,
    gaps.gap_start,
    gaps.gap_end,
    cast({{ seconds_between('gaps.gap_start', 'gaps.gap_end') }} as bigint) as gap_seconds,
    gaps.bounded,
    cast(gaps.rate_before as decimal(28, 9)) as rate_before,
    cast(gaps.rate_after as decimal(28, 9)) as rate_after
from within_boundary as gaps
where gaps.starts_at < gaps.ends_at
