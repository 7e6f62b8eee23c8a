with source as (
    select * from {{ source('current', 'weather_daily') }}
)

select
    district_id,
    source_id,
    station_id,
    day,
    variable,
    value,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
