with source as (
    select * from {{ source('current', 'data_corrections') }}
)

select
    district_id,
    source_id,
    correction_id,
    about_source,
    point_id,
    flow,
    first_day,
    last_day,
    where_in_file,
    finding_code,
    what_is_wrong,
    value_received,
    value_right,
    unit,
    reason,
    evidence,
    treatment,
    told,
    told_on,
    letter,
    answer,
    answered_on,
    status,
    expires_on,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
