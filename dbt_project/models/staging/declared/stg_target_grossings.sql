with source as (
    select * from {{ source('declared', 'target_grossings') }}
)

select
    district_id,
    position,
    dimension,
    becomes,
    factor,
    addend,
    source
from source
