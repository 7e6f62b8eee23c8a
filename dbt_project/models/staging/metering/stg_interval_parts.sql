with source as (
    select * from {{ source('carried', 'interval_parts') }}
)

select
    part,
    part_sha256,
    substr(part, 1, 7) as month
from source
