with source as (
    select * from {{ source('current', 'context_series') }}
)

select
    district_id,
    source_id,
    place,
    variable,
    interval_start,
    interval_end,
    quantity,
    unit,
    status,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
