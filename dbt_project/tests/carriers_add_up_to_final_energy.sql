-- Carriers and sectors add up to the total of every month.
with cells as (
    select
        district_id,
        month,
        sum(energy_kwh) as energy_kwh
    from {{ ref('fct_energy_by_carrier_sector') }}
    where adds_to_total
    group by district_id, month
)

select
    totals.district_id,
    totals.month,
    totals.final_energy_kwh,
    cells.energy_kwh
from {{ ref('fct_energy_monthly') }} as totals
left join cells
    on totals.district_id = cells.district_id and totals.month = cells.month
where coalesce(totals.final_energy_kwh, -1) != coalesce(cells.energy_kwh, -1)
