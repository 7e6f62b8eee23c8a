with source as (
    select * from {{ source('declared', 'districts') }}
)

select
    district_id,
    name_it,
    name_en,
    city,
    archetype,
    demonstration,
    timezone,
    gwp_set,
    region,
    climate_zone,
    languages,
    contact_name,
    contact_email
from source
