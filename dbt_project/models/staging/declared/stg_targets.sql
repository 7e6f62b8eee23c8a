with source as (
    select * from {{ source('declared', 'targets') }}
)

select
    district_id,
    kpi_code,
    path,
    baseline_year,
    baseline_value,
    reduction,
    target_year,
    target_value,
    source
from source
