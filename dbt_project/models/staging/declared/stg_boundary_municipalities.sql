with source as (
    select * from {{ source('declared', 'boundary_municipalities') }}
)

select
    district_id,
    boundary_version,
    municipality_code
from source
