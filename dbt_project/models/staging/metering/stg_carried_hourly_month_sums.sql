with source as (
    select * from {{ source('carried', 'int_hourly_month_sums') }}
)

select
    district_id,
    month,
    source_id,
    point_id,
    factors,
    electricity_kwh,
    kg_co2e
from source
