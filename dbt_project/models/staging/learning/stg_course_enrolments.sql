with source as (
    select * from {{ source('current', 'course_enrolments') }}
)

select
    district_id,
    source_id,
    edition_id,
    started_on,
    ended_on,
    person_key,
    completed,
    sessions_held,
    sessions_attended,
    score_before,
    score_after,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
