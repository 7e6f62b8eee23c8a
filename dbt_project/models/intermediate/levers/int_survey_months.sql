-- The newest wave by the end of each month. Item codes say what is asked: inclusion_* are scales of
-- 1 to 5, behaviour_change is yes or no (option) or 1 or 0 (score).
with months as (
    select * from {{ ref('int_district_months') }}
),

answers as (
    select
        *,
        case
            when item like 'inclusion%' then 'inclusion'
            when item like 'behaviour%' then 'behaviour'
        end as topic
    from {{ ref('stg_survey_answers') }}
    where
        (item like 'inclusion%' or item like 'behaviour%')
        and not coalesce(not_applicable, false)
),

waves as (
    select
        district_id,
        topic,
        survey_id,
        wave,
        max(submitted_on) as last_submitted_on
    from answers
    group by district_id, topic, survey_id, wave
),

waves_of_month as (
    select
        months.district_id,
        months.month,
        waves.topic,
        waves.survey_id,
        waves.wave,
        row_number() over (
            partition by months.district_id, months.month, waves.topic
            order by waves.last_submitted_on desc, waves.survey_id asc, waves.wave desc
        ) as newest
    from months
    inner join waves
        on months.district_id = waves.district_id and months.month_end > waves.last_submitted_on
),

respondents as (
    select
        district_id,
        topic,
        survey_id,
        wave,
        respondent_key,
        cast(max(coalesce(weight, 1)) as decimal(18, 6)) as weight,
        cast(avg((score - 1) * 25) as decimal(18, 6)) as inclusion_points,
        max(
            case
                when lower(trim(option)) in ('yes', 'si', 'sì', 'true') or score >= 1 then 1
                when lower(trim(option)) in ('no', 'false') or score = 0 then 0
            end
        ) as changed
    from answers
    group by district_id, topic, survey_id, wave, respondent_key
),

inclusion as (
    select
        district_id,
        survey_id,
        wave,
        count(*) as n,
        {{ double('sum(weight)') }} as weights,
        {{ double('sum(cast(weight * inclusion_points as decimal(28, 9)))') }}
        / nullif({{ double('sum(weight)') }}, 0) as mean_points,
        {{ double('sum(cast(weight * weight as decimal(28, 9)))') }} as sum_ww,
        {{ double('sum(cast(cast(weight * weight as decimal(18, 6)) * inclusion_points as decimal(28, 9)))') }}
            as sum_wwx,
        {{ double(
            'sum(cast(cast(weight * weight as decimal(18, 6)) '
            ~ '* cast(inclusion_points * inclusion_points as decimal(18, 6)) as decimal(28, 9)))'
        ) }} as sum_wwxx
    from respondents
    where topic = 'inclusion' and inclusion_points is not null
    group by district_id, survey_id, wave
),

inclusion_error as (
    select
        *,
        -- Standard error of a weighted mean by respondent, with the small-sample correction.
        case
            when n > 1
                then sqrt(
                    greatest(sum_wwxx - 2 * mean_points * sum_wwx + mean_points * mean_points * sum_ww, 0)
                    * n / (n - 1)
                ) / weights
        end as standard_error
    from inclusion
),

behaviour as (
    select
        district_id,
        survey_id,
        wave,
        count(*) as n,
        -- Weights are brought to a mean of one, so that the share of n is the weighted share.
        {{ double('sum(cast(weight * changed as decimal(28, 6)))') }} / nullif({{ double('sum(weight)') }}, 0)
        * count(*) as yes
    from respondents
    where topic = 'behaviour' and changed is not null
    group by district_id, survey_id, wave
)

select
    months.district_id,
    months.month,
    cast({{ round_half_up('inclusion_error.mean_points', 6) }} as decimal(18, 6)) as inclusion_index,
    cast(
        case
            when inclusion_error.standard_error is not null
                then {{ round_half_up(
                    'greatest(inclusion_error.mean_points - 1.959964 * inclusion_error.standard_error, 0)', 6
                ) }}
        end
        as decimal(18, 6)
    ) as inclusion_index_low,
    cast(
        case
            when inclusion_error.standard_error is not null
                then {{ round_half_up(
                    'least(inclusion_error.mean_points + 1.959964 * inclusion_error.standard_error, 100)', 6
                ) }}
        end
        as decimal(18, 6)
    ) as inclusion_index_high,
    inclusion_error.n as inclusion_respondents,
    cast({{ round_half_up('behaviour.yes', 6) }} as decimal(18, 6)) as behaviour_change_yes,
    behaviour.n as behaviour_change_respondents
from months
left join waves_of_month as inclusion_wave
    on
        months.district_id = inclusion_wave.district_id
        and months.month = inclusion_wave.month
        and inclusion_wave.topic = 'inclusion'
        and inclusion_wave.newest = 1
left join inclusion_error
    on
        inclusion_wave.district_id = inclusion_error.district_id
        and inclusion_wave.survey_id = inclusion_error.survey_id
        and inclusion_wave.wave = inclusion_error.wave
left join waves_of_month as behaviour_wave
    on
        months.district_id = behaviour_wave.district_id
        and months.month = behaviour_wave.month
        and behaviour_wave.topic = 'behaviour'
        and behaviour_wave.newest = 1
left join behaviour
    on
        behaviour_wave.district_id = behaviour.district_id
        and behaviour_wave.survey_id = behaviour.survey_id
        and behaviour_wave.wave = behaviour.wave
