with source as (
    select * from {{ source('declared', 'thresholds') }}
)

select
    name,
    value
from source
