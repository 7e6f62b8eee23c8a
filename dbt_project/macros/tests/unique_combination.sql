{#- A set of columns identifies a row; a null in any of them is a failure too. -#}
{% test unique_combination(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as rows_of_key
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 {% for column in columns %}or {{ column }} is null {% endfor %}
{% endtest %}


{#- A column that holds a share lies from 0 to 1; null says that there is none. -#}
{% test is_share(model, column_name) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} < 0 or {{ column_name }} > 1
{% endtest %}


{#- A column is never negative; null says that there is no value. -#}
{% test not_negative(model, column_name) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} < 0
{% endtest %}


{#- Parts of a change add up to it, to the last digit. -#}
{% test parts_add_up(model, by) %}
select
    {{ by | join(', ') }},
    sum(value) as parts
from {{ model }}
group by {{ by | join(', ') }}
having sum(value) != max(to_value) - max(from_value)
{% endtest %}
