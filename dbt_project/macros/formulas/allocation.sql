{#- How much of a part depends on how its span was cut: the smaller side of the cut, nothing where the span
    lies within one month. -#}
{% macro allocated_of(quantity, part) -%}
cast(least(abs({{ part }}), abs({{ quantity }} - {{ part }})) as decimal(28, 6))
{%- endmacro %}
