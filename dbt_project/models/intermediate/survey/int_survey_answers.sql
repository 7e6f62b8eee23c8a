-- Answers with what their question is: its kind, its topic and the scale on which scores stand.
with answers as (
    select * from {{ ref('stg_survey_answers') }}
),

items as (
    select * from {{ ref('stg_survey_items') }}
)

select
    answers.district_id,
    answers.survey_id,
    answers.wave,
    answers.source_id,
    coalesce(answers.version, '') as version,
    answers.respondent_key,
    answers.submitted_on,
    answers.item,
    answers.option,
    items.kind,
    items.topic,
    items.scores,
    cast(answers.score as decimal(18, 6)) as score,
    -- Where a score stands on its scale, from 0 to 100.
    cast({{ round_half_up(
        double('100 * (answers.score - items.scale_low)')
        ~ ' / nullif(' ~ double('items.scale_high - items.scale_low') ~ ', 0)', 6
    ) }} as decimal(18, 6)) as points,
    case
        when coalesce(answers.not_applicable, false) then 'not_applicable'
        else coalesce(answers.answer, 'given')
    end as state,
    cast(coalesce(answers.weight, 1) as decimal(18, 6)) as weight
from answers
inner join items
    on
        answers.district_id = items.district_id
        and answers.source_id = items.source_id
        and coalesce(answers.version, '') = items.version
        and answers.item = items.item
