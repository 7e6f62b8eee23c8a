{#- Grades A to E from the declared lines; `lines` is the prefix of the names in the thresholds table. -#}

{#- At least the line: shares that should be high. -#}
{% macro grade_at_least(value, lines, thresholds='thresholds') -%}
case
    when {{ value }} is null then null
    when {{ value }} >= {{ thresholds }}.{{ lines }}_a then 'A'
    when {{ value }} >= {{ thresholds }}.{{ lines }}_b then 'B'
    when {{ value }} >= {{ thresholds }}.{{ lines }}_c then 'C'
    when {{ value }} >= {{ thresholds }}.{{ lines }}_d then 'D'
    else 'E'
end
{%- endmacro %}

{#- At most the line: shares and ages that should be low. -#}
{% macro grade_at_most(value, lines, thresholds='thresholds') -%}
case
    when {{ value }} is null then null
    when {{ value }} <= {{ thresholds }}.{{ lines }}_a then 'A'
    when {{ value }} <= {{ thresholds }}.{{ lines }}_b then 'B'
    when {{ value }} <= {{ thresholds }}.{{ lines }}_c then 'C'
    when {{ value }} <= {{ thresholds }}.{{ lines }}_d then 'D'
    else 'E'
end
{%- endmacro %}

{#- The worst of several grades that may be null; null where all are. -#}
{% macro worst_grade(grades) -%}
nullif(greatest({% for grade in grades %}coalesce({{ grade }}, ''){{ ', ' if not loop.last }}{% endfor %}), '')
{%- endmacro %}
