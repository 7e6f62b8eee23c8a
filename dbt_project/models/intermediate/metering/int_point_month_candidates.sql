-- Every way in which a point's month is known; the best one is chosen in int_point_months.
with substituted as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        month,
        sum(quantity) as quantity,
        sum(abs(quantity)) as absolute_quantity
    from {{ ref('int_substitutions') }}
    group by district_id, source_id, point_id, carrier, flow, unit, month
),

-- Where a point enters or leaves the boundary within the month, only its days within count.
intervals as (
    select
        whole.district_id,
        whole.source_id,
        whole.point_id,
        whole.carrier,
        whole.flow,
        whole.unit,
        whole.month,
        whole.flow_rank,
        case when edges.point_id is null then whole.quantity else edges.quantity end as quantity,
        case
            when edges.point_id is null then whole.absolute_quantity else edges.absolute_quantity
        end as absolute_quantity,
        case
            when edges.point_id is null then whole.estimated_quantity else edges.estimated_quantity
        end as estimated_quantity,
        case
            when edges.point_id is null then whole.covered_seconds else edges.covered_seconds
        end as covered_seconds,
        whole.overlapping_seconds,
        whole.longest_seconds,
        whole.last_end,
        case when edges.point_id is null then whole.row_count else edges.row_count end as row_count,
        whole.known_at
    from {{ ref('int_interval_months') }} as whole
    left join {{ ref('int_interval_edge_months') }} as edges
        on
            whole.district_id = edges.district_id
            and whole.source_id = edges.source_id
            and whole.point_id = edges.point_id
            and whole.carrier = edges.carrier
            and whole.flow = edges.flow
            and whole.unit = edges.unit
            and whole.month = edges.month
    where edges.point_id is null or edges.row_count > 0
),

candidates as (
    select
        intervals.district_id,
        intervals.source_id,
        intervals.point_id,
        intervals.carrier,
        intervals.flow,
        intervals.unit,
        intervals.month,
        intervals.flow_rank,
        -- What stands for a gap adds to the quantity and is estimated; the time it stands for was not read.
        cast(intervals.quantity + coalesce(substituted.quantity, 0) as decimal(28, 6)) as quantity,
        cast(
            intervals.absolute_quantity + coalesce(substituted.absolute_quantity, 0) as decimal(28, 6)
        ) as absolute_quantity,
        cast(
            intervals.estimated_quantity + coalesce(substituted.absolute_quantity, 0) as decimal(28, 6)
        ) as estimated_quantity,
        cast(coalesce(substituted.absolute_quantity, 0) as decimal(28, 6)) as substituted_quantity,
        cast(0 as decimal(28, 6)) as allocated_quantity,
        cast(null as {{ text_type() }}) as allocation,
        intervals.covered_seconds,
        intervals.overlapping_seconds,
        -- An interval of up to a day is of the month it begins in: a gas day ends at six.
        case when intervals.longest_seconds > 90000 then intervals.last_end end as long_until,
        intervals.longest_seconds <= 3600 as hourly,
        intervals.row_count,
        intervals.known_at,
        'interval' as method,
        1 as method_rank
    from intervals
    left join substituted
        on
            intervals.district_id = substituted.district_id
            and intervals.source_id = substituted.source_id
            and intervals.point_id = substituted.point_id
            and intervals.carrier = substituted.carrier
            and intervals.flow = substituted.flow
            and intervals.unit = substituted.unit
            and intervals.month = substituted.month
    union all
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        month,
        flow_rank,
        quantity,
        absolute_quantity,
        estimated_quantity,
        cast(0 as decimal(28, 6)) as substituted_quantity,
        allocated_quantity,
        allocation,
        covered_seconds,
        cast(0 as bigint) as overlapping_seconds,
        null as long_until,
        false as hourly,
        row_count,
        known_at,
        'register' as method,
        2 as method_rank
    from {{ ref('int_register_months') }}
    union all
    select
        district_id,
        source_id,
        point_id,
        carrier,
        'import' as flow,
        unit,
        month,
        flow_rank,
        quantity,
        absolute_quantity,
        estimated_quantity,
        cast(0 as decimal(28, 6)) as substituted_quantity,
        allocated_quantity,
        allocation,
        covered_seconds,
        cast(0 as bigint) as overlapping_seconds,
        null as long_until,
        false as hourly,
        row_count,
        known_at,
        'bill' as method,
        3 as method_rank
    from {{ ref('int_bill_months') }}
    where quantity is not null and unit is not null
),

months as (
    select * from {{ ref('int_district_months') }}
),

points as (
    select * from {{ ref('int_points') }}
),

timed as (
    select
        candidates.*,
        points.carrier as registered_carrier,
        points.registered,
        months.days,
        months.calendar_year,
        months.month_index,
        case
            when candidates.method = 'bill' then months.days * 86400
            else months.quarter_hours * 900
        end as month_seconds,
        {{ to_utc('months.month_end', 'months.timezone') }} as month_ends,
        greatest(
            {{ days_between(
                'greatest(months.month_start, coalesce(points.valid_from, months.month_start))',
                'least(months.month_end, coalesce(points.valid_to, months.month_end))'
            ) }}, 0
        ) as valid_days,
        {{ seconds_between(
            to_utc(
                'greatest(months.month_start, coalesce(points.valid_from, months.month_start))',
                'months.timezone'
            ),
            to_utc(
                'least(months.month_end, coalesce(points.valid_to, months.month_end))', 'months.timezone'
            )
        ) }} as valid_seconds
    from candidates
    inner join months
        on candidates.district_id = months.district_id and candidates.month = months.month
    inner join points
        on candidates.district_id = points.district_id and candidates.point_id = points.point_id
),

-- Nobody can say which of two intervals is right for the hours that both cover, nor which part of a long one
-- lies in which month: such a month is not known from these intervals, and the finding says so.
judged as (
    select
        *,
        method = 'interval' and (
            overlapping_seconds > 0
            or (covered_seconds > month_seconds and not coalesce(long_until > month_ends, false))
        ) as counted_twice,
        coalesce(long_until > month_ends, false) as beyond_month
    from timed
)

select
    *,
    not counted_twice and not beyond_month as usable,
    cast(
        least(
            coalesce(
                {{ safe_divide(
                    'greatest(covered_seconds, 0)',
                    "case when method = 'bill' then valid_days * 86400 else valid_seconds end"
                ) }}, 0
            ), 1
        ) as decimal(9, 6)
    ) as coverage_of_month,
    cast(
        least(coalesce({{ safe_divide('estimated_quantity', 'absolute_quantity') }}, 0), 1)
        as decimal(9, 6)
    ) as estimated_share,
    cast(
        least(coalesce({{ safe_divide('allocated_quantity', 'absolute_quantity') }}, 0), 1)
        as decimal(9, 6)
    ) as allocated_share,
    cast(
        least(coalesce({{ safe_divide('substituted_quantity', 'absolute_quantity') }}, 0), 1)
        as decimal(9, 6)
    ) as substituted_share,
    row_number() over (
        partition by district_id, point_id, carrier, flow, month
        order by
            case when counted_twice or beyond_month then 1 else 0 end asc,
            method_rank asc,
            covered_seconds desc,
            case unit when 'kWh' then 0 when 'm3' then 1 else 2 end asc,
            flow_rank desc nulls last,
            source_id asc
    ) as preference
from judged
