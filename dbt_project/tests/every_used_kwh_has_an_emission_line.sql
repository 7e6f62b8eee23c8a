-- Energy without a factor shows as a line that says so; none disappears.
with used as (
    select
        district_id,
        month,
        sum(energy_kwh) as energy_kwh
    from {{ ref('int_final_energy') }}
    where flow = 'import'
    group by district_id, month
)

select
    used.district_id,
    used.month,
    used.energy_kwh,
    emissions.energy_needing_factor_kwh
from used
left join {{ ref('fct_emissions_monthly') }} as emissions
    on used.district_id = emissions.district_id and used.month = emissions.month
where coalesce(emissions.energy_needing_factor_kwh, -1) != used.energy_kwh
