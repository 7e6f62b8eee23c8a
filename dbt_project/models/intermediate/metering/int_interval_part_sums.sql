-- Interval readings summed within each part of the current rows: a month, or a day of a large month.
-- The sums of a part are taken over from the last build as long as its bytes are the same.
with parts as (
    select * from {{ ref('stg_interval_parts') }}
),

carried as (
    select * from {{ ref('stg_carried_interval_part_sums') }}
),

kept as (
    select carried.*
    from carried
    inner join parts on carried.part = parts.part and carried.part_sha256 = parts.part_sha256
),

missing as (
    select parts.*
    from parts
    left join (select distinct part from kept) as known on parts.part = known.part
    where known.part is null
),

summed as (
    select
        readings.part,
        readings.district_id,
        readings.source_id,
        readings.point_id,
        readings.carrier,
        readings.flow,
        readings.unit,
        max(readings.flow_rank) as flow_rank,
        cast(sum(readings.quantity) as decimal(28, 6)) as quantity,
        cast(sum(abs(readings.quantity)) as decimal(28, 6)) as absolute_quantity,
        cast(
            coalesce(
                sum(
                    case
                        when readings.quality in ('estimated', 'reconstructed')
                            then abs(readings.quantity)
                    end
                ), 0
            ) as decimal(28, 6)
        ) as estimated_quantity,
        cast(
            sum({{ seconds_between('readings.interval_start', 'readings.interval_end') }}) as bigint
        ) as covered_seconds,
        max({{ seconds_between('readings.interval_start', 'readings.interval_end') }})
            as longest_seconds,
        count(*) as row_count,
        max(readings.known_at) as known_at
    from {{ ref('stg_meter_intervals') }} as readings
    inner join missing on readings.part = missing.part
    group by
        readings.part, readings.district_id, readings.source_id, readings.point_id,
        readings.carrier, readings.flow, readings.unit
)

select
    part,
    part_sha256,
    district_id,
    month,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    flow_rank,
    quantity,
    absolute_quantity,
    estimated_quantity,
    covered_seconds,
    longest_seconds,
    row_count,
    known_at
from kept
union all
select
    missing.part,
    missing.part_sha256,
    summed.district_id,
    missing.month,
    summed.source_id,
    summed.point_id,
    summed.carrier,
    summed.flow,
    summed.unit,
    summed.flow_rank,
    summed.quantity,
    summed.absolute_quantity,
    summed.estimated_quantity,
    summed.covered_seconds,
    summed.longest_seconds,
    summed.row_count,
    summed.known_at
from summed
inner join missing on summed.part = missing.part
