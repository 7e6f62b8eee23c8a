with source as (
    select * from {{ source('current', 'participation_events') }}
)

select
    district_id,
    source_id,
    event_id,
    held_on,
    event_type,
    organisation_class,
    organisation_id,
    participants,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
