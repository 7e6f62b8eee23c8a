select
    district_id,
    month,
    pv_self_consumed_kwh,
    pv_generation_kwh
from {{ ref('fct_energy_monthly') }}
where
    pv_self_consumed_kwh > pv_generation_kwh
    or pv_balanced_generation_kwh > pv_generation_kwh
