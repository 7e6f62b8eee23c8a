with source as (
    select * from {{ source('collected', 'quarantine') }}
)

select
    district_id,
    source_id,
    dataset,
    code,
    month,
    _sha256 as sha256,
    _member as member,
    _row as source_row,
    known_at
from source
