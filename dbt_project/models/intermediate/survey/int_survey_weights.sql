-- The weight of each person, with a mean of one in a wave: what they were drawn with, brought to the margins of the
-- universe (post-stratification by one, raking by two or three), cut off at the cap and spread over the others.
{% set margins = [1, 2, 3] -%}
{% set rounds = var('survey_raking_rounds') | int -%}
with respondents as (
    select * from {{ ref('int_survey_respondents') }}
),

waves as (
    select * from {{ ref('int_survey_waves') }}
),

cells as (
    select * from {{ ref('int_survey_cells') }}
),

usable as (
    select
        waves.district_id,
        waves.survey_id,
        waves.wave,
        waves.weight_cap,
        coalesce(waves.margins > 0 and not max(coalesce(cells.is_too_small, false)), false) as is_weighted
    from waves
    left join cells
        on
            waves.district_id = cells.district_id
            and waves.survey_id = cells.survey_id
            and waves.wave = cells.wave
    group by waves.district_id, waves.survey_id, waves.wave, waves.weight_cap, waves.margins
),

placed as (
    select
        said.district_id,
        said.survey_id,
        said.wave,
        said.respondent_key,
        said.margin,
        cells.cell,
        cells.cell_people / cells.margin_people as share
    from {{ ref('int_survey_categories') }} as said
    inner join cells
        on
            said.district_id = cells.district_id
            and said.survey_id = cells.survey_id
            and said.wave = cells.wave
            and said.margin = cells.margin
            and said.category = cells.category
),

-- Who says none of a margin's categories keeps, as a group, the share that it has among the answers.
people as (
    select
        respondents.district_id,
        respondents.survey_id,
        respondents.wave,
        respondents.respondent_key,
        {{ double('respondents.weight') }} as drawn,
        usable.is_weighted,
        {{ double('usable.weight_cap') }} as weight_cap,
        max(case when placed.margin = 1 then placed.cell end) as cell_1,
        {{ double('max(case when placed.margin = 1 then placed.share end)') }} as share_1,
        max(case when placed.margin = 2 then placed.cell end) as cell_2,
        {{ double('max(case when placed.margin = 2 then placed.share end)') }} as share_2,
        max(case when placed.margin = 3 then placed.cell end) as cell_3,
        {{ double('max(case when placed.margin = 3 then placed.share end)') }} as share_3
    from respondents
    inner join usable
        on
            respondents.district_id = usable.district_id
            and respondents.survey_id = usable.survey_id
            and respondents.wave = usable.wave
    left join placed
        on
            respondents.district_id = placed.district_id
            and respondents.survey_id = placed.survey_id
            and respondents.wave = placed.wave
            and respondents.respondent_key = placed.respondent_key
    group by
        respondents.district_id, respondents.survey_id, respondents.wave, respondents.respondent_key,
        respondents.weight, usable.is_weighted, usable.weight_cap
),

aimed as (
    select
        *,
        sum(drawn) over (partition by district_id, survey_id, wave) as total,
        coalesce(share_1, 1e0) * sum(drawn) over (
            partition by district_id, survey_id, wave, cell_1 is null
        ) as aim_1,
        coalesce(share_2, 1e0) * sum(drawn) over (
            partition by district_id, survey_id, wave, cell_2 is null
        ) as aim_2,
        coalesce(share_3, 1e0) * sum(drawn) over (
            partition by district_id, survey_id, wave, cell_3 is null
        ) as aim_3
    from people
),

-- Raking goes over the cells that the margins make together, which are few.
raked_0_{{ margins[-1] }} as (
    select
        district_id,
        survey_id,
        wave,
        cell_1,
        cell_2,
        cell_3,
        aim_1,
        aim_2,
        aim_3,
        sum(drawn) as drawn,
        sum(drawn) as mass
    from aimed
    where is_weighted
    group by
        district_id, survey_id, wave, cell_1, cell_2, cell_3, aim_1, aim_2, aim_3
),

{% for round in range(1, rounds + 1) -%}
{% for margin in margins -%}
{% set before = (round - 1) ~ '_' ~ margins[-1] if loop.first else round ~ '_' ~ margins[loop.index0 - 1] -%}
raked_{{ round }}_{{ margin }} as (
    select
        district_id,
        survey_id,
        wave,
        cell_1,
        cell_2,
        cell_3,
        aim_1,
        aim_2,
        aim_3,
        drawn,
        mass * aim_{{ margin }}
        / sum(mass) over (partition by district_id, survey_id, wave, cell_{{ margin }}) as mass
    from raked_{{ before }}
),

{% endfor -%}
{% endfor -%}
weighted as (
    select
        aimed.district_id,
        aimed.survey_id,
        aimed.wave,
        aimed.respondent_key,
        aimed.is_weighted,
        aimed.weight_cap,
        aimed.drawn * coalesce(raked.mass / raked.drawn, 1e0) as weight
    from aimed
    left join raked_{{ rounds }}_{{ margins[-1] }} as raked
        on
            aimed.is_weighted
            and aimed.district_id = raked.district_id
            and aimed.survey_id = raked.survey_id
            and aimed.wave = raked.wave
            and coalesce(aimed.cell_1, '') = coalesce(raked.cell_1, '')
            and coalesce(aimed.cell_2, '') = coalesce(raked.cell_2, '')
            and coalesce(aimed.cell_3, '') = coalesce(raked.cell_3, '')
),

scaled as (
    select
        *,
        weight / avg(weight) over (partition by district_id, survey_id, wave) as relative,
        count(*) over (partition by district_id, survey_id, wave) as respondents
    from weighted
),

-- From the largest weight down: were all before this one cut off, by how much would the others grow.
ordered as (
    select
        *,
        row_number() over (
            partition by district_id, survey_id, wave order by relative desc, respondent_key asc
        ) as place,
        sum(relative) over (
            partition by district_id, survey_id, wave order by relative desc, respondent_key asc
            rows between current row and unbounded following
        ) as remaining
    from scaled
),

grown as (
    select
        *,
        (respondents - (place - 1) * weight_cap) / remaining as growth
    from ordered
),

settled as (
    select
        *,
        min(
            case when growth > 0 and growth * relative <= weight_cap then place end
        ) over (partition by district_id, survey_id, wave) as first_uncut
    from grown
),

capped as (
    select
        *,
        max(case when place = first_uncut then growth end) over (partition by district_id, survey_id, wave) as factor
    from settled
),

cut as (
    select
        *,
        case
            when not is_weighted then relative
            when place < first_uncut then weight_cap
            else relative * factor
        end as settled_weight
    from capped
)

select
    district_id,
    survey_id,
    wave,
    respondent_key,
    is_weighted,
    coalesce(is_weighted and place < first_uncut, false) as is_cut,
    cast({{ round_half_up('settled_weight', 9) }} as decimal(18, 9)) as weight
from cut
