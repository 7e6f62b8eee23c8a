with source as (
    select * from {{ source('carried', 'int_interval_part_gaps') }}
)

select
    part,
    district_id,
    month,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    gap_start,
    gap_end,
    rate_before,
    rate_after
from source
