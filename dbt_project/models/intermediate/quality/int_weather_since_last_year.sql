-- What the weather of a month moves against the same month a year before, for points with a good model: a weak one
-- (grade C) speaks in sums only, and here it would speak for a single silent point.
with models as (
    select * from {{ ref('int_baseline_models') }}
    where model_grade in ('A', 'B') and baseline_of = 'first_year'
),

weather as (
    select * from {{ ref('int_baseline_weather_months') }}
),

heating as (
    select
        models.district_id,
        models.point_id,
        models.carrier,
        weather.month,
        models.kwh_per_heating_degree_day * (weather.heating_degree_days - last_year.heating_degree_days)
            as moved_kwh
    from models
    inner join weather
        on models.district_id = weather.district_id and models.heating_position = weather.position
    inner join weather as last_year
        on
            weather.district_id = last_year.district_id
            and weather.position = last_year.position
            and weather.month_index = last_year.month_index + 12
),

cooling as (
    select
        models.district_id,
        models.point_id,
        models.carrier,
        weather.month,
        models.kwh_per_cooling_degree_day * (weather.cooling_degree_days - last_year.cooling_degree_days)
            as moved_kwh
    from models
    inner join weather
        on models.district_id = weather.district_id and models.cooling_position = weather.position
    inner join weather as last_year
        on
            weather.district_id = last_year.district_id
            and weather.position = last_year.position
            and weather.month_index = last_year.month_index + 12
)

select
    heating.district_id,
    heating.point_id,
    heating.carrier,
    heating.month,
    cast(
        {{ round_half_up('heating.moved_kwh + coalesce(cooling.moved_kwh, 0)', 6) }} as decimal(28, 6)
    ) as moved_kwh
from heating
left join cooling
    on
        heating.district_id = cooling.district_id
        and heating.point_id = cooling.point_id
        and heating.carrier = cooling.carrier
        and heating.month = cooling.month

union all

select
    cooling.district_id,
    cooling.point_id,
    cooling.carrier,
    cooling.month,
    cast({{ round_half_up('cooling.moved_kwh', 6) }} as decimal(28, 6)) as moved_kwh
from cooling
left join heating
    on
        cooling.district_id = heating.district_id
        and cooling.point_id = heating.point_id
        and cooling.carrier = heating.carrier
        and cooling.month = heating.month
where heating.month is null
