with source as (
    select * from {{ source('declared', 'survey_items') }}
)

select
    district_id,
    source_id,
    version,
    item,
    kind,
    topic,
    scale_low,
    scale_high,
    scores,
    is_reversed,
    wording,
    options,
    text_it,
    text_en
from source
