with source as (
    select * from {{ source('declared', 'gpc_lines') }}
)

select
    gpc_ref,
    position,
    scope,
    level,
    name_it,
    name_en
from source
