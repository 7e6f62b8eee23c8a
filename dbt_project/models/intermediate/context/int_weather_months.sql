-- Degree days of a month, and what they are on average over the years there are.
with days as (
    select * from {{ ref('int_weather_days') }}
),

months as (
    select
        district_id,
        month,
        {{ days_between(
            "cast(month || '-01' as date)", add_months("cast(month || '-01' as date)", 1)
        ) }} as days_of_month,
        count(hdd) as days_with_temperature,
        count(precipitation_mm) as days_with_precipitation,
        sum(hdd) as hdd_sum,
        sum(cdd) as cdd_sum,
        sum(precipitation_mm) as precipitation_sum
    from days
    group by district_id, month
),

completed as (
    select
        district_id,
        month,
        {{ month_index('month') }} as month_index,
        substr(month, 6, 2) as month_of_year,
        -- A few missing days count like the others of their month.
        case
            when days_with_temperature >= {{ var('weather_minimum_days') }} * days_of_month
                then cast({{ round_half_up(
                    safe_divide('hdd_sum * days_of_month', 'days_with_temperature'), 6
                ) }} as decimal(18, 6))
        end as hdd,
        case
            when days_with_temperature >= {{ var('weather_minimum_days') }} * days_of_month
                then cast({{ round_half_up(
                    safe_divide('cdd_sum * days_of_month', 'days_with_temperature'), 6
                ) }} as decimal(18, 6))
        end as cdd,
        case
            when days_with_precipitation >= {{ var('weather_minimum_days') }} * days_of_month
                then cast(precipitation_sum as decimal(18, 6))
        end as precipitation_mm,
        days_of_month
    from months
)

select
    district_id,
    month,
    month_index,
    days_of_month,
    hdd,
    cdd,
    precipitation_mm,
    cast(
        {{ round_half_up('avg(hdd) over (partition by district_id, month_of_year)', 6) }}
        as decimal(18, 6)
    ) as reference_hdd,
    count(hdd) over (partition by district_id, month_of_year) as reference_years
from completed
