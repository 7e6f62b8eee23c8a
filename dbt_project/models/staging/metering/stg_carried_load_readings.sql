with source as (
    select * from {{ source('carried', 'int_load_readings') }}
)

select
    part,
    district_id,
    month,
    peak_at,
    source_id,
    point_id,
    quantity
from source
