with source as (
    select * from {{ source('declared', 'targets') }}
)

select
    district_id,
    position,
    kpi_code,
    stands,
    declared_on,
    path,
    baseline_year,
    baseline_value,
    baseline_boundary_version,
    baseline_series,
    baseline_gwp_set,
    reduction,
    target_year,
    target_value,
    source
from source
