-- What instruments serve and the rest together are what was drawn; sold guarantees stand beside it.
with lines as (
    select
        district_id,
        month,
        sector,
        gas,
        case when scope = '2_market' then activity end as market_kwh,
        case when scope = '2_location' then activity end as location_kwh,
        instrument
    from {{ ref('fct_emission_lines') }}
    where carrier = 'electricity' and instrument != 'guarantee_sold' and scope in ('2_market', '2_location')
),

-- Each view has its gases: one of them stands for the activity, a declared factor for all.
per_gas as (
    select
        district_id,
        month,
        sector,
        instrument,
        gas,
        sum(market_kwh) as market_kwh,
        sum(location_kwh) as location_kwh
    from lines
    group by district_id, month, sector, instrument, gas
),

once as (
    select
        district_id,
        month,
        sector,
        instrument,
        max(market_kwh) as market_kwh,
        max(location_kwh) as location_kwh
    from per_gas
    group by district_id, month, sector, instrument
)

select
    district_id,
    month,
    sector
from once
group by district_id, month, sector
having abs(coalesce(sum(market_kwh), 0) - coalesce(sum(location_kwh), 0)) > 0.000001 and sum(market_kwh) is not null
