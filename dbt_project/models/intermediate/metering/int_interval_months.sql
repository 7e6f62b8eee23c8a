-- Interval readings summed over the local civil month that each was assigned to where it arrived.
with readings as (
    select * from {{ ref('stg_meter_intervals') }}
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    month,
    max(flow_rank) as flow_rank,
    cast(sum(quantity) as decimal(28, 6)) as quantity,
    cast(sum(abs(quantity)) as decimal(28, 6)) as absolute_quantity,
    cast(
        coalesce(sum(case when quality in ('estimated', 'reconstructed') then abs(quantity) end), 0)
        as decimal(28, 6)
    ) as estimated_quantity,
    cast(
        sum({{ seconds_between('interval_start', 'interval_end') }}) as bigint
    ) as covered_seconds,
    max({{ seconds_between('interval_start', 'interval_end') }}) as longest_seconds,
    count(*) as row_count,
    max(known_at) as known_at
from readings
group by district_id, source_id, point_id, carrier, flow, unit, month
