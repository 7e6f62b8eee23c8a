-- The quarter hour of each month in which the interval meters together drew most.
with readings as (
    select
        intervals.district_id,
        intervals.month,
        intervals.point_id,
        intervals.interval_start,
        intervals.quantity
    from {{ ref('stg_meter_intervals') }} as intervals
    inner join {{ ref('int_point_months') }} as point_months
        on
            intervals.district_id = point_months.district_id
            and intervals.month = point_months.month
            and intervals.point_id = point_months.point_id
            and intervals.source_id = point_months.source_id
            and intervals.carrier = point_months.carrier
            and intervals.flow = point_months.flow
            and point_months.method = 'interval'
            and point_months.role = 'supply'
    where
        intervals.carrier = 'electricity'
        and intervals.flow = 'import'
        and intervals.unit = 'kWh'
        and {{ seconds_between('intervals.interval_start', 'intervals.interval_end') }} = 900
),

loads as (
    select
        district_id,
        month,
        interval_start,
        sum(quantity) as quarter_hour_kwh
    from readings
    group by district_id, month, interval_start
),

ranked as (
    select
        *,
        row_number() over (
            partition by district_id, month
            order by quarter_hour_kwh desc, interval_start asc
        ) as height
    from loads
)

select
    district_id,
    month,
    interval_start as peak_at,
    cast(quarter_hour_kwh * 4 as decimal(28, 6)) as peak_load_kw
from ranked
where height = 1
