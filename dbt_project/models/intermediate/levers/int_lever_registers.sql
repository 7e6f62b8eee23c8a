-- From which month on a register of a district says something: the month of its first dated row.
select
    district_id,
    dataset,
    min(dated_on) as first_dated_on,
    count(*) as row_count
from {{ ref('int_register_rows') }}
where dated_on is not null
group by district_id, dataset
