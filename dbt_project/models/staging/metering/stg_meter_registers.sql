with source as (
    select * from {{ source('current', 'meter_registers') }}
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    flow,
    serial,
    register,
    read_at,
    reading,
    unit,
    quality,
    event,
    digits,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
