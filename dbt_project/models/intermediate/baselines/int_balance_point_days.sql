-- Degree days of each balance point from the first day known up to a day, that day left out. The degree days of any
-- period are the difference of two rows.
with days as (
    select * from {{ ref('int_baseline_days') }}
),

degree_days as (
    select
        days.district_id,
        days.day,
        points.position,
        points.balance_point,
        days.temperatures_before,
        cast(
            coalesce(greatest(points.balance_point - days.temperature, 0), 0) as decimal(18, 9)
        ) as heating,
        cast(
            coalesce(greatest(days.temperature - points.balance_point, 0), 0) as decimal(18, 9)
        ) as cooling
    from days
    cross join {{ ref('int_balance_points') }} as points
)

select
    district_id,
    day,
    position,
    balance_point,
    temperatures_before,
    cast(sum(heating) over up_to_the_day - heating as decimal(28, 9)) as heating_before,
    cast(sum(cooling) over up_to_the_day - cooling as decimal(28, 9)) as cooling_before
from degree_days
window up_to_the_day as (
    partition by district_id, position
    order by day asc
    rows between unbounded preceding and current row
)
