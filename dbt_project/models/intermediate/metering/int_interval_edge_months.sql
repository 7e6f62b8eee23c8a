-- Months in which a point enters or leaves the boundary, summed over its days within. Taken over from the last build
-- as long as the parts of the month and those days are the same.
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

kept as (
    select carried.*
    from {{ ref('stg_carried_interval_edge_months') }} as carried
    inner join edges
        on
            carried.district_id = edges.district_id
            and carried.point_id = edges.point_id
            and carried.month = edges.month
            and carried.counts_from = edges.counts_from
            and carried.counts_until = edges.counts_until
    {{ in_same_months('carried') }}
),

-- Of points that were read at all, so that one that never is costs nothing.
missing as (
    select distinct edges.*
    from edges
    inner join {{ ref('int_interval_month_sums') }} as read_months
        on
            edges.district_id = read_months.district_id
            and edges.point_id = read_months.point_id
            and edges.month = read_months.month
    left join kept
        on
            edges.district_id = kept.district_id
            and edges.point_id = kept.point_id
            and edges.month = kept.month
    where kept.month is null
),

readings as (
    select
        intervals.*,
        missing.counts_from,
        missing.counts_until,
        {{ seconds_between('intervals.interval_start', 'intervals.interval_end') }} as seconds,
        -- An interval of up to a day is of the day it begins in; a longer one that reaches in counts whole.
        case
            when {{ seconds_between('intervals.interval_start', 'intervals.interval_end') }} > 90000
                then
                    intervals.interval_end > missing.counts_from
                    and intervals.interval_start < missing.counts_until
            else
                intervals.interval_start >= missing.counts_from
                and intervals.interval_start < missing.counts_until
        end as counts
    from {{ ref('stg_meter_intervals') }} as intervals
    inner join missing
        on
            intervals.district_id = missing.district_id
            and intervals.point_id = missing.point_id
            and intervals.month = missing.month
)

select
    district_id,
    month,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    counts_from,
    counts_until,
    quantity,
    absolute_quantity,
    estimated_quantity,
    covered_seconds,
    row_count
from kept
union all
select
    district_id,
    month,
    source_id,
    point_id,
    carrier,
    flow,
    unit,
    counts_from,
    counts_until,
    cast(sum(case when counts then quantity end) as decimal(28, 6)) as quantity,
    cast(sum(case when counts then abs(quantity) end) as decimal(28, 6)) as absolute_quantity,
    cast(
        coalesce(
            sum(
                case
                    when counts and quality in ('estimated', 'reconstructed', 'corrected') then abs(quantity)
                end
            ), 0
        ) as decimal(28, 6)
    ) as estimated_quantity,
    cast(coalesce(sum(case when counts then seconds end), 0) as bigint) as covered_seconds,
    count(case when counts then 1 end) as row_count
from readings
group by
    district_id, month, source_id, point_id, carrier, flow, unit, counts_from, counts_until
