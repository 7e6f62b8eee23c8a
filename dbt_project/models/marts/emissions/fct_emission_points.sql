-- Every line of the inventory down to the activity and the factor it is made of; it never leaves the city's machine.
with lines as (
    select * from {{ ref('int_emission_point_lines') }}
)

select
    district_id,
    month,
    point_id,
    carrier,
    sector,
    holder_group,
    holder_kind,
    scope,
    gas,
    use,
    network,
    instrument,
    contract_id,
    cast(energy_kwh as decimal(28, 6)) as activity,
    'kWh' as activity_unit,
    factor_code,
    kg_per_kwh as factor_value,
    cast(factor_year as integer) as factor_year,
    gwp,
    biogenic,
    kg_gas,
    kg_co2e
from lines

union all

select
    district_id,
    month,
    'activity_data' as point_id,
    activity as carrier,
    gpc_ref as sector,
    holder_group,
    holder_kind,
    scope,
    gas,
    'any' as use,
    'any' as network,
    'any' as instrument,
    'any' as contract_id,
    cast(quantity as decimal(28, 6)) as activity,
    unit as activity_unit,
    factor_code,
    kg_per_unit as factor_value,
    cast(factor_year as integer) as factor_year,
    gwp,
    biogenic,
    kg_gas,
    kg_co2e
from {{ ref('int_activity_lines') }}
