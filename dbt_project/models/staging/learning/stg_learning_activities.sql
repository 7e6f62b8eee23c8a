with source as (
    select * from {{ source('current', 'learning_activities') }}
)

select
    district_id,
    source_id,
    activity_id,
    held_on,
    activity_type,
    hours,
    participants,
    partner,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
