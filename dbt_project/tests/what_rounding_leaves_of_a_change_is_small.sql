-- A remainder beyond rounding would mean that the parts are of something else than the published figure.
select *
from {{ ref('int_change_months') }}
where abs(remainder) > 0.000001
