with source as (
    select * from {{ source('current', 'activity_data') }}
)

select
    district_id,
    source_id,
    gpc_ref,
    activity,
    holder_group,
    holder_kind,
    period_start,
    period_end,
    quantity,
    unit,
    series,
    notation_key,
    reason,
    evidence,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
