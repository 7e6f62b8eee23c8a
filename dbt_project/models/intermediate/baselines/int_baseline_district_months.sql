-- noqa: disable=LT02
-- Baselines of a district's month: what its modelled points used, would have used, and how sure that is. Points are
-- taken as independent of each other, so that their uncertainties add up as squares.
with point_months as (
    select * from {{ ref('int_baseline_point_months') }}
),

sums as (
    select
        district_id,
        month,
        sum(adjustment_kwh) as adjustment_kwh,
        sum(energy_kwh) as modelled_kwh,
        sum(case when model_grade in ('A', 'B') then energy_kwh else 0 end) as modelled_well_kwh,
        sum(baseline_expected_kwh) as expected_kwh,
        sum(baseline_actual_kwh) as actual_kwh,
        sum(cumulated_saving_kwh) as cumulated_saving_kwh,
        {% for name in ['uncertainty_kwh', 'uncertainty_of_year_kwh', 'uncertainty_since_kwh'] -%}
        sqrt({{ double(
            'sum(cast(cast(' ~ name ~ ' as decimal(19, 3)) * cast(' ~ name ~ ' as decimal(19, 3)) as decimal(38, 6)))'
        ) }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor -%}
    from point_months
    group by district_id, month
),

running as (
    select
        sums.*,
        sum(sums.expected_kwh) over twelve_months as expected_of_year_kwh,
        sum(sums.expected_kwh - sums.actual_kwh) over twelve_months as saving_of_year_kwh
    from sums
    inner join {{ ref('int_district_months') }} as months
        on sums.district_id = months.district_id and sums.month = months.month
    window twelve_months as (
        partition by sums.district_id
        order by months.month_index asc
        range between 11 preceding and current row
    )
)

select
    district_id,
    month,
    cast(adjustment_kwh as decimal(28, 6)) as adjustment_kwh,
    cast(modelled_kwh as decimal(28, 6)) as modelled_kwh,
    cast(modelled_well_kwh as decimal(28, 6)) as modelled_well_kwh,
    cast(expected_kwh as decimal(28, 6)) as expected_kwh,
    cast(actual_kwh as decimal(28, 6)) as actual_kwh,
    cast(cumulated_saving_kwh as decimal(28, 6)) as cumulated_saving_kwh,
    cast(uncertainty_kwh as decimal(28, 6)) as uncertainty_kwh,
    cast(uncertainty_since_kwh as decimal(28, 6)) as uncertainty_since_kwh,
    {{ safe_divide(double('saving_of_year_kwh') ~ ' - uncertainty_of_year_kwh', 'expected_of_year_kwh') }}
        as improvement_low,
    {{ safe_divide(double('saving_of_year_kwh') ~ ' + uncertainty_of_year_kwh', 'expected_of_year_kwh') }}
        as improvement_high
from running
