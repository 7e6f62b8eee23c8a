{#- The measures of a theme mart: its numeric columns, as its contract declares them. A new measure is
    one more column there and nothing here. -#}
{% macro measure_columns(mart) -%}
{%- set columns = [] -%}
{%- if execute and graph is defined and graph.nodes is defined -%}
    {%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ mart) -%}
    {%- for column in (node.columns.values() if node else []) -%}
        {%- if column.data_type.startswith('decimal') or column.data_type == 'integer' -%}
            {%- do columns.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endif -%}
{{ return(columns or ['measure_of_no_mart']) }}
{%- endmacro %}


{#- One row per district, month and measure of a wide theme mart; nulls stay rows. -#}
{% macro unpivoted(mart) -%}
{%- set columns = measure_columns(mart) -%}
select
    district_id,
    month,
    '{{ mart }}' as mart,
    measure,
    value
from (
    select
        district_id,
        month,
        {% for column in columns -%}
        cast({{ column }} as decimal(28, 9)) as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ ref(mart) }}
)
unpivot include nulls (
    value for measure in ({{ columns | join(', ') }})
)
{%- endmacro %}
