with source as (
    select * from {{ source('declared', 'theory_targets') }}
)

select
    district_id,
    kpi_code,
    year,
    value,
    is_target
from source
