-- Daily temperature in the unit of the balance points, and how many days before it have one; also a row for every
-- day at which a period begins or ends, so that a period's share of temperatures is a difference of two rows.
with weather as (
    select
        district_id,
        day,
        cast({{ in_balance_point_unit('temperature_c') }} as decimal(18, 9)) as temperature
    from {{ ref('int_weather_days') }}
),

boundaries as (
    select
        district_id,
        period_start as day
    from {{ ref('int_baseline_observations') }}
    union
    select
        district_id,
        period_end as day
    from {{ ref('int_baseline_observations') }}
    union
    select
        district_id,
        temperature_end as day
    from {{ ref('int_baseline_observations') }}
    union
    select
        district_id,
        month_start as day
    from {{ ref('int_district_months') }}
    union
    select
        district_id,
        month_end as day
    from {{ ref('int_district_months') }}
    union
    select
        district_id,
        day
    from weather
),

days as (
    select
        boundaries.district_id,
        boundaries.day,
        weather.temperature
    from boundaries
    left join weather
        on boundaries.district_id = weather.district_id and boundaries.day = weather.day
),

placed as (
    select
        days.district_id,
        days.day,
        days.temperature,
        count(points.position) as points_at_or_below,
        coalesce(max(points.balance_point) = days.temperature, false) as at_a_point
    from days
    left join {{ ref('int_balance_points') }} as points
        on days.temperature >= points.balance_point
    group by days.district_id, days.day, days.temperature
)

select
    district_id,
    day,
    temperature,
    points_at_or_below,
    at_a_point,
    count(temperature) over (
        partition by district_id
        order by day asc
        rows between unbounded preceding and current row
    ) - case when temperature is null then 0 else 1 end as temperatures_before
from placed
