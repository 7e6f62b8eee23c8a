with source as (
    select * from {{ source('current', 'non_routine_events') }}
)

select
    district_id,
    source_id,
    event_id,
    scope,
    code,
    starts_on,
    ends_on,
    description,
    evidence,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
