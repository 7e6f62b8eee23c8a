with source as (
    select * from {{ source('current', 'utility_bills') }}
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    bill_id,
    period_start,
    period_end,
    quantity,
    unit,
    amount_net_eur,
    bill_kind,
    quality,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
