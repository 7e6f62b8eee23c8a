select
    district_id,
    month,
    kpi_code
from {{ ref('fct_kpi_values') }}
where value is null and reason is null
