-- Scope 2 location-based, hour by hour, beside the same kWh at the factor of their year. A memo: no total holds it.
with series as (
    select
        district_id,
        month,
        min(source_id) as source_id,
        min(place) as place,
        min(basis) as basis
    from {{ ref('int_grid_factor_hours') }}
    group by district_id, month
),

sums as (
    select
        district_id,
        month,
        sum(energy_kwh) as electricity_kwh,
        sum(hourly_kwh) as hourly_kwh,
        sum(hourly_kg) as hourly_kg,
        sum(annual_kg) as annual_kg
    from {{ ref('int_hourly_points') }}
    group by district_id, month
),

days as (
    select
        district_id,
        month,
        count(*) as days_without_factors
    from {{ ref('fct_hourly_factor_gaps') }}
    group by district_id, month
)

select
    sums.district_id,
    sums.month,
    series.source_id,
    series.place,
    series.basis,
    cast(sums.electricity_kwh as decimal(28, 6)) as electricity_kwh,
    cast(sums.hourly_kwh as decimal(28, 6)) as hourly_kwh,
    cast(sums.hourly_kg * 0.001 as decimal(28, 9)) as hourly_tco2e,
    cast(sums.annual_kg * 0.001 as decimal(28, 9)) as annual_tco2e,
    cast(coalesce(days.days_without_factors, 0) as integer) as days_without_factors
from sums
inner join series
    on sums.district_id = series.district_id and sums.month = series.month
left join days
    on sums.district_id = days.district_id and sums.month = days.month
where sums.hourly_kg is not null
