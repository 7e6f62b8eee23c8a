{#- What a build takes over from the last: rows of months whose parts all are the same. -#}
{% macro in_same_months(carried) -%}
inner join (
    select distinct month from {{ ref('stg_interval_parts') }}
    where month_is_same
) as same
    on {{ carried }}.month = same.month
{%- endmacro %}
