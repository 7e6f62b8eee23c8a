-- Every measure of the theme marts in long form; what a KPI is made of is looked up here by name.
-- depends_on: {{ ref('fct_energy_monthly') }}
-- depends_on: {{ ref('fct_water_monthly') }}
-- depends_on: {{ ref('fct_emissions_monthly') }}
-- depends_on: {{ ref('fct_investment_monthly') }}
-- depends_on: {{ ref('fct_levers_monthly') }}
with measures as (
    {% for mart in [
        'fct_energy_monthly', 'fct_water_monthly', 'fct_emissions_monthly', 'fct_investment_monthly',
        'fct_levers_monthly',
    ] -%}
    {{ unpivoted(mart) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select
    measures.district_id,
    measures.month,
    {{ month_index('measures.month') }} as month_index,
    measures.mart,
    measures.measure,
    measures.value
from measures
