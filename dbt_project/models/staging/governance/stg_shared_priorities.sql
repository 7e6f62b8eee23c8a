with source as (
    select * from {{ source('current', 'shared_priorities') }}
)

select
    district_id,
    source_id,
    priority_id,
    title,
    adopted_on,
    due_on,
    stage,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
