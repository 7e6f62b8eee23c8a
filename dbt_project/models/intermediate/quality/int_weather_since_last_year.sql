-- What the weather of a month moves against the same month a year before, for points with a qualified model.
with models as (
    select * from {{ ref('int_heating_models') }}
    where qualified
),

weather as (
    select * from {{ ref('int_weather_months') }}
    where hdd is not null
)

select
    models.district_id,
    models.point_id,
    models.carrier,
    weather.month,
    cast(
        {{ round_half_up('models.kwh_per_hdd * (weather.hdd - last_year.hdd)', 6) }} as decimal(28, 6)
    ) as moved_kwh
from models
inner join weather
    on models.district_id = weather.district_id
inner join weather as last_year
    on
        models.district_id = last_year.district_id
        and weather.month_index = last_year.month_index + 12
