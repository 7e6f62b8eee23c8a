-- Every month's forecasts, and how they came out where their time has come.
with forecasts as (
    select * from {{ ref('int_emission_forecasts') }}
),

facts as (
    select * from {{ ref('int_emission_years') }}
),

months as (
    select * from {{ ref('int_district_months') }}
),

joined as (
    select
        forecasts.district_id,
        forecasts.month,
        {{ month_of(add_months('months.month_start', 'forecasts.horizon')) }} as for_month,
        forecasts.horizon as horizon_months,
        cast({{ round_half_up('forecasts.forecast', 6) }} as decimal(28, 6)) as forecast_tco2e,
        cast({{ round_half_up('forecasts.forecast - forecasts.half_width', 6) }} as decimal(28, 6)) as low_tco2e,
        cast({{ round_half_up('forecasts.forecast + forecasts.half_width', 6) }} as decimal(28, 6)) as high_tco2e,
        cast(forecasts.naive_tco2e as decimal(28, 6)) as naive_tco2e,
        cast(facts.energy_tco2e_12m as decimal(28, 6)) as fact_tco2e
    from forecasts
    inner join months
        on forecasts.district_id = months.district_id and forecasts.month = months.month
    left join facts
        on
            forecasts.district_id = facts.district_id
            and forecasts.for_index = facts.month_index
)

select
    district_id,
    month,
    for_month,
    cast(horizon_months as integer) as horizon_months,
    'seasonal_line' as method,
    forecast_tco2e,
    low_tco2e,
    high_tco2e,
    naive_tco2e,
    fact_tco2e,
    cast(forecast_tco2e - fact_tco2e as decimal(28, 6)) as error_tco2e,
    cast(naive_tco2e - fact_tco2e as decimal(28, 6)) as naive_error_tco2e,
    fact_tco2e between low_tco2e and high_tco2e as within_interval
from joined
