with source as (
    select * from {{ source('current', 'finance_barriers') }}
)

select
    district_id,
    source_id,
    finding_id,
    kind,
    pestle_class,
    title,
    identified_on,
    mitigated_on,
    closed_on,
    due_on,
    owner,
    measure_id,
    public,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
