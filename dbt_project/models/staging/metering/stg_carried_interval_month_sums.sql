with source as (
    select * from {{ source('carried', 'int_interval_month_sums') }}
)

select
    district_id,
    month,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    flow_rank,
    quantity,
    absolute_quantity,
    estimated_quantity,
    covered_seconds,
    longest_seconds,
    overlapping_seconds,
    first_start,
    last_end,
    first_rate,
    last_rate,
    row_count,
    known_at
from source
