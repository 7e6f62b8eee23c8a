-- Emissions of a district's month by scope, and how much of the energy had the factors it needs.
with lines as (
    select * from {{ ref('fct_emission_lines') }}
),

totals as (
    select
        district_id,
        month,
        sum(case when scope = '1' and not biogenic then kg_co2e end) as scope1_kg,
        sum(case when scope = '2_location' and not biogenic then kg_co2e end) as scope2_location_kg,
        sum(case when scope = '2_market' and not biogenic then kg_co2e end) as scope2_market_kg,
        sum(case when scope = '3' and not biogenic then kg_co2e end) as losses_kg,
        sum(case when scope = '1' and biogenic then kg_co2e end) as biogenic_kg,
        sum(
            case
                when scope in ('1', '2_location') and not biogenic
                    then cast(kg_co2e * data_quality as decimal(28, 9))
            end
        ) as quality_weighted_kg,
        sum(
            case
                when scope in ('1', '2_location') and not biogenic and factor_age_years is not null
                    then cast(kg_co2e * factor_age_years as decimal(28, 9))
            end
        ) as age_weighted_kg,
        sum(
            case
                when scope in ('1', '2_location') and not biogenic and factor_age_years is not null
                    then kg_co2e
            end
        ) as aged_kg
    from lines
    group by district_id, month
),

-- Where nobody tells of contracts it is not known whether an origin is proven.
contracts_told as (
    select distinct district_id
    from {{ ref('stg_energy_contracts') }}
),

bought as (
    select
        parts.district_id,
        parts.month,
        sum(parts.energy_kwh) as market_electricity_kwh,
        sum(
            case
                when contracts_told.district_id is null then null
                when parts.instrument in ('guarantee_of_origin', 'contract') then parts.energy_kwh
                else 0
            end
        ) as proven_electricity_kwh
    from {{ ref('int_market_parts') }} as parts
    left join contracts_told
        on parts.district_id = contracts_told.district_id
    where parts.flow = 'import'
    group by parts.district_id, parts.month
),

-- What emits other than by energy stands apart: only its Scope 3 joins what networks lose.
other_lines as (
    select
        district_id,
        month,
        sum(case when scope = '3' and not biogenic then kg_co2e end) as scope3_kg,
        sum(case when gpc_ref = 'IV.1' and not biogenic then kg_co2e end) as process_kg
    from {{ ref('fct_activity_emission_lines') }}
    group by district_id, month
),

-- One activity has several gases: it has its factors only where none of them is missing.
activities as (
    select
        district_id,
        month,
        carrier,
        sector,
        scope,
        network,
        max(activity) as activity_kwh,
        max(case when reason is not null then 1 else 0 end) as missing
    from (
        select
            district_id,
            month,
            carrier,
            sector,
            scope,
            network,
            gas,
            sum(activity) as activity,
            max(reason) as reason
        from lines
        where scope in ('1', '2_location')
        group by district_id, month, carrier, sector, scope, network, gas
    ) as gases
    group by district_id, month, carrier, sector, scope, network
),

needs as (
    select
        district_id,
        month,
        sum(activity_kwh) as energy_needing_factor_kwh,
        sum(case when missing = 0 then activity_kwh else 0 end) as energy_with_factor_kwh
    from activities
    group by district_id, month
)

select
    totals.district_id,
    totals.month,
    {{ month_index('totals.month') }} as month_index,
    cast(totals.scope1_kg * 0.001 as decimal(28, 9)) as scope1_tco2e,
    cast(totals.scope2_location_kg * 0.001 as decimal(28, 9)) as scope2_location_tco2e,
    cast(totals.scope2_market_kg * 0.001 as decimal(28, 9)) as scope2_market_tco2e,
    cast(
        case
            when coalesce(totals.scope1_kg, totals.scope2_location_kg) is not null
                then (coalesce(totals.scope1_kg, 0) + coalesce(totals.scope2_location_kg, 0)) * 0.001
        end as decimal(28, 9)
    ) as energy_tco2e,
    cast(
        case
            when coalesce(totals.losses_kg, other_lines.scope3_kg) is not null
                then (coalesce(totals.losses_kg, 0) + coalesce(other_lines.scope3_kg, 0)) * 0.001
        end as decimal(28, 9)
    ) as scope3_tco2e,
    cast(other_lines.process_kg * 0.001 as decimal(28, 9)) as process_tco2e,
    cast(bought.market_electricity_kwh as decimal(28, 6)) as market_electricity_kwh,
    cast(bought.proven_electricity_kwh as decimal(28, 6)) as proven_electricity_kwh,
    cast(totals.biogenic_kg * 0.001 as decimal(28, 9)) as biogenic_memo_tco2,
    cast(totals.quality_weighted_kg * 0.001 as decimal(28, 9)) as quality_weighted_tco2e,
    cast(needs.energy_with_factor_kwh as decimal(28, 6)) as energy_with_factor_kwh,
    cast(needs.energy_needing_factor_kwh as decimal(28, 6)) as energy_needing_factor_kwh,
    cast({{ safe_divide('totals.age_weighted_kg', 'totals.aged_kg') }} as decimal(9, 6))
        as factor_age_years
from totals
left join other_lines
    on totals.district_id = other_lines.district_id and totals.month = other_lines.month
left join bought
    on totals.district_id = bought.district_id and totals.month = bought.month
left join needs
    on totals.district_id = needs.district_id and totals.month = needs.month
