with source as (
    select * from {{ source('current', 'metering_points') }}
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    role,
    site_id,
    parent_point_id,
    generator,
    end_use,
    network,
    sector,
    holder_group,
    holder_kind,
    water_source,
    floor_area_m2,
    contract_power_kw,
    installed_kw,
    expected_annual_use,
    gas_use,
    valid_from,
    valid_to,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
