with point_months as (
    select * from {{ ref('int_point_months') }}
)

select
    district_id,
    month,
    point_id,
    site_id,
    carrier,
    sector,
    flow,
    role,
    holder_group,
    holder_kind,
    water_source,
    method,
    source_id,
    quantity,
    unit,
    cast(energy_kwh as decimal(28, 6)) as energy_kwh,
    value_status,
    estimated_share,
    substituted_share,
    allocated_share,
    allocation,
    coverage_of_month,
    (role = 'supply' and flow = 'import')
    or (role = 'storage' and flow in ('import', 'storage_charge')) as adds_to_total,
    known_at
from point_months
