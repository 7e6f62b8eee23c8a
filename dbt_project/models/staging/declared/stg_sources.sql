with source as (
    select * from {{ source('declared', 'sources') }}
)

select
    district_id,
    source_id,
    dataset,
    cadence,
    expected_after_days,
    collected,
    contact_name,
    contact_email,
    reason_it,
    reason_en
from source
