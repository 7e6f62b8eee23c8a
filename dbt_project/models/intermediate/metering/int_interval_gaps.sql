-- Time within a month for which a curve has no interval: where it begins and ends, and whether the point was
-- read on both sides of it.
with interval_months as (
    select
        interval_months.district_id,
        interval_months.source_id,
        interval_months.point_id,
        interval_months.carrier,
        interval_months.flow,
        interval_months.unit,
        interval_months.covered_seconds,
        interval_months.first_start,
        interval_months.last_end,
        interval_months.covered_until,
        interval_months.rate_before,
        interval_months.first_rate,
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
        max(month_index) as last_index,
        min(first_start) as first_start,
        max(last_end) as last_end
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
        series.first_start,
        series.last_end,
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

between_readings as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        gap_start,
        gap_end,
        rate_before,
        rate_after
    from {{ ref('int_interval_month_gaps') }}
    union all
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        covered_until as gap_start,
        first_start as gap_end,
        rate_before,
        first_rate as rate_after
    from interval_months
    where first_start > covered_until
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
    -- The first month of a curve lacks what came before it, the last what has not come yet: open on one side.
    select
        lacking.*,
        month_starts as gap_start,
        first_start as gap_end,
        null as rate_before,
        null as rate_after,
        false as bounded
    from lacking
    where month_starts < first_start and month_ends > first_start
    union all
    select
        lacking.*,
        last_end as gap_start,
        month_ends as gap_end,
        null as rate_before,
        null as rate_after,
        false as bounded
    from lacking
    where month_starts < last_end and month_ends > last_end
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
