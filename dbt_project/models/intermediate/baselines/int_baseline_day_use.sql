-- Days of the points whose baselines are daily, from the intervals that their months are taken from. An interval is of
-- the local day it begins in, as a gas day is; a day of March has an hour less.
with point_months as (
    select
        months.district_id,
        months.point_id,
        months.carrier,
        months.month,
        months.calendar_year,
        months.source_id,
        months.unit
    from {{ ref('int_point_months') }} as months
    inner join {{ ref('int_baseline_points') }} as points
        on
            months.district_id = points.district_id
            and months.point_id = points.point_id
            and months.carrier = points.carrier
            and points.seen_by = 'days'
    where months.flow = 'import' and months.method = 'interval'
),

readings as (
    select
        point_months.district_id,
        point_months.point_id,
        point_months.carrier,
        point_months.calendar_year,
        point_months.unit,
        months.timezone,
        cast({{ to_local('intervals.interval_start', 'months.timezone') }} as date) as day,
        intervals.quantity,
        intervals.quality in ('estimated', 'reconstructed', 'corrected') as estimated,
        {{ seconds_between('intervals.interval_start', 'intervals.interval_end') }} as seconds
    from {{ ref('stg_meter_intervals') }} as intervals
    inner join point_months
        on
            intervals.district_id = point_months.district_id
            and intervals.point_id = point_months.point_id
            and intervals.carrier = point_months.carrier
            and intervals.month = point_months.month
            and intervals.source_id = point_months.source_id
            and intervals.unit = point_months.unit
    inner join {{ ref('int_district_months') }} as months
        on point_months.district_id = months.district_id and point_months.month = months.month
    where intervals.flow = 'import'
),

days as (
    select
        district_id,
        point_id,
        carrier,
        calendar_year,
        unit,
        day,
        sum(quantity) as quantity,
        sum(seconds) as seconds,
        max(seconds) as longest_seconds,
        max(case when estimated then 1 else 0 end) = 1 as estimated,
        {{ seconds_between(to_utc('day', 'timezone'), to_utc(add_days('day', 1), 'timezone')) }}
            as day_seconds
    from readings
    group by district_id, point_id, carrier, calendar_year, unit, day, timezone
)

select
    days.district_id,
    days.point_id,
    days.carrier,
    days.day,
    cast(
        case
            when days.unit = 'kWh' or (days.carrier = 'water' and days.unit = 'm3') then days.quantity
            else {{ round_half_up('days.quantity * conversions.kwh_per_unit', 6) }}
        end as decimal(28, 6)
    ) as usage_kwh,
    case
        when days.longest_seconds > 90000 then 'not_read_by_days'
        -- One interval that is a day is the whole of it, also where clocks change within it.
        when
            days.longest_seconds < 82800
            and days.seconds < {{ var('full_coverage') }} * days.day_seconds
            then 'day_not_complete'
        when days.estimated then 'estimated_day'
    end as unusable
from days
inner join {{ ref('int_points') }} as points
    on days.district_id = points.district_id and days.point_id = points.point_id
left join {{ ref('int_energy_conversions') }} as conversions
    on
        days.carrier = conversions.carrier
        and days.unit = conversions.from_unit
        and days.calendar_year = conversions.calendar_year
where
    days.day >= coalesce(points.valid_from, days.day)
    and days.day < coalesce(points.valid_to, {{ add_days('days.day', 1) }})
