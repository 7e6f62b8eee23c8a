with lines as (
    select * from {{ ref('int_emission_point_lines') }}
)

select
    district_id,
    month,
    carrier,
    sector,
    scope,
    gas,
    use,
    network,
    instrument,
    contract_id,
    'I.' || case sector
        when 'residential' then '1'
        when 'municipal' then '2'
        when 'tertiary' then '2'
        when 'street_lighting' then '2'
        when 'industry' then '3'
        when 'agriculture' then '5'
        else '6'
    end || '.' || case scope when '1' then '1' when '3' then '3' else '2' end as gpc_ref,
    cast(sum(energy_kwh) as decimal(28, 6)) as activity,
    'kWh' as activity_unit,
    basis,
    series,
    slot,
    factor_code,
    kg_per_kwh as factor_value,
    cast(factor_year as integer) as factor_year,
    factor_place,
    cast(factor_age_years as integer) as factor_age_years,
    gwp_set,
    gwp,
    cast(sum(kg_gas) as decimal(28, 9)) as kg_gas,
    cast(sum(kg_co2e) as decimal(28, 9)) as kg_co2e,
    biogenic,
    case when kg_per_kwh is null or gwp is null then 'NE' end as notation_key,
    case when kg_per_kwh is null or gwp is null then 'no_factor' end as reason,
    cast({{ safe_divide('sum(energy_kwh * data_quality)', 'sum(energy_kwh)') }} as decimal(9, 6))
        as data_quality
from lines
group by
    district_id, month, carrier, sector, scope, gas, use, network, instrument, contract_id, basis,
    series, slot, factor_code, kg_per_kwh, factor_year, factor_place, factor_age_years, gwp_set, gwp, biogenic
