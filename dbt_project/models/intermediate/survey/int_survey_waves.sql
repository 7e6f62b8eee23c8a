-- Waves that anybody answered, in their order, with what is declared of them.
with answered as (
    select
        district_id,
        survey_id,
        wave,
        min(submitted_on) as first_on,
        max(submitted_on) as last_on,
        count(*) as respondents
    from {{ ref('int_survey_respondents') }}
    group by district_id, survey_id, wave
),

declared as (
    select
        answered.district_id,
        answered.survey_id,
        answered.wave,
        said.invited,
        said.unreachable,
        said.mode,
        said.universe_it,
        said.universe_en,
        said.population,
        said.population_source,
        said.closed_on,
        row_number() over (
            partition by answered.district_id, answered.survey_id, answered.wave
            order by said.wave desc
        ) as place
    from answered
    inner join {{ ref('stg_survey_waves') }} as said
        on
            answered.district_id = said.district_id
            and answered.survey_id = said.survey_id
            and said.wave in (answered.wave, '')
),

joined as (
    select
        answered.*,
        surveys.name_it,
        surveys.name_en,
        surveys.selection,
        surveys.smallest_cell,
        surveys.weight_cap,
        coalesce(surveys.margins, 0) as margins,
        surveys.weights_source,
        declared.invited,
        declared.unreachable,
        declared.mode,
        declared.universe_it,
        declared.universe_en,
        declared.population,
        declared.population_source,
        -- What comes after the day on which it closed is no reason to tell its figures later.
        coalesce(declared.closed_on, answered.last_on) as ended_on
    from answered
    left join {{ ref('stg_surveys') }} as surveys
        on answered.district_id = surveys.district_id and answered.survey_id = surveys.survey_id
    left join declared
        on
            answered.district_id = declared.district_id
            and answered.survey_id = declared.survey_id
            and answered.wave = declared.wave
            and declared.place = 1
)

select
    *,
    row_number() over (partition by district_id, survey_id order by ended_on asc, wave asc) as place
from joined
