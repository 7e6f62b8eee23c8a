select
    district_id,
    month,
    dataset,
    lever,
    claims,
    proven,
    referenced,
    evidence_share
from {{ ref('int_register_evidence') }}
