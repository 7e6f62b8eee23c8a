with source as (
    select * from {{ source('declared', 'baselines') }}
)

select
    district_id,
    position,
    carrier,
    sector,
    source_id,
    point_id,
    frequency,
    output_driver,
    starts_on
from source
