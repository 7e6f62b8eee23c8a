-- How each supply point is seen, one way for its whole life, and what its district declares of its baseline: by days
-- where that is declared and most of its months are read by intervals; by the periods of its bills, or between readings
-- that are further apart than a month, where most of its months are made of those; else by months. Water has a baseline
-- only where a measure saves it, in cubic metres.
with measured as (
    select distinct
        district_id,
        point_id,
        carrier
    from {{ ref('int_measure_spans') }}
),

point_months as (
    select point_months.*
    from {{ ref('int_point_months') }} as point_months
    left join measured
        on
            point_months.district_id = measured.district_id
            and point_months.point_id = measured.point_id
            and point_months.carrier = measured.carrier
    where
        point_months.role = 'supply'
        and point_months.flow = 'import'
        and (point_months.carrier not in ('water', 'waste_water') or measured.point_id is not null)
),

ways as (
    select
        district_id,
        point_id,
        carrier,
        count(case when method = 'bill' then 1 end) > count(case when method != 'bill' then 1 end) as billed,
        count(case when method = 'interval' then 1 end)
        > count(case when method != 'interval' then 1 end) as read_by_intervals,
        count(case when method = 'register' then 1 end)
        > count(case when method != 'register' then 1 end) as read_by_registers
    from point_months
    group by district_id, point_id, carrier
),

reading_lengths as (
    select
        district_id,
        point_id,
        carrier,
        avg({{ seconds_between('span_start', 'span_end') }})
        > {{ var('baseline_longest_month') }} * 86400 as sparse
    from {{ ref('int_register_spans') }}
    where flow = 'import'
    group by district_id, point_id, carrier
),

sources as (
    select distinct
        district_id,
        point_id,
        carrier,
        source_id
    from point_months
),

declared as (
    select
        points.district_id,
        points.point_id,
        sources.carrier,
        baselines.output_driver,
        baselines.frequency,
        {{ days_between("cast('2000-01-01' as date)", 'baselines.starts_on') }} as start_number,
        row_number() over (
            partition by points.district_id, points.point_id, sources.carrier
            order by baselines.position asc
        ) as place
    from sources
    inner join {{ ref('int_points') }} as points
        on sources.district_id = points.district_id and sources.point_id = points.point_id
    inner join {{ ref('stg_baselines') }} as baselines
        on
            points.district_id = baselines.district_id
            and (baselines.carrier is null or sources.carrier = baselines.carrier)
            and (baselines.sector is null or points.sector = baselines.sector)
            and (baselines.source_id is null or sources.source_id = baselines.source_id)
            and (baselines.point_id is null or points.point_id = baselines.point_id)
)

select
    ways.district_id,
    ways.point_id,
    ways.carrier,
    declared.output_driver,
    cast(declared.start_number as integer) as start_number,
    case
        when declared.frequency = 'daily' and ways.read_by_intervals then 'days'
        when ways.billed then 'bills'
        -- Months made of them would be made of degree days or of days, and of nothing that the meter said.
        when ways.read_by_registers and reading_lengths.sparse then 'readings'
        else 'months'
    end as seen_by
from ways
left join reading_lengths
    on
        ways.district_id = reading_lengths.district_id
        and ways.point_id = reading_lengths.point_id
        and ways.carrier = reading_lengths.carrier
left join declared
    on
        ways.district_id = declared.district_id
        and ways.point_id = declared.point_id
        and ways.carrier = declared.carrier
        and declared.place = 1
