-- One temperature per district and local day, from the station that reports most days.
with observations as (
    select * from {{ ref('stg_weather_daily') }}
    where value is not null
),

station_days as (
    select
        district_id,
        source_id,
        station_id,
        variable,
        count(distinct day) as day_count
    from observations
    group by district_id, source_id, station_id, variable
),

chosen as (
    select
        *,
        row_number() over (
            partition by district_id, variable
            order by day_count desc, source_id asc, station_id asc
        ) as preference
    from station_days
),

days as (
    select
        observations.district_id,
        observations.day,
        max(case when observations.variable = 't_mean_c' then observations.value end) as t_mean_c,
        max(case when observations.variable = 't_min_c' then observations.value end) as t_min_c,
        max(case when observations.variable = 't_max_c' then observations.value end) as t_max_c,
        max(case when observations.variable = 'precipitation_mm' then observations.value end)
            as precipitation_mm
    from observations
    inner join chosen
        on
            observations.district_id = chosen.district_id
            and observations.source_id = chosen.source_id
            and observations.station_id = chosen.station_id
            and observations.variable = chosen.variable
            and chosen.preference = 1
    group by observations.district_id, observations.day
),

temperatures as (
    select
        district_id,
        day,
        precipitation_mm,
        cast(coalesce(t_mean_c, (t_min_c + t_max_c) * 0.5) as decimal(18, 6)) as temperature_c
    from days
)

select
    district_id,
    day,
    {{ month_of('day') }} as month,
    temperature_c,
    precipitation_mm,
    cast(
        case
            when temperature_c <= {{ var('hdd_threshold_c') }}
                then {{ var('hdd_base_c') }} - temperature_c
            when temperature_c is not null then 0
        end as decimal(18, 6)
    ) as hdd,
    cast(
        case
            when temperature_c >= {{ var('cdd_threshold_c') }}
                then temperature_c - {{ var('cdd_base_c') }}
            when temperature_c is not null then 0
        end as decimal(18, 6)
    ) as cdd
from temperatures
