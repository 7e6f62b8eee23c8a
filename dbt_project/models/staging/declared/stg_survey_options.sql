with source as (
    select * from {{ source('declared', 'survey_options') }}
)

select
    district_id,
    source_id,
    version,
    item,
    option,
    label
from source
