-- noqa: disable=LT02
-- What each model says of the periods it was fitted on, per day.
with periods as (
    select * from {{ ref('int_baseline_fit_periods') }}
),

models as (
    select * from {{ ref('int_baseline_coefficients') }}
),

degree_days as (
    select
        periods.series_number,
        periods.place,
        periods.month,
        {{ double('periods.days') }} as days,
        {{ double('periods.usage_kwh') }} as usage_kwh,
        {{ double('periods.usage_kwh') }} / {{ double('periods.days') }} as usage_per_day,
        coalesce({{ double('periods.output') }} / {{ double('periods.days') }}, 0) as output_per_day,
        {% for kind in ['heating', 'cooling'] -%}
        coalesce(
            {{ double(kind ~ '_end.' ~ kind ~ '_before - ' ~ kind ~ '_start.' ~ kind ~ '_before') }}
            / {{ double(kind ~ '_end.temperatures_before - ' ~ kind ~ '_start.temperatures_before') }}, 0
        ) as {{ kind }}_per_day,
        {% endfor -%}
        models.intercept,
        models.heating_slope,
        models.cooling_slope,
        models.output_slope
    from periods
    inner join models
        on periods.series_number = models.series_number
    {% for kind in ['heating', 'cooling'] -%}
    left join {{ ref('int_balance_point_days') }} as {{ kind }}_start
        on
            periods.district_id = {{ kind }}_start.district_id
            and periods.period_start = {{ kind }}_start.day
            and models.{{ kind }}_position = {{ kind }}_start.position
    left join {{ ref('int_balance_point_days') }} as {{ kind }}_end
        on
            periods.district_id = {{ kind }}_end.district_id
            and periods.temperature_end = {{ kind }}_end.day
            and models.{{ kind }}_position = {{ kind }}_end.position
    {% endfor -%}
),

predicted as (
    select
        series_number,
        place,
        month,
        days,
        usage_kwh,
        usage_per_day,
        output_per_day,
        heating_per_day,
        cooling_per_day,
        intercept + heating_slope * heating_per_day + cooling_slope * cooling_per_day
        + output_slope * output_per_day as predicted_per_day
    from degree_days
)

select
    *,
    (predicted_per_day - usage_per_day) * days as residual_kwh,
    lag((predicted_per_day - usage_per_day) * days) over (
        partition by series_number
        order by place asc
    ) as previous_residual_kwh
from predicted
