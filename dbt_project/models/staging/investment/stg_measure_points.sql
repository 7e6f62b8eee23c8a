with source as (
    select * from {{ source('current', 'measure_points') }}
)

select
    district_id,
    source_id,
    measure_id,
    scope,
    code,
    valid_from,
    valid_to,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
