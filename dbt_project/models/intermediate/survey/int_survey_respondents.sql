-- One row per person and wave, with how much of what was asked of them they answered (AAPOR's complete and partial).
with answers as (
    select * from {{ ref('int_survey_answers') }}
),

asked as (
    select
        district_id,
        source_id,
        version,
        count(*) as items
    from {{ ref('stg_survey_items') }}
    group by district_id, source_id, version
),

people as (
    select
        district_id,
        survey_id,
        wave,
        respondent_key,
        min(source_id) as source_id,
        min(version) as version,
        max(submitted_on) as submitted_on,
        cast(max(weight) as decimal(18, 6)) as weight,
        count(distinct case when state = 'not_shown' then item end) as not_shown,
        count(distinct case when state in ('given', 'not_ticked', 'not_applicable') then item end) as answered
    from answers
    group by district_id, survey_id, wave, respondent_key
)

select
    people.district_id,
    people.survey_id,
    people.wave,
    people.respondent_key,
    people.source_id,
    people.version,
    people.submitted_on,
    people.weight,
    asked.items - people.not_shown as asked,
    people.answered,
    case
        when people.answered >= {{ var('survey_complete_share') }} * (asked.items - people.not_shown) then 'complete'
        when people.answered >= {{ var('survey_partial_share') }} * (asked.items - people.not_shown) then 'partial'
        else 'break_off'
    end as completion
from people
inner join asked
    on
        people.district_id = asked.district_id
        and people.source_id = asked.source_id
        and people.version = asked.version
