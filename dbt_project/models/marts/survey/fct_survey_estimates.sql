-- Every question of every wave as a figure of the universe, with how sure it is.
with weights as (
    select * from {{ ref('int_survey_weights') }}
),

waves as (
    select * from {{ ref('int_survey_waves') }}
),

weighed as (
    select
        said.*,
        weights.weight,
        {{ double('weights.weight') }} * {{ double('said.value') }} as weighted_value
    from {{ ref('int_survey_values') }} as said
    inner join weights
        on
            said.district_id = weights.district_id
            and said.survey_id = weights.survey_id
            and said.wave = weights.wave
            and said.respondent_key = weights.respondent_key
),

means as (
    select
        district_id,
        survey_id,
        wave,
        measure,
        statistic,
        option,
        count(*) as answers,
        count(case when value = 1 then 1 end) as ones,
        sum(value) as values_sum,
        max(abs(value)) as largest,
        {{ double('sum(weight)') }} as weights,
        {{ double('sum(cast(weight * weight as decimal(28, 9)))') }} as squared_weights,
        {{ double('sum(cast(weight * value as decimal(28, 9)))') }} / {{ double('sum(weight)') }} as mean
    from weighed
    group by district_id, survey_id, wave, measure, statistic, option
),

-- Taylor linearisation of a weighted mean: each person's part of its error.
residuals as (
    select
        weighed.district_id,
        weighed.survey_id,
        weighed.wave,
        weighed.measure,
        weighed.statistic,
        weighed.option,
        cast({{ round_half_up(
            double('weighed.weight') ~ ' * (' ~ double('weighed.value') ~ ' - means.mean)', 9
        ) }} as decimal(18, 9)) as residual,
        row_number() over (
            partition by
                weighed.district_id, weighed.survey_id, weighed.wave, weighed.measure, weighed.statistic, weighed.option
            order by abs(weighed.value) desc, weighed.respondent_key asc
        ) as place,
        weighed.value
    from weighed
    inner join means
        on
            weighed.district_id = means.district_id
            and weighed.survey_id = means.survey_id
            and weighed.wave = means.wave
            and weighed.measure = means.measure
            and weighed.statistic = means.statistic
            and weighed.option = means.option
),

scattered as (
    select
        district_id,
        survey_id,
        wave,
        measure,
        statistic,
        option,
        sum(cast(residual * residual as decimal(28, 12))) as squares,
        max(case when place = 2 then abs(value) end) as second
    from residuals
    group by district_id, survey_id, wave, measure, statistic, option
),

labels as (
    select
        sources.district_id,
        sources.survey_id,
        sources.wave,
        options.item,
        options.option,
        min(options.label) as label
    from (
        select distinct
            district_id,
            survey_id,
            wave,
            source_id,
            version
        from {{ ref('int_survey_respondents') }}
    ) as sources
    inner join {{ ref('stg_survey_options') }} as options
        on
            sources.district_id = options.district_id
            and sources.source_id = options.source_id
            and sources.version = options.version
    group by sources.district_id, sources.survey_id, sources.wave, options.item, options.option
),

estimated as (
    select
        means.*,
        labels.label,
        scattered.second,
        waves.ended_on,
        waves.place as wave_place,
        waves.respondents,
        asked.kind,
        case when means.statistic in ('mean', 'distribution') then asked.scale_low end as scale_low,
        case when means.statistic in ('mean', 'distribution') then asked.scale_high end as scale_high,
        case when means.statistic not in ('index', 'topic_share') then asked.text_it end as text_it,
        case when means.statistic not in ('index', 'topic_share') then asked.text_en end as text_en,
        asked.is_rescaled,
        means.statistic = 'mean' and asked.is_reversed as is_reversed,
        asked.is_apart,
        -- What is drawn of a small universe leaves less of it unknown.
        case
            when waves.population is null then 1e0
            else greatest(1e0 - means.answers / {{ double('waves.population') }}, 0e0)
        end as undrawn,
        means.answers * means.squared_weights / (means.weights * means.weights) as design_effect,
        means.weights * means.weights / means.squared_weights as effective_answers,
        {{ double('scattered.squares') }} as squares
    from means
    inner join scattered
        on
            means.district_id = scattered.district_id
            and means.survey_id = scattered.survey_id
            and means.wave = scattered.wave
            and means.measure = scattered.measure
            and means.statistic = scattered.statistic
            and means.option = scattered.option
    inner join waves
        on
            means.district_id = waves.district_id
            and means.survey_id = waves.survey_id
            and means.wave = waves.wave
    inner join {{ ref('int_survey_asked') }} as asked
        on
            means.district_id = asked.district_id
            and means.survey_id = asked.survey_id
            and means.wave = asked.wave
            and means.measure = asked.measure
            and asked.statistic = case
                when means.statistic = 'distribution' then 'mean'
                else means.statistic
            end
    left join labels
        on
            means.district_id = labels.district_id
            and means.survey_id = labels.survey_id
            and means.wave = labels.wave
            and means.measure = labels.item
            and means.option = labels.option
),

erring as (
    select
        *,
        statistic in ('share', 'topic_share', 'distribution') as is_share,
        -- The share is as sure as so many answers drawn with equal weights; all of a universe leaves nothing open.
        effective_answers / nullif(undrawn, 0) as answers_worth,
        case
            when answers > 1
                then sqrt(squares * answers / (answers - 1) * undrawn) / weights
        end as standard_error
    from estimated
),

bounded as (
    select
        *,
        case
            when is_share and undrawn = 0 then mean
            when is_share then greatest({{ wilson_bound('mean', 'answers_worth', '-1') }}, 0e0)
            when standard_error is null then null
            else greatest(
                mean - {{ student_t_975('(answers - 1)') }} * standard_error,
                case
                    when statistic = 'index' then 0e0
                    when kind = 'likert' then {{ double('scale_low') }}
                    else -1e18
                end
            )
        end as low,
        case
            when is_share and undrawn = 0 then mean
            when is_share then least({{ wilson_bound('mean', 'answers_worth', '1') }}, 1e0)
            when standard_error is null then null
            else least(
                mean + {{ student_t_975('(answers - 1)') }} * standard_error,
                case
                    when statistic = 'index' then 100e0
                    when kind = 'likert' then {{ double('scale_high') }}
                    else 1e18
                end
            )
        end as high
    from erring
)

select
    district_id,
    {{ month_of('ended_on') }} as month,
    survey_id,
    wave,
    cast(wave_place as integer) as wave_place,
    measure,
    statistic,
    option,
    label,
    text_it,
    text_en,
    cast(scale_low as integer) as scale_low,
    cast(scale_high as integer) as scale_high,
    is_rescaled,
    is_reversed,
    is_apart,
    cast(answers as integer) as answers,
    cast(respondents as integer) as respondents,
    cast(case when is_share then ones end as integer) as people,
    cast({{ round_half_up('mean', 6) }} as decimal(18, 6)) as estimate,
    cast({{ round_half_up('low', 6) }} as decimal(18, 6)) as estimate_low,
    cast({{ round_half_up('high', 6) }} as decimal(18, 6)) as estimate_high,
    cast({{ round_half_up('standard_error', 9) }} as decimal(18, 9)) as standard_error,
    cast({{ round_half_up('design_effect', 6) }} as decimal(18, 6)) as design_effect,
    cast({{ round_half_up('effective_answers', 6) }} as decimal(18, 6)) as effective_answers,
    cast(case when kind = 'number' then largest end as decimal(18, 6)) as largest,
    cast(case when kind = 'number' then second end as decimal(18, 6)) as second,
    cast(case when kind = 'number' then values_sum end as decimal(28, 6)) as values_sum
from bounded
