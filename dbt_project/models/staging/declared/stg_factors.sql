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
    url,
    status,
    note,
    kg_per_kwh,
    kwh_per_unit
from source
