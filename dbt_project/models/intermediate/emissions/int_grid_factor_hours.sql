-- What a kWh of the grid emitted in each hour (UTC), of the one delivered series that knows most hours of a district.
-- Only what is told for an hour or for parts that fill it counts: a day's mean is no hourly factor.
with told as (
    select
        district_id,
        source_id,
        place,
        replace(variable, 'grid_factor_', '') as basis,
        {{ hour_of('interval_start') }} as hour_start,
        {{ seconds_between('interval_start', 'interval_end') }} as seconds,
        {{ seconds_between(hour_of('interval_start'), 'interval_end') }} as ends_after,
        cast(
            case unit when 'gCO2e/kWh' then quantity * 0.001 else quantity end as decimal(18, 9)
        ) as kg_per_kwh
    from {{ ref('stg_context_series') }}
    where
        variable in ('grid_factor_production', 'grid_factor_consumption')
        and unit in ('gCO2e/kWh', 'kgCO2e/kWh')
        and quantity >= 0
),

hours as (
    select
        district_id,
        source_id,
        place,
        basis,
        hour_start,
        cast(
            {{ round_half_up('sum(cast(kg_per_kwh * seconds as decimal(28, 9))) / 3600', 9) }} as decimal(18, 9)
        ) as kg_per_kwh
    from told
    where seconds > 0 and ends_after <= 3600
    group by district_id, source_id, place, basis, hour_start
    having sum(seconds) = 3600
),

preferred as (
    select
        district_id,
        source_id,
        place,
        basis,
        row_number() over (
            partition by district_id
            order by count(*) desc, source_id asc, place asc, basis asc
        ) as preference
    from hours
    group by district_id, source_id, place, basis
)

select
    hours.district_id,
    months.month,
    {{ to_local('hours.hour_start', 'months.timezone') }} as local_time,
    hours.source_id,
    hours.place,
    hours.basis,
    hours.hour_start,
    hours.kg_per_kwh
from hours
inner join preferred
    on
        hours.district_id = preferred.district_id
        and hours.source_id = preferred.source_id
        and hours.place = preferred.place
        and hours.basis = preferred.basis
        and preferred.preference = 1
inner join {{ ref('int_district_months') }} as months
    on
        hours.district_id = months.district_id
        and hours.hour_start >= {{ to_utc('months.month_start', 'months.timezone') }}
        and hours.hour_start < {{ to_utc('months.month_end', 'months.timezone') }}
