with source as (
    select * from {{ source('current', 'survey_answers') }}
)

select
    district_id,
    source_id,
    survey_id,
    wave,
    respondent_key,
    submitted_on,
    version,
    item,
    option,
    score,
    not_applicable,
    answer,
    weight,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
