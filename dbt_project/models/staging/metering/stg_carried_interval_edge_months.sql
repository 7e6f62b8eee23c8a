with source as (
    select * from {{ source('carried', 'int_interval_edge_months') }}
)

select
    district_id,
    month,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    counts_from,
    counts_until,
    quantity,
    absolute_quantity,
    estimated_quantity,
    covered_seconds,
    row_count
from source
