-- What each person says to each measure: a number, or one and zero for having chosen an option.
with answers as (
    select * from {{ ref('int_survey_answers') }}
),

-- Answers on scales of other lengths are no distribution together.
mixed as (
    select
        district_id,
        survey_id,
        wave,
        item
    from answers
    where scores is not null
    group by district_id, survey_id, wave, item
),

answered as (
    select distinct
        answers.district_id,
        answers.survey_id,
        answers.wave,
        answers.respondent_key,
        answers.item,
        answers.kind
    from answers
    left join mixed
        on
            answers.district_id = mixed.district_id
            and answers.survey_id = mixed.survey_id
            and answers.wave = mixed.wave
            and answers.item = mixed.item
    where
        answers.kind in ('single', 'multi', 'likert')
        and answers.state in ('given', 'not_ticked')
        and mixed.item is null
),

options as (
    select distinct
        district_id,
        survey_id,
        wave,
        item,
        option
    from answers
    where option != '' and state in ('given', 'not_ticked')
),

chosen as (
    select distinct
        district_id,
        survey_id,
        wave,
        respondent_key,
        item,
        option
    from answers
    where option != '' and state = 'given'
),

topics as (
    select
        district_id,
        survey_id,
        wave,
        respondent_key,
        topic,
        cast({{ round_half_up('avg(points)', 6) }} as decimal(18, 6)) as points,
        max(
            case
                when lower(trim(option)) in ('yes', 'si', 'sì', 'true') or (option = '' and score >= 1) then 1
                when lower(trim(option)) in ('no', 'false') or (option = '' and score = 0) then 0
            end
        ) as is_yes
    from answers
    where state = 'given'
    group by district_id, survey_id, wave, respondent_key, topic
),

-- Who says to have applied something counts as having done so where an example stands beside it.
examples as (
    select
        district_id,
        survey_id,
        wave,
        respondent_key
    from topics
    where topic = 'skills_example'
),

asks_for_examples as (
    select distinct
        respondents.district_id,
        respondents.survey_id,
        respondents.wave
    from {{ ref('int_survey_respondents') }} as respondents
    inner join {{ ref('stg_survey_items') }} as items
        on
            respondents.district_id = items.district_id
            and respondents.source_id = items.source_id
            and respondents.version = items.version
    where items.topic = 'skills_example'
)

select
    district_id,
    survey_id,
    wave,
    respondent_key,
    item as measure,
    'mean' as statistic,
    '' as option,
    score as value
from answers
where state = 'given' and score is not null and kind in ('likert', 'number')
union all
select
    answered.district_id,
    answered.survey_id,
    answered.wave,
    answered.respondent_key,
    answered.item as measure,
    case when answered.kind = 'likert' then 'distribution' else 'share' end as statistic,
    options.option,
    cast(case when chosen.option is null then 0 else 1 end as decimal(18, 6)) as value
from answered
inner join options
    on
        answered.district_id = options.district_id
        and answered.survey_id = options.survey_id
        and answered.wave = options.wave
        and answered.item = options.item
left join chosen
    on
        answered.district_id = chosen.district_id
        and answered.survey_id = chosen.survey_id
        and answered.wave = chosen.wave
        and answered.respondent_key = chosen.respondent_key
        and answered.item = chosen.item
        and options.option = chosen.option
union all
select
    district_id,
    survey_id,
    wave,
    respondent_key,
    topic as measure,
    'index' as statistic,
    '' as option,
    points as value
from topics
where topic = 'inclusion' and points is not null
union all
select
    topics.district_id,
    topics.survey_id,
    topics.wave,
    topics.respondent_key,
    topics.topic as measure,
    'topic_share' as statistic,
    'yes' as option,
    cast(
        case
            when topics.topic = 'skills_applied' and asks_for_examples.wave is not null and examples.wave is null then 0
            else topics.is_yes
        end as decimal(18, 6)
    ) as value
from topics
left join examples
    on
        topics.district_id = examples.district_id
        and topics.survey_id = examples.survey_id
        and topics.wave = examples.wave
        and topics.respondent_key = examples.respondent_key
left join asks_for_examples
    on
        topics.district_id = asks_for_examples.district_id
        and topics.survey_id = asks_for_examples.survey_id
        and topics.wave = asks_for_examples.wave
where topics.topic in ('behaviour', 'skills_applied') and topics.is_yes is not null
