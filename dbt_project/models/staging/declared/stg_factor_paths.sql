with source as (
    select * from {{ source('declared', 'factor_paths') }}
)

select
    scope,
    carrier,
    factor_carrier,
    gas,
    basis,
    series,
    by_use,
    biogenic,
    ages,
    slot
from source
