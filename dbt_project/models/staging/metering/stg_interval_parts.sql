with source as (
    select * from {{ source('carried', 'interval_parts') }}
)

select
    part,
    month,
    part_is_same,
    month_is_same
from source
