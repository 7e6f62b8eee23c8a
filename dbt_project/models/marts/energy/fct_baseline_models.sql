-- The models of a district's points, for the engineers of its city: internal, for it names points.
select
    models.district_id,
    models.point_id,
    models.carrier,
    models.baseline_of,
    points.site_id,
    points.sector,
    points.holder_group,
    points.holder_kind,
    models.frequency,
    models.baseline_start,
    models.baseline_end,
    cast(models.periods as integer) as periods,
    models.model_type,
    models.heating_balance_point,
    models.cooling_balance_point,
    {% for column, name in [
        ('base_kwh_per_day', 'base_kwh_per_day'),
        ('kwh_per_heating_degree_day', 'kwh_per_heating_degree_day'),
        ('kwh_per_cooling_degree_day', 'kwh_per_cooling_degree_day'),
        ('kwh_per_output', 'kwh_per_output'),
        ('adjusted_r2', 'adjusted_r2'),
        ('cvrmse_of_months', 'cvrmse'),
        ('nmbe_out_of_sample', 'nmbe'),
    ] -%}
    cast({{ round_half_up('models.' ~ column, 9) }} as decimal(28, 9)) as {{ name }},
    {% endfor -%}
    models.output_driver,
    models.model_grade,
    models.reason
from {{ ref('int_baseline_models') }} as models
inner join {{ ref('int_points') }} as points
    on models.district_id = points.district_id and models.point_id = points.point_id
