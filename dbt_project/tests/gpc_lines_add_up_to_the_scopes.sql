-- I.1 to I.3, I.5 and I.6 are energy-related Scope 1 and 2 and nothing else; each line once.
with lines as (
    select
        district_id,
        month,
        sum(
            case
                when
                    substr(gpc_ref, 1, 4) in ('I.1.', 'I.2.', 'I.3.', 'I.5.', 'I.6.') and scope in ('1', '2')
                    then kg_co2e
            end
        ) as energy_kg
    from {{ ref('fct_gpc_inventory') }}
    group by district_id, month
)

select
    totals.district_id,
    totals.month
from {{ ref('fct_emissions_monthly') }} as totals
left join lines
    on totals.district_id = lines.district_id and totals.month = lines.month
where abs(coalesce(totals.energy_tco2e, 0) * 1000 - coalesce(lines.energy_kg, 0)) > 0.00001
