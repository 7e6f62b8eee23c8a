with source as (
    select * from {{ source('current', 'energy_contracts') }}
)

select
    district_id,
    source_id,
    contract_id,
    point_id,
    instrument,
    valid_from,
    valid_to,
    energy_kwh,
    technology,
    factor_g_co2e_per_kwh,
    cancelled_on,
    evidence,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
