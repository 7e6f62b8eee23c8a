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
    item,
    option,
    score,
    not_applicable,
    weight,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
-- Options shown and not chosen, and questions left empty, are no answers.
where coalesce(answer, 'given') = 'given'
