with source as (
    select * from {{ source('current', 'reference_values') }}
)

select
    district_id,
    source_id,
    list,
    code,
    label,
    parent,
    quantity,
    unit,
    note,
    valid_from,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
