with lines as (
    select * from {{ ref('int_activity_lines') }}
)

select
    district_id,
    month,
    gpc_ref,
    scope,
    activity,
    gas,
    cast(sum(quantity) as decimal(28, 6)) as quantity,
    unit,
    series,
    coalesce(factor_code, 'none') as factor_code,
    kg_per_unit as factor_value,
    cast(factor_year as integer) as factor_year,
    factor_place,
    cast(factor_age_years as integer) as factor_age_years,
    gwp_set,
    gwp,
    cast(sum(kg_gas) as decimal(28, 9)) as kg_gas,
    cast(sum(kg_co2e) as decimal(28, 9)) as kg_co2e,
    biogenic,
    notation_key,
    reason
from lines
group by
    district_id, month, gpc_ref, scope, activity, gas, unit, series, factor_code, kg_per_unit, factor_year,
    factor_place, factor_age_years, gwp_set, gwp, biogenic, notation_key, reason
