-- The months that a span was cut into add up to it, to the last digit, wherever all of them are months of
-- the calendar.
with spans as (
    select
        spans.district_id,
        spans.point_id,
        spans.span_start,
        spans.span_end,
        spans.quantity,
        sum({{ part_of('spans.quantity', 'cuts.mark_before', 'cuts.mark_after', 'cuts.mark_end') }})
            as over_months,
        sum(cuts.mark_after - cuts.mark_before) as marks,
        max(cuts.mark_end) as mark_end
    from {{ ref('int_register_spans') }} as spans
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
    where spans.quantity is not null
    group by
        spans.district_id, spans.series, spans.source_id, spans.point_id, spans.carrier, spans.flow,
        spans.unit, spans.serial, spans.register, spans.span_start, spans.span_end, spans.quantity
)

select *
from spans
where marks > mark_end or (marks = mark_end and over_months != quantity)
