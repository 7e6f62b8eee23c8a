with source as (
    select * from {{ source('declared', 'theory_links') }}
)

select
    district_id,
    position,
    link_id,
    from_node,
    to_node,
    kpi_code,
    declared_on,
    boundary_version
from source
