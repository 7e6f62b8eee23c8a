with source as (
    select * from {{ source('current', 'policy_sandboxes') }}
)

select
    district_id,
    source_id,
    sandbox_id,
    title,
    rule_relaxed,
    opened_on,
    due_on,
    closed_on,
    outcome,
    ordinary_days,
    sandbox_days,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
