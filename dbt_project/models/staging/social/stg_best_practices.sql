with source as (
    select * from {{ source('current', 'best_practices') }}
)

select
    district_id,
    source_id,
    practice_id,
    title,
    catalogued_on,
    replicated_in,
    replicated_on,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
