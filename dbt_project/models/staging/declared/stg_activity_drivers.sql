with source as (
    select * from {{ source('declared', 'activity_drivers') }}
)

select
    district_id,
    position,
    carrier,
    sector,
    driver
from source
