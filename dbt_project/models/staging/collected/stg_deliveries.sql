with source as (
    select * from {{ source('collected', 'deliveries') }}
)

select
    district_id,
    source_id,
    dataset,
    file_name,
    sha256,
    member,
    received_at,
    outcome,
    code,
    rows_received,
    rows_accepted,
    rows_quarantined,
    first_month,
    last_month
from source
