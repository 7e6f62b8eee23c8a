-- The quarter hour of each month in which the interval meters together drew most.
with ranked as (
    select
        *,
        row_number() over (
            partition by district_id, month
            order by quarter_hour_kwh desc, peak_at asc
        ) as height
    from {{ ref('int_interval_part_loads') }}
    where peak_at is not null
)

select
    district_id,
    month,
    part,
    peak_at,
    cast(quarter_hour_kwh * 4 as decimal(28, 6)) as peak_load_kw
from ranked
where height = 1
