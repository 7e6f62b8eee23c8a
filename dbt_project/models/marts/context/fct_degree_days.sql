select
    district_id,
    month,
    method,
    heating_degree_days
from {{ ref('int_degree_day_months') }}
