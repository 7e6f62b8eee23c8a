-- Why an edition differs from an earlier one is told point by point: points that do not add up to the measure would
-- tell it wrongly.
with points as (
    select
        district_id,
        month,
        measure,
        sum(amount) as amount
    from {{ ref('fct_point_measures') }}
    group by district_id, month, measure
),

told as (
    {% for mart, measures in {
        'fct_energy_monthly': [
            'final_energy_kwh', 'electricity_final_kwh', 'pv_self_consumed_kwh', 'reported_energy_kwh',
            'actual_read_energy_kwh', 'interval_metered_kwh', 'expected_energy_kwh', 'covered_energy_kwh',
            'baseline_expected_kwh', 'baseline_saving_kwh', 'pv_generation_kwh', 'electricity_export_kwh',
            'pv_balanced_generation_kwh',
        ],
        'fct_emissions_monthly': ['energy_tco2e'],
        'fct_water_monthly': ['withdrawn_m3', 'discharged_m3'],
    }.items() -%}
    {% set last_mart = loop.last -%}
    {% for measure in measures -%}
    select
        district_id,
        month,
        '{{ measure }}' as measure,
        cast({{ measure }} as decimal(28, 9)) as amount
    from {{ ref(mart) }}
    {{ 'union all' if not (loop.last and last_mart) }}
    {% endfor -%}
    {% endfor -%}
)

select
    told.district_id,
    told.month,
    told.measure,
    told.amount,
    points.amount as amount_of_points
from told
left join points
    on
        told.district_id = points.district_id
        and told.month = points.month
        and told.measure = points.measure
where abs(coalesce(told.amount, 0) - coalesce(points.amount, 0)) > 0.001
