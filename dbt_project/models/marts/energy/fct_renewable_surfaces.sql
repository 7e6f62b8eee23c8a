select
    district_id,
    month,
    surface_class,
    cast(surface_count as integer) as surface_count,
    installed_kw,
    potential_kw,
    kwh_per_kwp,
    yield_basis,
    installed_kwh_of_year,
    potential_kwh_of_year
from {{ ref('int_renewable_surfaces') }}
