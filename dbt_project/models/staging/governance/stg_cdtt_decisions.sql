with source as (
    select * from {{ source('current', 'cdtt_decisions') }}
)

select
    district_id,
    source_id,
    decision_id,
    title,
    body,
    raised_on,
    due_on,
    closed_on,
    outcome,
    stage,
    review_on,
    edition_seen,
    kpis_seen,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
