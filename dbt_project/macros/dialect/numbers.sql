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


{#- The part of a decimal(28, 6) that falls to `part` of the integers `whole`, in exact arithmetic: half away
    from zero to six digits, null where the whole is zero. -#}
{% macro share_of(quantity, part, whole) -%}
{{ return(adapter.dispatch('share_of', 'net_zero_districts')(quantity, part, whole)) }}
{%- endmacro %}

{% macro default__share_of(quantity, part, whole) -%}
cast(
    cast(
        (
            2 * cast(cast({{ quantity }} as decimal(28, 6)) * 1000000 as hugeint) * ({{ part }})
            + cast(sign({{ quantity }}) as hugeint) * ({{ whole }})
        ) // nullif(2 * cast({{ whole }} as hugeint), 0)
        as decimal(32, 0)
    ) * cast(0.000001 as decimal(6, 6)) as decimal(28, 6)
)
{%- endmacro %}

{% macro spark__share_of(quantity, part, whole) -%}
cast(
    cast(
        (
            2 * cast(cast({{ quantity }} as decimal(28, 6)) * 1000000 as decimal(38, 0)) * ({{ part }})
            + cast(sign({{ quantity }}) as decimal(38, 0)) * ({{ whole }})
        ) div nullif(2 * cast({{ whole }} as decimal(38, 0)), 0)
        as decimal(32, 0)
    ) * cast(0.000001 as decimal(6, 6)) as decimal(28, 6)
)
{%- endmacro %}


{#- What lies between two marks of a span. The parts of a span add up to its quantity to the last digit,
    because each mark is rounded once and every part is a difference of two. -#}
{% macro part_of(quantity, before, after, whole) -%}
({{ share_of(quantity, after, whole) }} - {{ share_of(quantity, before, whole) }})
{%- endmacro %}
