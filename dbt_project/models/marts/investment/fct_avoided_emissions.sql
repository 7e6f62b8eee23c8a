select
    district_id,
    month,
    measure_id,
    carrier,
    point_id,
    avoided_tco2e,
    measured,
    cast({{ round_half_up('share', 9) }} as decimal(18, 9)) as share_of_saving
from {{ ref('int_measure_avoided') }}
