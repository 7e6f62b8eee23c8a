-- noqa: disable=LT02
-- What each measure saved in a month by the meters (IPMVP option C), carrier by carrier, or why that is not known;
-- beside it the twelfth part of what its register expects of a year. The two are never added. A measure is a step:
-- where the saved share goes on changing month after month, something drifts, and it is told.
{%- set spans = ['of_year', 'in_year', 'since'] %}
{%- set products = {
    'bb': 'b * b', 'bbt': 'b * b * place', 'bbtt': 'b * b * place * place',
    'sb': 's * b', 'sbt': 's * b * place', 'ss': 's * s',
} %}
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
        max(month_index) as month_index,
        max(works_of) as works_of,
        sum(expected_saving) as yearly,
        sum(baseline) as baseline,
        sum(saving) as saving,
        case when count(avoided_tco2e) = count(*) then sum(avoided_tco2e) end as avoided_tco2e,
        sum(declared_of_year) as declared_of_year,
        case when count(avoided_of_year) = count(*) then sum(avoided_of_year) end as avoided_of_year,
        sqrt({{ double('sum(square_month)') }}) as uncertainty,
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
            over measure as first_year_ends,
        {{ double('month_index') }} - min(month_index) over measure as place
    from sums
    window measure as (partition by district_id, measure_id, carrier)
),

-- Saving on what would have been used, and on that times the month's place, since the measure is in place.
products as (
    select
        *,
        {% for name, product in products.items() -%}
        sum(cast({{ product }} as decimal(38, 6))) over since as {{ name }}{{ ',' if not loop.last }}
        {% endfor -%}
    from (
        select
            *,
            {{ double('baseline') }} as b,
            {{ double('saving') }} as s
        from years
    ) as each_month
    window since as (
        partition by district_id, measure_id, carrier
        order by month_index asc
        range between unbounded preceding and current row
    )
),

lines as (
    select
        *,
        {{ double('bb') }} * {{ double('bbtt') }} - {{ double('bbt') }} * {{ double('bbt') }} as spread,
        {{ double('bb') }} * {{ double('sbt') }} - {{ double('bbt') }} * {{ double('sb') }} as of_change,
        {{ double('bbtt') }} * {{ double('sb') }} - {{ double('bbt') }} * {{ double('sbt') }} as of_level
    from products
),

changes as (
    select
        *,
        case when spread > 0 and months_since >= {{ var('persistence_months') }} then 12 * of_change / spread end
            as share_change,
        case
            when spread > 0 and months_since >= {{ var('persistence_months') }}
                then
                    12 * {{ student_t_950('months_since - 2') }} * sqrt(
                        greatest(
                            {{ double('ss') }}
                            - (of_level * {{ double('sb') }} + of_change * {{ double('sbt') }}) / spread,
                            0
                        ) / (months_since - 2) * {{ double('bb') }} / spread
                    )
        end as share_change_uncertainty
    from lines
),

compared as (
    select
        *,
        max(case when month = first_year_ends then share_of_baseline end) over (
            partition by district_id, measure_id, carrier
        ) as share_of_first_year
    from changes
)

select
    district_id,
    month,
    measure_id,
    carrier,
    case when carrier in ('water', 'waste_water') then 'm3' else 'kWh' end as unit,
    cast(points as integer) as points,
    cast(points_measured as integer) as points_measured,
    shared,
    model_grade,
    case rank_of_reason
        {% for reason in reasons -%}
        when {{ loop.index }} then '{{ reason }}'
        {% endfor -%}
    end as reason,
    works_of,
    cast({{ round_half_up(double('yearly') ~ ' / 12', 6) }} as decimal(28, 6)) as expected_saving,
    cast(baseline as decimal(28, 6)) as baseline,
    cast(case when rank_of_reason is null then saving end as decimal(28, 6)) as saving,
    cast({{ round_half_up('uncertainty', 6) }} as decimal(28, 6)) as uncertainty,
    cast(case when rank_of_reason is null then avoided_tco2e end as decimal(28, 9)) as avoided_tco2e,
    {% for span, name in [('of_year', '12m'), ('since', 'cumulated')] -%}
    cast(months_{{ span }} as integer) as months_{{ name }},
    cast(saving_{{ span }} as decimal(28, 6)) as saving_{{ name }},
    cast({{ round_half_up('uncertainty_' ~ span, 6) }} as decimal(28, 6)) as uncertainty_{{ name }},
    cast(baseline_{{ span }} as decimal(28, 6)) as baseline_{{ name }},
    {% endfor -%}
    cast({{ round_half_up(double('declared_of_year') ~ ' / 12', 6) }} as decimal(28, 6)) as expected_12m,
    cast(avoided_of_year as decimal(28, 9)) as avoided_12m_tco2e,
    cast(reporting_year as integer) as reporting_year,
    share_of_baseline,
    case
        when reporting_year > 1
            then {{ safe_divide('share_of_baseline', 'share_of_first_year') }}
    end as persistence,
    cast({{ round_half_up('share_change', 9) }} as decimal(18, 9)) as share_change_per_year,
    cast({{ round_half_up('share_change_uncertainty', 9) }} as decimal(18, 9)) as share_change_uncertainty,
    abs(share_change) > share_change_uncertainty as drifts
from compared
