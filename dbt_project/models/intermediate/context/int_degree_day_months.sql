-- Heating degree days of a month by each declared method, side by side and never mixed: Eurostat's everywhere, and
-- those of DPR 412/93 (20 °C less the daily mean where it is lower, in the season of the climate zone) where a district
-- declares its zone. A season is two days of the year, month × 100 + day; zone F has no limit.
{%- set seasons = {
    'A': (1201, 315), 'B': (1201, 331), 'C': (1115, 331), 'D': (1101, 415), 'E': (1015, 415), 'F': (101, 1231),
} %}

with seasons as (
    {% for zone, (first_day, last_day) in seasons.items() -%}
    select
        '{{ zone }}' as climate_zone,
        {{ first_day }} as first_day,
        {{ last_day }} as last_day
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

days as (
    select
        weather.district_id,
        weather.day,
        weather.month,
        weather.temperature_c,
        weather.hdd,
        seasons.climate_zone,
        cast(substr(cast(weather.day as {{ text_type() }}), 6, 2) as integer) * 100
        + cast(substr(cast(weather.day as {{ text_type() }}), 9, 2) as integer) as day_of_year,
        seasons.first_day,
        seasons.last_day
    from {{ ref('int_weather_days') }} as weather
    inner join {{ ref('stg_districts') }} as districts
        on weather.district_id = districts.district_id
    left join seasons
        on districts.climate_zone = seasons.climate_zone
),

by_method as (
    select
        district_id,
        month,
        'eurostat' as method,
        hdd,
        temperature_c
    from days
    union all
    select
        district_id,
        month,
        concat('dpr_412_93_zone_', lower(climate_zone)) as method,
        case
            when temperature_c is null then null
            when
                (first_day > last_day and (day_of_year >= first_day or day_of_year <= last_day))
                or (first_day < last_day and day_of_year between first_day and last_day)
                then greatest(20 - temperature_c, 0)
            else 0
        end as hdd,
        temperature_c
    from days
    where climate_zone is not null
),

sums as (
    select
        by_method.district_id,
        by_method.month,
        by_method.method,
        months.days,
        count(by_method.temperature_c) as days_with_temperature,
        sum(by_method.hdd) as hdd
    from by_method
    inner join {{ ref('int_district_months') }} as months
        on by_method.district_id = months.district_id and by_method.month = months.month
    group by by_method.district_id, by_method.month, by_method.method, months.days
)

-- A few missing days count like the others of their month.
select
    district_id,
    month,
    method,
    cast({{ round_half_up(safe_divide('hdd * days', 'days_with_temperature'), 6) }} as decimal(18, 6))
        as heating_degree_days
from sums
where days_with_temperature >= {{ var('weather_minimum_days') }} * days
