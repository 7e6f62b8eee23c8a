-- What the weather of a month moved, and what the baseline would have used in it, per modelled point.
with point_months as (
    select * from {{ ref('int_point_months') }}
    where role = 'supply' and flow = 'import' and energy_kwh is not null
),

models as (
    select * from {{ ref('int_heating_models') }}
    where qualified
),

weather as (
    select * from {{ ref('int_weather_months') }}
)

select
    point_months.district_id,
    point_months.point_id,
    point_months.carrier,
    point_months.sector,
    point_months.month,
    point_months.energy_kwh,
    weather.hdd,
    weather.reference_hdd,
    -- A month that was read in part is moved in part.
    cast(
        {{ round_half_up(
            'cast(models.kwh_per_hdd * (weather.reference_hdd - weather.hdd) as decimal(28, 9))'
            ~ ' * point_months.coverage_of_month', 6
        ) }} as decimal(28, 6)
    ) as adjustment_kwh,
    case
        when point_months.fully_covered and point_months.month_index > models.last_month_index
            then cast(
                {{ round_half_up(
                    'models.base_kwh_per_day * weather.days_of_month'
                    ~ ' + cast(models.kwh_per_hdd * weather.hdd as decimal(28, 9))', 6
                ) }} as decimal(28, 6)
            )
    end as baseline_expected_kwh,
    case
        when point_months.fully_covered and point_months.month_index > models.last_month_index
            then point_months.energy_kwh
    end as baseline_actual_kwh
from point_months
inner join models
    on
        point_months.district_id = models.district_id
        and point_months.point_id = models.point_id
        and point_months.carrier = models.carrier
inner join weather
    on
        point_months.district_id = weather.district_id
        and point_months.month = weather.month
        and weather.hdd is not null
