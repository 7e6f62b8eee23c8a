with source as (
    select * from {{ source('declared', 'substitutions') }}
)

select
    district_id,
    source_id,
    method,
    up_to_hours
from source
