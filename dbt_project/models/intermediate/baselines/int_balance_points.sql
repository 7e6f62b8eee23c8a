-- The balance points that are tried, in the declared unit: every step from the lowest to the highest of both ranges.
{%- set heating_points = var('baseline_heating_points') %}
{%- set cooling_points = var('baseline_cooling_points') %}
{%- set step = var('baseline_point_step') | float %}
{%- set lowest = [heating_points[0] | float, cooling_points[0] | float] | min %}
{%- set highest = [heating_points[1] | float, cooling_points[1] | float] | max %}
{%- set points = ((highest - lowest) / step) | round(0, 'floor') | int + 1 %}

with points as (
    {% for position in range(1, points + 1) -%}
    select
        {{ position }} as position,
        cast({{ lowest + (position - 1) * step }} as decimal(9, 3)) as balance_point
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select
    position,
    balance_point,
    balance_point between {{ heating_points[0] }} and {{ heating_points[1] }} as is_heating,
    balance_point between {{ cooling_points[0] }} and {{ cooling_points[1] }} as is_cooling
from points
