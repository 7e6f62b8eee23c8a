with source as (
    select * from {{ source('declared', 'factor_conversions') }}
)

select
    carrier,
    from_unit,
    factor_carrier,
    series,
    kg_per_unit
from source
