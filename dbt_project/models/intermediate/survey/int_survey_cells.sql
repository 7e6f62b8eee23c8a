-- People and answers by category of each margin; one with too few answers is taken in by the one that it joins.
with margins as (
    select * from {{ ref('stg_survey_margins') }}
),

waves as (
    select * from {{ ref('int_survey_waves') }}
),

said as (
    select * from {{ ref('int_survey_categories') }}
),

counted as (
    select
        waves.district_id,
        waves.survey_id,
        waves.wave,
        waves.smallest_cell,
        margins.margin,
        margins.category,
        margins.people,
        count(said.respondent_key) as answers
    from waves
    inner join margins
        on waves.district_id = margins.district_id and waves.survey_id = margins.survey_id
    left join said
        on
            waves.district_id = said.district_id
            and waves.survey_id = said.survey_id
            and waves.wave = said.wave
            and margins.margin = said.margin
            and margins.category = said.category
    group by
        waves.district_id, waves.survey_id, waves.wave, waves.smallest_cell,
        margins.margin, margins.category, margins.people
),

joined_0 as (
    select
        *,
        category as cell
    from counted
),

{% set steps = var('survey_most_joins') | int -%}
{% for step in range(1, steps + 1) -%}
sized_{{ step }} as (
    select
        *,
        sum(answers) over (partition by district_id, survey_id, wave, margin, cell) as cell_answers
    from joined_{{ step - 1 }}
),

joined_{{ step }} as (
    select
        sized.district_id,
        sized.survey_id,
        sized.wave,
        sized.smallest_cell,
        sized.margin,
        sized.category,
        sized.people,
        sized.answers,
        case
            when sized.cell_answers < sized.smallest_cell and chief.joins is not null then chief.joins
            else sized.cell
        end as cell
    from sized_{{ step }} as sized
    left join margins as chief
        on
            sized.district_id = chief.district_id
            and sized.survey_id = chief.survey_id
            and sized.margin = chief.margin
            and sized.cell = chief.category
),

{% endfor -%}
sized as (
    select
        *,
        sum(answers) over (partition by district_id, survey_id, wave, margin, cell) as cell_answers,
        sum(people) over (partition by district_id, survey_id, wave, margin, cell) as cell_people,
        sum(people) over (partition by district_id, survey_id, wave, margin) as margin_people
    from joined_{{ steps }}
)

select
    district_id,
    survey_id,
    wave,
    margin,
    category,
    cell,
    people,
    answers,
    cell_answers,
    cell_people,
    margin_people,
    cell_answers < smallest_cell as is_too_small
from sized
