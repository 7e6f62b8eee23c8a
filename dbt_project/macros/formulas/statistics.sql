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

{#- Capital recovery factor over so many years at a rate; 1/n where the rate is zero. -#}
{% macro capital_recovery_factor(years, rate) -%}
(
    case
        when {{ rate }} = 0 then 1e0 / {{ double(years) }}
        else {{ double(rate) }} / (1e0 - power(1e0 + {{ double(rate) }}, -1 * {{ double(years) }}))
    end
)
{%- endmacro %}

{#- 95 % quantile of Student's t, one side of an interval of 90 %; the same expansion. -#}
{% macro student_t_950(degrees) -%}
(
    1.644853627e0
    + 1.523769e0 / nullif({{ double(degrees) }}, 0)
    + 1.420203e0 / nullif({{ double(degrees) }} * {{ double(degrees) }}, 0)
    + 0.983002e0 / nullif({{ double(degrees) }} * {{ double(degrees) }} * {{ double(degrees) }}, 0)
    + 0.433876e0 / nullif({{ double(degrees) }} * {{ double(degrees) }} * {{ double(degrees) }} * {{ double(degrees) }}, 0)
)
{%- endmacro %}

{#- Uncertainty of a saving as a share of what was expected, at 90 % confidence: fractional savings uncertainty of
    ASHRAE Guideline 14-2014 with the polynomial of Sun and Baltazar (2013), as the CalTRACK reference has it. -#}
{% macro savings_uncertainty(frequency, months, days, periods, independent, variables, cvrmse) -%}
(
    {{ student_t_950('greatest(' ~ periods ~ ' - ' ~ variables ~ ', 1)') }}
    * case {{ frequency }}
        when 'daily'
            then -0.00024e0 * power({{ double(days) }} / 30, 2) + 0.03535e0 * {{ double(days) }} / 30 + 1.00286e0
        else -0.00022e0 * power({{ double(months) }}, 2) + 0.03306e0 * {{ double(months) }} + 0.94054e0
    end
    * {{ cvrmse }}
    * sqrt(
        {{ double(periods) }} / {{ double(independent) }} * (1 + 2e0 / {{ double(independent) }})
        / nullif({{ double('case ' ~ frequency ~ " when 'daily' then " ~ days ~ ' else ' ~ months ~ ' end') }}, 0)
    )
)
{%- endmacro %}
