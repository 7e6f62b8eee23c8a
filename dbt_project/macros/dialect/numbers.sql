{#- What DuckDB and Spark disagree about in numbers and types. Nothing else belongs here. -#}

{% macro text_type() -%}
{{ return(dbt.type_string()) }}
{%- endmacro %}


{% macro double(expression) -%}
cast({{ expression }} as double)
{%- endmacro %}


{#- Numerator over denominator as decimal(28, 9); null where the denominator is zero or either is null. -#}
{% macro safe_divide(numerator, denominator) -%}
{{ return(adapter.dispatch('safe_divide', 'net_zero_districts')(numerator, denominator)) }}
{%- endmacro %}

{% macro default__safe_divide(numerator, denominator) -%}
cast(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0) as decimal(28, 9))
{%- endmacro %}


{#- Half away from zero to so many digits; a bare cast rounds in DuckDB and cuts in Spark. -#}
{% macro round_half_up(expression, digits=0) -%}
{{ return(adapter.dispatch('round_half_up', 'net_zero_districts')(expression, digits)) }}
{%- endmacro %}

{% macro default__round_half_up(expression, digits) -%}
round({{ expression }}, {{ digits }})
{%- endmacro %}
