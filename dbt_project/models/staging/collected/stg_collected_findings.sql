with source as (
    select * from {{ source('collected', 'findings') }}
)

select
    district_id,
    source_id,
    dataset,
    month,
    point_id,
    code,
    severity,
    count,
    detail_it,
    detail_en,
    sha256,
    known_at
from source
