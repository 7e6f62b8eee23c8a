-- noqa: disable=LT02
-- What each measure saved in a month by the meters (IPMVP option C), carrier by carrier, or why that is not known;
-- beside it the twelfth part of what its register expects of a year. The two are never added.
{%- set spans = ['of_year', 'in_year', 'since'] %}
{%- set reasons = [
    'blackout', 'not_enough_before', 'model_grade_c_or_d', 'non_routine_event', 'gap', 'too_few_temperatures',
    'no_output', 'expected_saving_not_declared',
] %}

with at_points as (
    select
        *,
        case reason
            {% for reason in reasons -%}
            when '{{ reason }}' then {{ loop.index }}
            {% endfor -%}
        end as rank_of_reason
    from {{ ref('int_measure_running') }}
),

sums as (
    select
        district_id,
        month,
        measure_id,
        carrier,
        max(reporting_year) as reporting_year,
        count(*) as points,
        count(case when reason is null then 1 end) as points_measured,
        max(measures_in_place) > 1 as shared,
        max(model_grade) as model_grade,
        min(rank_of_reason) as rank_of_reason,
        sum(expected_saving) as yearly_kwh,
        sum(baseline_kwh) as baseline_kwh,
        sum(saving_kwh) as saving_kwh,
        case when count(avoided_tco2e) = count(*) then sum(avoided_tco2e) end as avoided_tco2e,
        sum(declared_of_year) as declared_of_year,
        case when count(avoided_of_year) = count(*) then sum(avoided_of_year) end as avoided_of_year,
        sqrt({{ double('sum(square_month)') }}) as uncertainty_kwh,
        {% for span in spans -%}
        sum(saving_{{ span }}) as saving_{{ span }},
        sum(baseline_{{ span }}) as baseline_{{ span }},
        max(months_{{ span }}) as months_{{ span }},
        sqrt({{ double('sum(square_' ~ span ~ ')') }}) as uncertainty_{{ span }}{{ ',' if not loop.last }}
        {% endfor -%}
    from at_points
    group by district_id, month, measure_id, carrier
),

-- How much of what would have been used is saved, year by year in place; told once most of a year is measured.
years as (
    select
        *,
        case
            when months_in_year >= {{ var('persistence_months') }}
                then {{ safe_divide('saving_in_year', 'baseline_in_year') }}
        end as share_of_baseline,
        max(case when reporting_year = 1 and months_in_year >= {{ var('persistence_months') }} then month end)
            over measure as first_year_ends
    from sums
    window measure as (partition by district_id, measure_id, carrier)
),

compared as (
    select
        *,
        max(case when month = first_year_ends then share_of_baseline end) over (
            partition by district_id, measure_id, carrier
        ) as share_of_first_year
    from years
)

select
    district_id,
    month,
    measure_id,
    carrier,
    cast(points as integer) as points,
    cast(points_measured as integer) as points_measured,
    shared,
    model_grade,
    case rank_of_reason
        {% for reason in reasons -%}
        when {{ loop.index }} then '{{ reason }}'
        {% endfor -%}
    end as reason,
    cast({{ round_half_up(double('yearly_kwh') ~ ' / 12', 6) }} as decimal(28, 6)) as expected_saving_kwh,
    cast(baseline_kwh as decimal(28, 6)) as baseline_kwh,
    cast(case when rank_of_reason is null then saving_kwh end as decimal(28, 6)) as saving_kwh,
    cast({{ round_half_up('uncertainty_kwh', 6) }} as decimal(28, 6)) as uncertainty_kwh,
    cast(case when rank_of_reason is null then avoided_tco2e end as decimal(28, 9)) as avoided_tco2e,
    {% for span, name in [('of_year', '12m'), ('since', 'cumulated')] -%}
    cast(months_{{ span }} as integer) as months_{{ name }},
    cast(saving_{{ span }} as decimal(28, 6)) as saving_{{ name }}_kwh,
    cast({{ round_half_up('uncertainty_' ~ span, 6) }} as decimal(28, 6)) as uncertainty_{{ name }}_kwh,
    cast(baseline_{{ span }} as decimal(28, 6)) as baseline_{{ name }}_kwh,
    {% endfor -%}
    cast({{ round_half_up(double('declared_of_year') ~ ' / 12', 6) }} as decimal(28, 6)) as expected_12m_kwh,
    cast(avoided_of_year as decimal(28, 9)) as avoided_12m_tco2e,
    cast(reporting_year as integer) as reporting_year,
    share_of_baseline,
    case
        when reporting_year > 1
            then {{ safe_divide('share_of_baseline', 'share_of_first_year') }}
    end as persistence
from compared
