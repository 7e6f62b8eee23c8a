select
    district_id,
    month,
    measure_id,
    carrier,
    unit,
    point_id,
    holder_group,
    holder_kind,
    use_12m,
    expected_saving,
    kg_co2e_per_kwh
from {{ ref('int_measure_point_savings') }}
