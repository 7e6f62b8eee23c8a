-- What every point drew in the highest quarter hour of its district's month. Taken over from the last build as long as
-- it is the same quarter hour of a part that is the same.
with wanted as (
    select
        load.district_id,
        load.month,
        load.part,
        load.peak_at,
        parts.part_is_same
    from {{ ref('int_load') }} as load
    inner join {{ ref('stg_interval_parts') }} as parts on load.part = parts.part
),

kept as (
    select carried.*
    from {{ ref('stg_carried_load_readings') }} as carried
    inner join wanted
        on
            carried.district_id = wanted.district_id
            and carried.month = wanted.month
            and carried.part = wanted.part
            and carried.peak_at = wanted.peak_at
            and wanted.part_is_same
),

missing as (
    select wanted.*
    from wanted
    left join (
        select distinct
            district_id,
            month
        from kept
    ) as known
        on wanted.district_id = known.district_id and wanted.month = known.month
    where known.month is null
)

select
    part,
    district_id,
    month,
    peak_at,
    source_id,
    point_id,
    quantity
from kept
union all
select
    missing.part,
    missing.district_id,
    missing.month,
    missing.peak_at,
    intervals.source_id,
    intervals.point_id,
    cast(intervals.quantity as decimal(28, 6)) as quantity
from {{ ref('stg_meter_intervals') }} as intervals
inner join missing
    on
        intervals.district_id = missing.district_id
        and intervals.month = missing.month
        and intervals.part = missing.part
        and intervals.interval_start = missing.peak_at
where intervals.carrier = 'electricity' and intervals.flow = 'import'
