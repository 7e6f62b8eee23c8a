{#- Additive LMDI-I (Ang 2005, 2015). A zero is the limit of ever smaller values (Ang and Liu 2007): the change then
    belongs to the factors that were zero, in equal parts. -#}

{#- Logarithmic mean of two values above zero. -#}
{% macro log_mean(after, before) -%}
case
    when abs({{ after }} - {{ before }}) <= 1e-9 * {{ before }} then ({{ after }} + {{ before }}) / 2
    else ({{ after }} - {{ before }}) / ln({{ after }} / {{ before }})
end
{%- endmacro %}

{#- What one factor moved, where all values are above zero: L(after, before) ln(factor after / factor before). -#}
{% macro moved_by(value_after, value_before, factor_after, factor_before) -%}
{{ log_mean(value_after, value_before) }} * ln({{ factor_after }} / {{ factor_before }})
{%- endmacro %}
