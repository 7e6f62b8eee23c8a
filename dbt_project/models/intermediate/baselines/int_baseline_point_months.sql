-- noqa: disable=LT02
-- What the weather moved in a month of a modelled point, and what its baseline would have used: month by month, over
-- twelve months, and since the baseline ended, each with half of its 90 % interval.
{%- set spans = {
    'uncertainty_kwh': 'of_month', 'uncertainty_of_year_kwh': 'of_year', 'uncertainty_since_kwh': 'since',
} %}

with models as (
    select
        *,
        greatest(periods / coalesce(independent_periods, periods), 1) as widened
    from {{ ref('int_baseline_models') }}
    where baseline_of = 'first_year'
),

months as (
    select * from {{ ref('int_baseline_expected_months') }}
),

running as (
    select
        *,
        case when after_baseline then expected_kwh end as baseline_expected_kwh,
        case when after_baseline then energy_kwh end as baseline_actual_kwh,
        sum(case when after_baseline then expected_kwh - energy_kwh end) over since as cumulated_saving_kwh,
        {% for term in ['days', 'heating', 'cooling', 'output'] -%}
        case when after_baseline then {{ term }} end as {{ term }}_of_month,
        sum(case when after_baseline then {{ term }} end) over of_year as {{ term }}_of_year,
        sum(case when after_baseline then {{ term }} end) over since as {{ term }}_since{{ ',' if not loop.last }}
        {% endfor -%}
    from months
    window
        since as (
            partition by series_number
            order by month_index asc
            range between unbounded preceding and current row
        ),
        of_year as (
            partition by series_number
            order by month_index asc
            range between 11 preceding and current row
        )
)

select
    running.district_id,
    running.point_id,
    running.carrier,
    running.sector,
    running.month,
    models.model_grade,
    running.energy_kwh,
    running.adjustment_kwh,
    running.baseline_expected_kwh,
    running.baseline_actual_kwh,
    cast(running.cumulated_saving_kwh as decimal(28, 6)) as cumulated_saving_kwh,
    {% for name, span in spans.items() -%}
    cast(
        {{ round_half_up(
            prediction_interval(
                double('days_' ~ span), double('heating_' ~ span), double('cooling_' ~ span),
                double('output_' ~ span), 'widened'
            ), 6
        ) }} as decimal(28, 6)
    ) as {{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
from running
inner join models
    on running.series_number = models.series_number
