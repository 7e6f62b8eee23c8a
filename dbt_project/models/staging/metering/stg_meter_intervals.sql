with source as (
    select * from {{ source('current', 'meter_intervals') }}
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    flow,
    interval_start,
    interval_end,
    quantity,
    unit,
    quality,
    flow_code,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at,
    part
from source
