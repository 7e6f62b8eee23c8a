with source as (
    select * from {{ source('current', 'shared_schemes') }}
)

select
    district_id,
    source_id,
    scheme_id,
    scheme_type,
    organisation_id,
    joined_on,
    left_on,
    last_met_on,
    evidence,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
