-- A KPI that names what no mart has would be null for ever, and look like missing data.
with named as (
    select
        code,
        mart,
        numerator as measure
    from {{ ref('stg_kpis') }}
    union all
    select
        code,
        mart,
        denominator as measure
    from {{ ref('stg_kpis') }}
    union all
    select
        code,
        mart,
        adjusted_numerator as measure
    from {{ ref('stg_kpis') }}
    union all
    select
        code,
        mart,
        interval_low as measure
    from {{ ref('stg_kpis') }}
    union all
    select
        code,
        mart,
        interval_high as measure
    from {{ ref('stg_kpis') }}
),

measures as (
    {% for mart in [
        'fct_energy_monthly', 'fct_water_monthly', 'fct_emissions_monthly', 'fct_investment_monthly',
        'fct_levers_monthly',
    ] -%}
    {% set outer = loop -%}
    {% for measure in measure_columns(mart) -%}
    select
        '{{ mart }}' as mart,
        '{{ measure }}' as measure
    {{ 'union all' if not (outer.last and loop.last) }}
    {% endfor -%}
    {% endfor -%}
)

select
    named.code,
    named.measure
from named
left join measures
    on named.mart = measures.mart and named.measure = measures.measure
where named.measure is not null and measures.measure is null
