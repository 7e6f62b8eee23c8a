with source as (
    select * from {{ source('declared', 'survey_margins') }}
)

select
    district_id,
    survey_id,
    margin,
    item,
    second_item,
    category,
    people,
    joins,
    source
from source
