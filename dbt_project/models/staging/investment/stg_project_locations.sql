with source as (
    select * from {{ source('current', 'project_locations') }}
)

select
    district_id,
    source_id,
    project_id,
    cup,
    municipality_code,
    municipality,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
