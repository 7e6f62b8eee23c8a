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

{#- What a model hands on so that the interval of a prediction can be told. -#}
{% macro interval_columns() -%}
{{ return([
    'degrees_of_freedom', 'variance_per_day', 'weight', 'heating_mean', 'cooling_mean', 'output_mean',
    'heating_on_output', 'cooling_on_output', 'heating_spread', 'cooling_spread', 'joint_spread', 'output_spread',
]) }}
{%- endmacro %}

{#- Half of the 90 % interval of what a least-squares model says of so many days with so many degree days and so much
    output: the scatter of the days, and what is not known of the coefficients, which grows with the distance from
    where they were fitted. `widened` is by how much residuals that resemble the one before them widen it; where only a
    share of each day is asked for, `scatter` is the sum of squared shares. -#}
{% macro prediction_interval(days, heating, cooling, output, widened, scatter=none) -%}
{%- set off_output = '(' ~ output ~ ' - ' ~ days ~ ' * output_mean)' -%}
{%- set off_heating = '(' ~ heating ~ ' - ' ~ days ~ ' * heating_mean - heating_on_output * ' ~ off_output ~ ')' -%}
{%- set off_cooling = '(' ~ cooling ~ ' - ' ~ days ~ ' * cooling_mean - cooling_on_output * ' ~ off_output ~ ')' -%}
(
    {{ student_t_950('greatest(degrees_of_freedom, 1)') }}
    * sqrt(
        {{ widened }} * variance_per_day * (
            {{ scatter or days }}
            + {{ days }} * {{ days }} / weight
            + heating_spread * {{ off_heating }} * {{ off_heating }}
            + cooling_spread * {{ off_cooling }} * {{ off_cooling }}
            + 2 * joint_spread * {{ off_heating }} * {{ off_cooling }}
            + output_spread * {{ off_output }} * {{ off_output }}
        )
    )
)
{%- endmacro %}
