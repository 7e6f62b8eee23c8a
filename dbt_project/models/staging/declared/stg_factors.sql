with source as (
    select * from {{ source('declared', 'factors') }}
)

select
    factor_code,
    kind,
    carrier,
    gas,
    basis,
    series,
    value,
    unit,
    valid_year,
    gwp_set,
    region,
    operator,
    use,
    source,
    page,
    url,
    licence,
    status,
    note,
    activity,
    activity_unit,
    biogenic,
    kg_per_kwh,
    kg_per_unit,
    kwh_per_smc,
    kwh_per_kg,
    lost_share
from source
