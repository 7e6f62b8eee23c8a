with source as (
    select * from {{ source('declared', 'baselines') }}
)

select
    district_id,
    position,
    carrier,
    sector,
    output_driver,
    starts_on
from source
