with source as (
    select * from {{ source('current', 'measures') }}
)

select
    district_id,
    source_id,
    measure_id,
    as_of,
    name,
    action_field,
    owner,
    status,
    starts_on,
    ends_on,
    capex_eur,
    running_cost_change_eur,
    lifetime_years,
    saving_electricity_kwh,
    saving_natural_gas_kwh,
    saving_district_heat_kwh,
    saving_water_m3,
    declared_tco2e,
    cup,
    mv_option,
    evidence,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
