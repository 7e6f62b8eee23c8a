-- What the newest wave that had ended by each month says, for the KPIs that rest on surveys.
{% set measures = ['inclusion', 'behaviour', 'skills_applied'] -%}
with months as (
    select * from {{ ref('int_district_months') }}
),

estimates as (
    select
        *,
        -- Shares as people out of the answers, so that they divide to the weighted share.
        cast({{ round_half_up(double('estimate') ~ ' * answers', 6) }} as decimal(18, 6)) as weighted_people,
        case when people = 0 then answers when people = answers then answers else least(people, answers - people) end
            as smallest
    from {{ ref('fct_survey_estimates') }}
    where statistic in ('index', 'topic_share')
),

waves as (
    select * from {{ ref('int_survey_waves') }}
),

said as (
    select
        months.district_id,
        months.month,
        estimates.measure,
        estimates.answers,
        estimates.estimate,
        estimates.estimate_low,
        estimates.estimate_high,
        estimates.weighted_people,
        estimates.smallest,
        row_number() over (
            partition by months.district_id, months.month, estimates.measure
            order by waves.ended_on desc, waves.survey_id asc, waves.wave desc
        ) as newest
    from months
    inner join waves
        on months.district_id = waves.district_id and months.month_end > waves.ended_on
    inner join estimates
        on
            waves.district_id = estimates.district_id
            and waves.survey_id = estimates.survey_id
            and waves.wave = estimates.wave
)

select
    months.district_id,
    months.month,
    inclusion.estimate as inclusion_index,
    inclusion.estimate_low as inclusion_index_low,
    inclusion.estimate_high as inclusion_index_high,
    inclusion.answers as inclusion_respondents,
    behaviour.weighted_people as behaviour_change_yes,
    behaviour.estimate_low as behaviour_change_low,
    behaviour.estimate_high as behaviour_change_high,
    behaviour.answers as behaviour_change_respondents,
    behaviour.smallest as behaviour_change_smallest,
    skills_applied.weighted_people as skills_applied_yes,
    skills_applied.estimate_low as skills_applied_low,
    skills_applied.estimate_high as skills_applied_high,
    skills_applied.answers as skills_applied_respondents,
    skills_applied.smallest as skills_applied_smallest
from months
{% for measure in measures -%}
left join said as {{ measure }}
    on
        months.district_id = {{ measure }}.district_id
        and months.month = {{ measure }}.month
        and {{ measure }}.measure = '{{ measure }}'
        and {{ measure }}.newest = 1
{% endfor %}
