with source as (
    select * from {{ source('declared', 'target_points') }}
)

select
    district_id,
    position,
    point,
    year,
    reduction
from source
