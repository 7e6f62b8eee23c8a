-- Interval readings summed within each part of the current rows: a month, or a day of a large month. Only of
-- months that a new part reaches into; sums of their other parts are taken over from the last build.
with parts as (
    select * from {{ ref('stg_interval_parts') }}
    where not month_is_same
),

kept as (
    select carried.*
    from {{ ref('stg_carried_interval_part_sums') }} as carried
    inner join parts
        on
            carried.month = parts.month
            and carried.part = parts.part
            and parts.part_is_same
),

missing as (
    select * from parts
    where not part_is_same
),

rows_of_parts as (
    select
        readings.*,
        {{ seconds_between('readings.interval_start', 'readings.interval_end') }} as seconds,
        {{ seconds_between(to_utc("'1900-01-01'", "'UTC'"), 'readings.interval_start') }} as starts_after
    from {{ ref('stg_meter_intervals') }} as readings
    inner join missing on readings.part = missing.part
),

-- The place of a reading in its curve as one number: by its start, of several with one start the shortest first.
placed as (
    select
        *,
        starts_after * 100000000 + seconds as place
    from rows_of_parts
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
                        when readings.quality in ('estimated', 'reconstructed', 'corrected')
                            then abs(readings.quantity)
                    end
                ), 0
            ) as decimal(28, 6)
        ) as estimated_quantity,
        cast(sum(readings.seconds) as bigint) as covered_seconds,
        max(readings.seconds) as longest_seconds,
        min(readings.seconds) as shortest_seconds,
        -- Intervals of one length that begin on one beat cannot overlap: their starts differ.
        min(mod(readings.starts_after, readings.seconds)) as first_beat,
        max(mod(readings.starts_after, readings.seconds)) as last_beat,
        min(readings.interval_start) as first_start,
        max(readings.interval_end) as last_end,
        min_by(readings.quantity, readings.place) as first_quantity,
        mod(min(readings.place), 100000000) as first_seconds,
        max_by(readings.quantity, readings.place) as last_quantity,
        mod(max(readings.place), 100000000) as last_seconds,
        count(*) as row_count,
        max(readings.known_at) as known_at
    from placed as readings
    group by
        readings.part, readings.district_id, readings.source_id, readings.point_id,
        readings.carrier, readings.flow, readings.unit
),

uneven as (
    select * from summed
    where shortest_seconds < longest_seconds or first_beat < last_beat
),

-- Only these are put in order, so that a curve of quarter hours is read once.
in_order as (
    select
        readings.part,
        readings.district_id,
        readings.source_id,
        readings.point_id,
        readings.carrier,
        readings.flow,
        readings.unit,
        readings.interval_start,
        readings.interval_end,
        max(readings.interval_end) over (
            partition by
                readings.part, readings.district_id, readings.source_id, readings.point_id,
                readings.carrier, readings.flow, readings.unit
            order by readings.interval_start asc, readings.interval_end asc
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from rows_of_parts as readings
    inner join uneven
        on
            readings.part = uneven.part
            and readings.district_id = uneven.district_id
            and readings.source_id = uneven.source_id
            and readings.point_id = uneven.point_id
            and readings.carrier = uneven.carrier
            and readings.flow = uneven.flow
            and readings.unit = uneven.unit
),

overlapping as (
    select
        part,
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        cast(
            sum({{ seconds_between('interval_start', 'least(interval_end, covered_until)') }}) as bigint
        ) as overlapping_seconds
    from in_order
    where covered_until > interval_start
    group by part, district_id, source_id, point_id, carrier, flow, unit
)

select
    part,
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
    overlapping_seconds,
    first_start,
    last_end,
    first_rate,
    last_rate,
    row_count,
    known_at
from kept
union all
select
    missing.part,
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
    coalesce(overlapping.overlapping_seconds, 0) as overlapping_seconds,
    summed.first_start,
    summed.last_end,
    {{ safe_divide('summed.first_quantity', 'summed.first_seconds') }} as first_rate,
    {{ safe_divide('summed.last_quantity', 'summed.last_seconds') }} as last_rate,
    summed.row_count,
    summed.known_at
from summed
inner join missing on summed.part = missing.part
left join overlapping
    on
        summed.part = overlapping.part
        and summed.district_id = overlapping.district_id
        and summed.source_id = overlapping.source_id
        and summed.point_id = overlapping.point_id
        and summed.carrier = overlapping.carrier
        and summed.flow = overlapping.flow
        and summed.unit = overlapping.unit
