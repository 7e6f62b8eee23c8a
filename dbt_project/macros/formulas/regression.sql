{#- Sums of a fit that come out the same in whatever order rows are read. -#}

{#- Sum of doubles of the order of one, kept to 21 decimals. -#}
{% macro exact_sum(expression) -%}
{{ double('sum(cast(' ~ expression ~ ' as decimal(38, 21)))') }}
{%- endmacro %}

{#- A temperature in the unit in which balance points are declared. -#}
{% macro in_balance_point_unit(celsius) -%}
{%- if var('baseline_temperature_unit') == 'F' -%}
{{ celsius }} * 1.8 + 32
{%- else -%}
{{ celsius }}
{%- endif -%}
{%- endmacro %}

{#- Sum of products of two rows of columns, in the order of their places. -#}
{% macro products(left, right) -%}
({% for place in range(1, (var('baseline_most_periods') | int) + 1) -%}
{{ ' + ' if not loop.first }}{{ left }}{{ place }} * {{ right }}{{ place }}
{%- endfor %})
{%- endmacro %}
