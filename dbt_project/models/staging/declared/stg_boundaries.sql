with source as (
    select * from {{ source('declared', 'boundaries') }}
)

select
    district_id,
    boundary_version,
    valid_from,
    valid_to,
    description_it,
    description_en
from source
