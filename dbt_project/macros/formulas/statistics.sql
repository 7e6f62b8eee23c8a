{#- Statistics that both engines lack. -#}

{#- 97.5 % quantile of Student's t (Cornish-Fisher, Abramowitz & Stegun 26.7.5); off by < 0.002 from 5 degrees on. -#}
{% macro student_t_975(degrees) -%}
(
    1.959963985e0
    + 2.372271e0 / nullif({{ double(degrees) }}, 0)
    + 2.822500e0 / nullif({{ double(degrees) }} * {{ double(degrees) }}, 0)
    + 2.555850e0 / nullif({{ double(degrees) }} * {{ double(degrees) }} * {{ double(degrees) }}, 0)
    + 1.589536e0 / nullif({{ double(degrees) }} * {{ double(degrees) }} * {{ double(degrees) }} * {{ double(degrees) }}, 0)
)
{%- endmacro %}

{#- Capital recovery factor at the declared discount rate; 1/n where the rate is zero. -#}
{% macro capital_recovery_factor(years) -%}
{%- set rate = var('discount_rate') -%}
{%- if rate == 0 -%}
(1e0 / {{ double(years) }})
{%- else -%}
({{ rate }}e0 / (1e0 - power(1e0 + {{ rate }}e0, -1 * {{ double(years) }})))
{%- endif -%}
{%- endmacro %}
