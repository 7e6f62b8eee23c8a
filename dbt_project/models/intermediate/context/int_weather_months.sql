-- Degree days of a month, and those of the same month in the first year there is: a reference that stays, so
-- that figures adjusted to it are comparable and do not move when a year is added.
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
),

reference_months as (
    select
        district_id,
        month_of_year,
        hdd as reference_hdd,
        month as reference_month,
        row_number() over (partition by district_id, month_of_year order by month asc) as place
    from completed
    where hdd is not null
)

select
    completed.district_id,
    completed.month,
    completed.month_index,
    completed.days_of_month,
    completed.hdd,
    completed.cdd,
    completed.precipitation_mm,
    reference_months.reference_hdd,
    reference_months.reference_month
from completed
left join reference_months
    on
        completed.district_id = reference_months.district_id
        and completed.month_of_year = reference_months.month_of_year
        and reference_months.place = 1
