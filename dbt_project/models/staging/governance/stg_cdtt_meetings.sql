with source as (
    select * from {{ source('current', 'cdtt_meetings') }}
)

select
    district_id,
    source_id,
    meeting_id,
    held_on,
    actor_class,
    foreseen,
    present,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
