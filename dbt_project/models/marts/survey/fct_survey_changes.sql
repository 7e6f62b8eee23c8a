-- What changed since the wave before, where both asked the same of the same people in the same way; else why not.
with asked as (
    select
        asked.*,
        waves.ended_on,
        waves.place,
        waves.mode,
        waves.universe_it,
        waves.margins,
        weighted.is_weighted
    from {{ ref('int_survey_asked') }} as asked
    inner join {{ ref('int_survey_waves') }} as waves
        on
            asked.district_id = waves.district_id
            and asked.survey_id = waves.survey_id
            and asked.wave = waves.wave
    inner join (
        select
            district_id,
            survey_id,
            wave,
            max(case when is_weighted then 1 else 0 end) as is_weighted
        from {{ ref('int_survey_weights') }}
        group by district_id, survey_id, wave
    ) as weighted
        on
            asked.district_id = weighted.district_id
            and asked.survey_id = weighted.survey_id
            and asked.wave = weighted.wave
),

estimates as (
    select
        *,
        {{ double('estimate') }} as figure,
        {{ double('estimate_low') }} as low,
        {{ double('estimate_high') }} as high,
        {{ double('standard_error') }} as error,
        statistic in ('share', 'topic_share') as is_share
    from {{ ref('fct_survey_estimates') }}
    where statistic != 'distribution'
),

options as (
    select distinct
        asked.district_id,
        asked.survey_id,
        asked.wave,
        asked.measure,
        asked.statistic,
        coalesce(estimates.option, '') as option
    from asked
    left join estimates
        on
            asked.district_id = estimates.district_id
            and asked.survey_id = estimates.survey_id
            and asked.wave = estimates.wave
            and asked.measure = estimates.measure
            and asked.statistic = estimates.statistic
),

pairs as (
    select
        now.district_id,
        now.survey_id,
        now.wave,
        now.ended_on,
        now.measure,
        now.statistic,
        options.option,
        previous.wave as previous_wave,
        now_said.figure,
        before_said.figure as previous_figure,
        now_said.answers,
        before_said.answers as previous_answers,
        now_said.error,
        before_said.error as previous_error,
        now_said.low,
        now_said.high,
        before_said.low as previous_low,
        before_said.high as previous_high,
        now_said.is_share,
        case
            when before.measure is null then 'not_asked_before'
            when now.is_apart or before.is_apart then 'scale_changed'
            when now.items_are != before.items_are then 'items_changed'
            when now.scales_are != before.scales_are then 'scale_changed'
            when now.wordings_are != before.wordings_are then 'wording_changed'
            when now.options_are != before.options_are then 'options_changed'
            when coalesce(now.mode, '') != coalesce(before.mode, '') then 'mode_changed'
            when coalesce(now.universe_it, '') != coalesce(before.universe_it, '') then 'universe_changed'
            when now.is_weighted != before.is_weighted then 'weighting_changed'
            when now_said.figure is null or before_said.figure is null then 'no_answers'
        end as reason
    from asked as now
    inner join options
        on
            now.district_id = options.district_id
            and now.survey_id = options.survey_id
            and now.wave = options.wave
            and now.measure = options.measure
            and now.statistic = options.statistic
    inner join {{ ref('int_survey_waves') }} as previous
        on
            now.district_id = previous.district_id
            and now.survey_id = previous.survey_id
            and now.place = previous.place + 1
    left join asked as before
        on
            previous.district_id = before.district_id
            and previous.survey_id = before.survey_id
            and previous.wave = before.wave
            and now.measure = before.measure
            and now.statistic = before.statistic
    left join estimates as now_said
        on
            options.district_id = now_said.district_id
            and options.survey_id = now_said.survey_id
            and options.wave = now_said.wave
            and options.measure = now_said.measure
            and options.statistic = now_said.statistic
            and options.option = now_said.option
    left join estimates as before_said
        on
            previous.district_id = before_said.district_id
            and previous.survey_id = before_said.survey_id
            and previous.wave = before_said.wave
            and options.measure = before_said.measure
            and options.statistic = before_said.statistic
            and options.option = before_said.option
),

-- Welch's degrees of freedom for means; for shares Newcombe's interval out of the two of Wilson.
differing as (
    select
        *,
        error * error + previous_error * previous_error as variance,
        (error * error + previous_error * previous_error) * (error * error + previous_error * previous_error)
        / nullif(
            error * error * error * error / nullif(answers - 1, 0)
            + previous_error * previous_error * previous_error * previous_error / nullif(previous_answers - 1, 0), 0
        ) as degrees
    from pairs
),

bounded as (
    select
        *,
        case
            when reason is not null then null
            when is_share
                then figure - previous_figure - sqrt(
                    (figure - low) * (figure - low)
                    + (previous_high - previous_figure) * (previous_high - previous_figure)
                )
            when variance = 0 then figure - previous_figure
            else figure - previous_figure - {{ student_t_975('degrees') }} * sqrt(variance)
        end as change_low,
        case
            when reason is not null then null
            when is_share
                then figure - previous_figure + sqrt(
                    (high - figure) * (high - figure)
                    + (previous_figure - previous_low) * (previous_figure - previous_low)
                )
            when variance = 0 then figure - previous_figure
            else figure - previous_figure + {{ student_t_975('degrees') }} * sqrt(variance)
        end as change_high
    from differing
)

select
    district_id,
    {{ month_of('ended_on') }} as month,
    survey_id,
    wave,
    previous_wave,
    measure,
    statistic,
    option,
    reason is null as is_comparable,
    reason,
    cast({{ round_half_up(
        'case when reason is null then figure - previous_figure end', 6
    ) }} as decimal(18, 6)) as change,
    cast({{ round_half_up('change_low', 6) }} as decimal(18, 6)) as change_low,
    cast({{ round_half_up('change_high', 6) }} as decimal(18, 6)) as change_high
from bounded
