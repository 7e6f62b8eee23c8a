with source as (
    select * from {{ source('declared', 'target_emitted') }}
)

select
    district_id,
    position,
    year,
    value
from source
