with source as (
    select * from {{ source('current', 'investment_projects') }}
)

select
    district_id,
    source_id,
    project_id,
    cup,
    as_of,
    title,
    programme,
    action_field,
    status,
    contract_form,
    capex_eur,
    funded_eur,
    committed_eur,
    paid_eur,
    planned_paid_eur,
    public_eur,
    private_eur,
    planned_end,
    actual_end,
    expected_saving_kwh,
    expected_saving_carrier,
    lifetime_years,
    evidence,
    month,
    flow_rank,
    _sha256 as sha256,
    _row as source_row,
    _known_at as known_at
from source
