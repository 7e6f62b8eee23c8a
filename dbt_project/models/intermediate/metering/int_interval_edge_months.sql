-- Months in which a point enters or leaves the boundary, summed over its days within. Only these few are read
-- again: the sums of all other months are taken from their parts as they are.
with edges as (
    select
        points.district_id,
        points.point_id,
        months.month,
        {{ to_utc(
            'greatest(months.month_start, coalesce(points.valid_from, months.month_start))',
            'months.timezone'
        ) }} as counts_from,
        {{ to_utc(
            'least(months.month_end, coalesce(points.valid_to, months.month_end))', 'months.timezone'
        ) }} as counts_until
    from {{ ref('int_points') }} as points
    inner join {{ ref('int_district_months') }} as months
        on
            points.district_id = months.district_id
            and (
                (points.valid_from > months.month_start and points.valid_from < months.month_end)
                or (points.valid_to > months.month_start and points.valid_to < months.month_end)
            )
),

readings as (
    select
        intervals.*,
        {{ seconds_between('intervals.interval_start', 'intervals.interval_end') }} as seconds,
        -- An interval of up to a day is of the day it begins in; a longer one that reaches in counts whole.
        case
            when {{ seconds_between('intervals.interval_start', 'intervals.interval_end') }} > 90000
                then
                    intervals.interval_end > edges.counts_from
                    and intervals.interval_start < edges.counts_until
            else
                intervals.interval_start >= edges.counts_from
                and intervals.interval_start < edges.counts_until
        end as counts
    from {{ ref('stg_meter_intervals') }} as intervals
    inner join edges
        on
            intervals.district_id = edges.district_id
            and intervals.point_id = edges.point_id
            and intervals.month = edges.month
)

select
    district_id,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    month,
    cast(sum(case when counts then quantity end) as decimal(28, 6)) as quantity,
    cast(sum(case when counts then abs(quantity) end) as decimal(28, 6)) as absolute_quantity,
    cast(
        coalesce(
            sum(
                case
                    when counts and quality in ('estimated', 'reconstructed') then abs(quantity)
                end
            ), 0
        ) as decimal(28, 6)
    ) as estimated_quantity,
    cast(coalesce(sum(case when counts then seconds end), 0) as bigint) as covered_seconds,
    count(case when counts then 1 end) as row_count
from readings
group by district_id, source_id, point_id, carrier, flow, unit, month
