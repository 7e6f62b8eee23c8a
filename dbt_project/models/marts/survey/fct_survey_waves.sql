-- Each wave: who was asked, who answered, what was set aside, how answers are weighted and what that costs.
with waves as (
    select * from {{ ref('int_survey_waves') }}
),

respondents as (
    select
        district_id,
        survey_id,
        wave,
        count(case when completion = 'complete' then 1 end) as complete,
        count(case when completion = 'partial' then 1 end) as partial,
        count(case when completion = 'break_off' then 1 end) as break_offs,
        sum(asked) as asked,
        sum(answered) as answered
    from {{ ref('int_survey_respondents') }}
    group by district_id, survey_id, wave
),

weights as (
    select
        district_id,
        survey_id,
        wave,
        max(case when is_weighted then 1 else 0 end) = 1 as is_weighted,
        min(weight) != max(weight) as is_unequal,
        count(case when is_cut then 1 end) as cut,
        max(weight) as largest,
        count(*) * {{ double('sum(cast(weight * weight as decimal(28, 9)))') }}
        / ({{ double('sum(weight)') }} * {{ double('sum(weight)') }}) as design_effect
    from {{ ref('int_survey_weights') }}
    group by district_id, survey_id, wave
),

cells as (
    select
        district_id,
        survey_id,
        wave,
        count(case when cell != category then 1 end) as joined,
        max(case when is_too_small then 1 else 0 end) = 1 as is_too_small
    from {{ ref('int_survey_cells') }}
    group by district_id, survey_id, wave
),

-- Quarantined submissions by why, of the exports that count.
sources as (
    select distinct
        district_id,
        survey_id,
        wave,
        source_id,
        sha256
    from {{ ref('stg_survey_answers') }}
),

set_aside as (
    select
        sources.district_id,
        sources.survey_id,
        sources.wave,
        count(case when quarantine.code in ('BOT_SUSPECTED', 'HONEYPOT_FILLED') then 1 end) as programs,
        count(case when quarantine.code = 'DUPLICATE_SUBMISSION' then 1 end) as duplicates,
        count(case when quarantine.code in ('SPEEDER', 'STRAIGHT_LINER') then 1 end) as careless,
        count(
            case
                when quarantine.code in (
                    'TEST_SUBMISSION', 'OUTSIDE_FIELDWORK', 'UNKNOWN_VERSION', 'UNREADABLE_SUBMISSION'
                ) then 1
            end
        ) as others
    from sources
    inner join {{ ref('stg_quarantine') }} as quarantine
        on
            sources.district_id = quarantine.district_id
            and sources.source_id = quarantine.source_id
            and sources.sha256 = quarantine.sha256
    where quarantine.dataset = 'survey_answers'
    group by sources.district_id, sources.survey_id, sources.wave
)

select
    waves.district_id,
    {{ month_of('waves.ended_on') }} as month,
    waves.survey_id,
    waves.wave,
    cast(waves.place as integer) as wave_place,
    coalesce(waves.name_it, waves.survey_id) as name_it,
    coalesce(waves.name_en, waves.survey_id) as name_en,
    waves.first_on,
    waves.last_on,
    waves.mode,
    coalesce(waves.selection, 'open') as selection,
    waves.universe_it,
    waves.universe_en,
    cast(waves.population as integer) as population,
    waves.population_source,
    cast(waves.invited as integer) as invited,
    cast(waves.unreachable as integer) as unreachable,
    cast(waves.respondents as integer) as respondents,
    cast(respondents.complete as integer) as complete,
    cast(respondents.partial as integer) as partial,
    cast(respondents.break_offs as integer) as break_offs,
    {{ safe_divide('respondents.complete', 'waves.invited - waves.unreachable') }} as response_rate_complete,
    {{ safe_divide('respondents.complete + respondents.partial', 'waves.invited - waves.unreachable') }}
        as response_rate,
    {{ safe_divide('respondents.asked - respondents.answered', 'respondents.asked') }} as item_nonresponse,
    case
        when weights.is_weighted and waves.margins = 1 then 'post_stratified'
        when weights.is_weighted then 'raked'
        when weights.is_unequal then 'as_delivered'
        else 'unweighted'
    end as weighting,
    case when waves.margins > 0 and not weights.is_weighted then 'too_few_in_a_category' end as weighting_reason,
    waves.weights_source,
    cast(coalesce(cells.joined, 0) as integer) as categories_joined,
    cast(weights.cut as integer) as weights_cut,
    cast({{ round_half_up('weights.largest', 6) }} as decimal(18, 6)) as largest_weight,
    cast({{ round_half_up('weights.design_effect', 6) }} as decimal(18, 6)) as design_effect,
    cast({{ round_half_up('waves.respondents / weights.design_effect', 6) }} as decimal(18, 6)) as effective_answers,
    -- The widest that a share of all answers can be off: one half, at 95 %.
    cast({{ round_half_up(
        '1.959963985e0 * sqrt(0.25e0 * weights.design_effect / waves.respondents'
        ~ ' * case when waves.population is null then 1e0'
        ~ ' else greatest(1e0 - waves.respondents / ' ~ double('waves.population') ~ ', 0e0) end)', 6
    ) }} as decimal(18, 6)) as margin_of_error,
    cast(coalesce(set_aside.programs, 0) as integer) as set_aside_programs,
    cast(coalesce(set_aside.duplicates, 0) as integer) as set_aside_duplicates,
    cast(coalesce(set_aside.careless, 0) as integer) as set_aside_careless,
    cast(coalesce(set_aside.others, 0) as integer) as set_aside_others
from waves
inner join respondents
    on
        waves.district_id = respondents.district_id
        and waves.survey_id = respondents.survey_id
        and waves.wave = respondents.wave
inner join weights
    on
        waves.district_id = weights.district_id
        and waves.survey_id = weights.survey_id
        and waves.wave = weights.wave
left join cells
    on
        waves.district_id = cells.district_id
        and waves.survey_id = cells.survey_id
        and waves.wave = cells.wave
left join set_aside
    on
        waves.district_id = set_aside.district_id
        and waves.survey_id = set_aside.survey_id
        and waves.wave = set_aside.wave
