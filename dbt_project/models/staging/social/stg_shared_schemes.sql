with source as (
    select * from {{ source('current', 'shared_schemes') }}
)

select
    district_id,
    source_id,
    scheme_id,
    scheme_type,
    organisation_id,
    role,
    joined_on,
    left_on,
    last_met_on,
    agreement_on,
    agreement_until,
    covers_electricity,
    covers_natural_gas,
    covers_district_heat,
    evidence,
    evidence_ref,
    evidence_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
