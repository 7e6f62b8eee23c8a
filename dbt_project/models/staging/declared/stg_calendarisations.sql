with source as (
    select * from {{ source('declared', 'calendarisations') }}
)

select
    district_id,
    source_id,
    carrier,
    method
from source
