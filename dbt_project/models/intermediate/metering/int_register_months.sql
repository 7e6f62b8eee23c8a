-- Register differences cut at the month.
with spans as (
    select * from {{ ref('int_register_spans') }}
    where quantity is not null
),

-- A meter that reports a total as well as bands is counted by its total.
points_with_total as (
    select distinct
        district_id,
        series,
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
        cuts.month as part_month,
        cuts.method,
        cuts.part_seconds,
        {{ part_of('spans.quantity', 'cuts.mark_before', 'cuts.mark_after', 'cuts.mark_end') }}
            as part_quantity,
        row_number() over (
            partition by
                spans.district_id, spans.series, spans.point_id, spans.carrier, spans.flow, spans.unit,
                cuts.month
            order by spans.span_end desc, spans.source_id asc
        ) as last_of_month
    from spans
    left join {{ ref('int_span_windows') }} as windows
        on
            spans.district_id = windows.district_id
            and spans.point_id = windows.point_id
            and spans.span_start = windows.span_start
            and spans.span_end = windows.span_end
    inner join {{ ref('int_span_months') }} as cuts
        on
            spans.district_id = cuts.district_id
            and spans.allocation = cuts.allocation
            and spans.span_start = cuts.span_start
            and spans.span_end = cuts.span_end
            and coalesce(windows.counts_from, spans.span_start) = cuts.counts_from
            and coalesce(windows.counts_until, spans.span_end) = cuts.counts_until
    left join points_with_total
        on
            spans.district_id = points_with_total.district_id
            and spans.series = points_with_total.series
            and spans.point_id = points_with_total.point_id
            and spans.carrier = points_with_total.carrier
            and spans.flow = points_with_total.flow
            and spans.unit = points_with_total.unit
    where points_with_total.point_id is null or spans.register = 'total'
),

registers as (
    select
        district_id,
        series,
        point_id,
        carrier,
        flow,
        unit,
        part_month as month,
        register,
        max(case when last_of_month = 1 then source_id end) as source_id,
        max(flow_rank) as flow_rank,
        sum(part_quantity) as quantity,
        sum(case when estimated then part_quantity else 0 end) as estimated_quantity,
        sum({{ allocated_of('quantity', 'part_quantity') }}) as allocated_quantity,
        min(case when part_quantity != quantity then method end) as allocation,
        max(case when part_quantity != quantity then method end) as other_allocation,
        sum(part_seconds) as covered_seconds,
        count(*) as row_count,
        max(known_at) as known_at
    from parts
    group by district_id, series, point_id, carrier, flow, unit, part_month, register
)

select
    district_id,
    max(source_id) as source_id,
    series,
    point_id,
    carrier,
    flow,
    unit,
    month,
    max(flow_rank) as flow_rank,
    cast(sum(quantity) as decimal(28, 6)) as quantity,
    cast(sum(quantity) as decimal(28, 6)) as absolute_quantity,
    cast(sum(estimated_quantity) as decimal(28, 6)) as estimated_quantity,
    cast(sum(allocated_quantity) as decimal(28, 6)) as allocated_quantity,
    case
        when min(allocation) = max(other_allocation) then min(allocation)
        when min(allocation) is not null then 'several'
    end as allocation,
    cast(min(covered_seconds) as bigint) as covered_seconds,
    cast(sum(row_count) as bigint) as row_count,
    max(known_at) as known_at
from registers
group by district_id, series, point_id, carrier, flow, unit, month
