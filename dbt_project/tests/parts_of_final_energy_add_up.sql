-- Import, sun, gas, heat and other fuels are all there is.
select
    district_id,
    month,
    final_energy_kwh
from {{ ref('fct_energy_monthly') }}
where
    final_energy_kwh
    != coalesce(electricity_import_kwh, 0)
    + coalesce(pv_self_consumed_kwh, 0)
    + coalesce(natural_gas_kwh, 0)
    + coalesce(district_heat_kwh, 0)
    + coalesce(other_fuels_kwh, 0)
