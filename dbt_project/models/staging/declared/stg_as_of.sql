with source as (
    select * from {{ source('declared', 'as_of') }}
)

select
    known_at,
    as_of_month,
    model_version,
    factor_set
from source
