{#- What DuckDB and Spark disagree about in texts. Nothing else belongs here. -#}

{#- One hash over all values of a group, whatever their order. -#}
{% macro fingerprint(expression) -%}
{{ return(adapter.dispatch('fingerprint', 'net_zero_districts')(expression)) }}
{%- endmacro %}

{% macro default__fingerprint(expression) -%}
md5(string_agg({{ expression }}, chr(10) order by {{ expression }}))
{%- endmacro %}

{% macro spark__fingerprint(expression) -%}
md5(concat_ws(chr(10), array_sort(collect_list({{ expression }}))))
{%- endmacro %}
