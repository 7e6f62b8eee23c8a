with lines as (
    select
        district_id,
        month,
        sum(case when scope = '1' then kg_co2e end) as scope1_kg,
        sum(case when scope = '2_location' then kg_co2e end) as scope2_location_kg,
        sum(case when scope = '2_market' then kg_co2e end) as scope2_market_kg
    from {{ ref('fct_emission_lines') }}
    where not biogenic
    group by district_id, month
)

select
    totals.district_id,
    totals.month
from {{ ref('fct_emissions_monthly') }} as totals
left join lines
    on totals.district_id = lines.district_id and totals.month = lines.month
where
    abs(coalesce(totals.scope1_tco2e, 0) * 1000 - coalesce(lines.scope1_kg, 0)) > 0.00001
    or abs(coalesce(totals.scope2_location_tco2e, 0) * 1000 - coalesce(lines.scope2_location_kg, 0)) > 0.00001
    or abs(coalesce(totals.scope2_market_tco2e, 0) * 1000 - coalesce(lines.scope2_market_kg, 0)) > 0.00001
    -- Location-based and market-based are two views of one thing.
    or abs(
        coalesce(totals.energy_tco2e, 0)
        - coalesce(totals.scope1_tco2e, 0)
        - coalesce(totals.scope2_location_tco2e, 0)
    ) > 0.00000001
