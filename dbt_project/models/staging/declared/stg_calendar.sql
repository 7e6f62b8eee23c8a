with source as (
    select * from {{ source('declared', 'calendar') }}
)

select
    district_id,
    month,
    month_start,
    month_end,
    days,
    working_days,
    quarter_hours,
    is_complete
from source
