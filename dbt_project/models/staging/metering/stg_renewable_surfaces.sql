with source as (
    select * from {{ source('current', 'renewable_surfaces') }}
)

select
    district_id,
    source_id,
    asset_id,
    surface_class,
    potential_kw,
    area_m2,
    kw_per_m2,
    installed_kw,
    commissioned_on,
    assessed_on,
    evidence,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
