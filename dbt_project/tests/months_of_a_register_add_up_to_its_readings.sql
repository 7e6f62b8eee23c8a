-- What was spread over months is what flowed between readings, for points read by their total.
with spans as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        sum(quantity) as quantity,
        count(*) as span_count
    from {{ ref('int_register_spans') }} as spans
    where
        register = 'total'
        and quantity is not null
        -- Only spans that lie within the months there are.
        and exists (
            select 1 from {{ ref('int_district_months') }} as months
            where
                months.district_id = spans.district_id
                and spans.span_start >= cast(months.month_start as timestamp)
                and spans.span_start < cast(months.month_end as timestamp)
        )
        and exists (
            select 1 from {{ ref('int_district_months') }} as months
            where
                months.district_id = spans.district_id
                and spans.span_end > cast(months.month_start as timestamp)
                and spans.span_end <= cast(months.month_end as timestamp)
        )
    group by district_id, source_id, point_id, carrier, flow, unit
),

cut_spans as (
    select distinct
        spans.district_id,
        spans.point_id
    from {{ ref('int_register_spans') }} as spans
    inner join (
        select
            district_id,
            min(cast(month_start as timestamp)) as opens_at,
            max(cast(month_end as timestamp)) as closes_at
        from {{ ref('int_district_months') }}
        group by district_id
    ) as bounds
        on spans.district_id = bounds.district_id
    where spans.span_start < bounds.opens_at or spans.span_end > bounds.closes_at
),

months as (
    select
        district_id,
        source_id,
        point_id,
        carrier,
        flow,
        unit,
        sum(quantity) as quantity
    from {{ ref('int_register_months') }}
    group by district_id, source_id, point_id, carrier, flow, unit
)

select
    spans.district_id,
    spans.point_id,
    spans.quantity as between_readings,
    months.quantity as over_months
from spans
inner join months
    on
        spans.district_id = months.district_id
        and spans.source_id = months.source_id
        and spans.point_id = months.point_id
        and spans.carrier = months.carrier
        and spans.flow = months.flow
        and spans.unit = months.unit
left join cut_spans
    on spans.district_id = cut_spans.district_id and spans.point_id = cut_spans.point_id
-- Each cut rounds to a millionth.
where
    cut_spans.point_id is null
    and abs(spans.quantity - months.quantity) > 0.000002 * spans.span_count
