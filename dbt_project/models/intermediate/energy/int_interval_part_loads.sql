-- The quarter hour of each part of a month in which the points that are taken from intervals together
-- drew most. Taken over from the last build as long as the part and those points are the same.
with parts as (
    select * from {{ ref('stg_interval_parts') }}
),

carried as (
    select * from {{ ref('stg_carried_interval_part_loads') }}
),

-- In the month in which a point enters or leaves the boundary it draws only on its days within.
point_months as (
    select
        point_months.district_id,
        point_months.month,
        point_months.source_id,
        point_months.point_id,
        concat(
            coalesce(cast(points.valid_from as {{ text_type() }}), ''), '/',
            coalesce(cast(points.valid_to as {{ text_type() }}), '')
        ) as days,
        case
            when points.valid_from > months.month_start
                then {{ to_utc('points.valid_from', 'months.timezone') }}
        end as counts_from,
        case
            when points.valid_to < months.month_end
                then {{ to_utc('points.valid_to', 'months.timezone') }}
        end as counts_until
    from {{ ref('int_point_months') }} as point_months
    inner join {{ ref('int_points') }} as points
        on
            point_months.district_id = points.district_id
            and point_months.point_id = points.point_id
    inner join {{ ref('int_district_months') }} as months
        on
            point_months.district_id = months.district_id
            and point_months.month = months.month
    where
        point_months.method = 'interval' and point_months.role = 'supply'
        and point_months.carrier = 'electricity' and point_months.flow = 'import'
),

selections as (
    select
        district_id,
        month,
        {{ fingerprint("concat(source_id, '/', point_id, '/', days)") }} as points
    from point_months
    group by district_id, month
),

wanted as (
    select
        parts.part,
        parts.part_is_same,
        selections.district_id,
        selections.month,
        selections.points
    from selections
    inner join parts on selections.month = parts.month
),

kept as (
    select carried.*
    from carried
    inner join wanted
        on
            carried.part = wanted.part
            and carried.district_id = wanted.district_id
            and carried.points = wanted.points
            and wanted.part_is_same
),

missing as (
    select wanted.*
    from wanted
    left join kept on wanted.part = kept.part and wanted.district_id = kept.district_id
    where kept.part is null
),

-- Put together first and once, so that only parts that are missing are read.
asked as (
    select distinct
        missing.part,
        missing.district_id,
        point_months.source_id,
        point_months.point_id,
        point_months.counts_from,
        point_months.counts_until
    from missing
    inner join point_months
        on missing.district_id = point_months.district_id and missing.month = point_months.month
),

loads as (
    select
        readings.part,
        readings.district_id,
        readings.interval_start,
        sum(readings.quantity) as quarter_hour_kwh
    from {{ ref('stg_meter_intervals') }} as readings
    inner join asked
        on
            readings.part = asked.part
            and readings.district_id = asked.district_id
            and readings.source_id = asked.source_id
            and readings.point_id = asked.point_id
    where
        readings.carrier = 'electricity'
        and readings.flow = 'import'
        and readings.unit = 'kWh'
        and {{ seconds_between('readings.interval_start', 'readings.interval_end') }} = 900
        and readings.interval_start >= coalesce(asked.counts_from, readings.interval_start)
        and (asked.counts_until is null or readings.interval_start < asked.counts_until)
    group by readings.part, readings.district_id, readings.interval_start
),

ranked as (
    select
        *,
        row_number() over (
            partition by part, district_id
            order by quarter_hour_kwh desc, interval_start asc
        ) as height
    from loads
)

select
    part,
    district_id,
    month,
    points,
    peak_at,
    quarter_hour_kwh
from kept
union all
select
    missing.part,
    missing.district_id,
    missing.month,
    missing.points,
    ranked.interval_start as peak_at,
    cast(ranked.quarter_hour_kwh as decimal(28, 6)) as quarter_hour_kwh
from missing
left join ranked
    on
        missing.part = ranked.part
        and missing.district_id = ranked.district_id
        and ranked.height = 1
