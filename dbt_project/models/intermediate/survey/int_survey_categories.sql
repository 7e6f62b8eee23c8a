-- The category of each margin that each person says to be of; no row where it is none of the declared ones.
with margins as (
    select * from {{ ref('stg_survey_margins') }}
),

questions as (
    select distinct
        district_id,
        survey_id,
        margin,
        item,
        second_item
    from margins
),

chosen as (
    select
        district_id,
        survey_id,
        wave,
        respondent_key,
        item,
        min(option) as option
    from {{ ref('int_survey_answers') }}
    where kind = 'single' and state = 'given'
    group by district_id, survey_id, wave, respondent_key, item
),

said as (
    select
        own.district_id,
        own.survey_id,
        own.wave,
        own.respondent_key,
        questions.margin,
        case
            when questions.second_item is null then own.option
            else own.option || '/' || other.option
        end as category
    from questions
    inner join chosen as own
        on
            questions.district_id = own.district_id
            and questions.survey_id = own.survey_id
            and questions.item = own.item
    left join chosen as other
        on
            own.district_id = other.district_id
            and own.survey_id = other.survey_id
            and own.wave = other.wave
            and own.respondent_key = other.respondent_key
            and questions.second_item = other.item
)

select
    said.district_id,
    said.survey_id,
    said.wave,
    said.respondent_key,
    said.margin,
    said.category
from said
inner join margins
    on
        said.district_id = margins.district_id
        and said.survey_id = margins.survey_id
        and said.margin = margins.margin
        and said.category = margins.category
