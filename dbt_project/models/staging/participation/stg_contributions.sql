with source as (
    select * from {{ source('current', 'contributions') }}
)

select
    district_id,
    source_id,
    contribution_id,
    received_on,
    answered_on,
    reasons_given,
    outcome,
    used_in,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
