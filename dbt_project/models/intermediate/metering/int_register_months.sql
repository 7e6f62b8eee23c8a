-- Register differences spread evenly over local time, then cut at the month.
with spans as (
    select * from {{ ref('int_register_spans') }}
    where quantity is not null
),

months as (
    select
        district_id,
        month,
        cast(month_start as timestamp) as starts_at,
        cast(month_end as timestamp) as ends_at
    from {{ ref('int_district_months') }}
),

-- A meter that reports a total as well as bands is counted by its total.
points_with_total as (
    select distinct
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit
    from spans
    where register = 'total'
),

parts as (
    select
        spans.*,
        months.month,
        {{ seconds_between('spans.span_start', 'spans.span_end') }} as span_seconds,
        {{ seconds_between(
            'greatest(spans.span_start, months.starts_at)', 'least(spans.span_end, months.ends_at)'
        ) }} as part_seconds
    from spans
    inner join months
        on
            spans.district_id = months.district_id
            and (
                (spans.span_start < months.ends_at and spans.span_end > months.starts_at)
                -- Within the hour that summer time gives back, no local time passes.
                or (
                    spans.span_start = spans.span_end
                    and spans.span_start >= months.starts_at and spans.span_start < months.ends_at
                )
            )
    left join points_with_total
        on
            spans.district_id = points_with_total.district_id
            and spans.source_id = points_with_total.source_id
            and spans.point_id = points_with_total.point_id
            and spans.carrier = points_with_total.carrier
            and spans.flow = points_with_total.flow
            and spans.unit = points_with_total.unit
    where points_with_total.point_id is null or spans.register = 'total'
),

registers as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        month,
        register,
        max(flow_rank) as flow_rank,
        sum(
            case
                when span_seconds = 0 then quantity
                else cast(
                    {{ round_half_up(
                        double('quantity') ~ ' * ' ~ double('part_seconds')
                        ~ ' / nullif(' ~ double('span_seconds') ~ ', 0)', 6
                    ) }} as decimal(28, 6)
                )
            end
        ) as quantity,
        sum(
            case
                when not estimated then 0
                when span_seconds = 0 then quantity
                else cast(
                    {{ round_half_up(
                        double('quantity') ~ ' * ' ~ double('part_seconds')
                        ~ ' / nullif(' ~ double('span_seconds') ~ ', 0)', 6
                    ) }} as decimal(28, 6)
                )
            end
        ) as estimated_quantity,
        sum(part_seconds) as covered_seconds,
        count(*) as row_count,
        max(known_at) as known_at
    from parts
    group by district_id, source_id, point_id, carrier, flow, unit, month, register
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
    cast(sum(quantity) as decimal(28, 6)) as absolute_quantity,
    cast(sum(estimated_quantity) as decimal(28, 6)) as estimated_quantity,
    cast(min(covered_seconds) as bigint) as covered_seconds,
    cast(sum(row_count) as bigint) as row_count,
    max(known_at) as known_at
from registers
group by district_id, source_id, point_id, carrier, flow, unit, month
