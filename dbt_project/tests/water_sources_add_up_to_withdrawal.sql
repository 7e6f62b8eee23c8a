select
    district_id,
    month,
    withdrawn_m3
from {{ ref('fct_water_monthly') }}
where
    coalesce(withdrawn_m3, 0)
    != coalesce(potable_m3, 0) + coalesce(well_m3, 0) + coalesce(surface_m3, 0)
    + coalesce(unassigned_source_m3, 0)
