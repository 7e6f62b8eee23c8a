{#- What surveys say of a universe: intervals of shares and of differences. -#}

{#- Wilson's score interval of a share at 95 %, for an effective number of answers; `sign` is -1 for its lower and 1 for its
    upper bound (Wilson 1927; with design effects as in Korn & Graubard 1998). -#}
{% macro wilson_bound(share, answers, sign) -%}
{%- set z2 = '3.841458821e0' -%}
(
    ({{ share }} + {{ z2 }} / (2e0 * {{ answers }})
    + {{ sign }} * sqrt(
        {{ z2 }} * {{ share }} * (1e0 - {{ share }}) / {{ answers }}
        + {{ z2 }} * {{ z2 }} / (4e0 * {{ answers }} * {{ answers }})
    )) / (1e0 + {{ z2 }} / {{ answers }})
)
{%- endmacro %}
