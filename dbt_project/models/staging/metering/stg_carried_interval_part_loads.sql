with source as (
    select * from {{ source('carried', 'int_interval_part_loads') }}
)

select
    part,
    district_id,
    month,
    points,
    peak_at,
    quarter_hour_kwh
from source
