with source as (
    select * from {{ source('current', 'project_funding') }}
)

select
    district_id,
    source_id,
    project_id,
    cup,
    as_of,
    funding_source,
    stage,
    amount_eur,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
