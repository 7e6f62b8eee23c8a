with source as (
    select * from {{ source('current', 'change_links') }}
)

select
    district_id,
    source_id,
    link_id,
    as_of,
    stage,
    timeliness,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
