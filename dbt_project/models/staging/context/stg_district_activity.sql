with source as (
    select * from {{ source('current', 'district_activity') }}
)

select
    district_id,
    source_id,
    driver,
    period_start,
    period_end,
    value,
    evidence,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
