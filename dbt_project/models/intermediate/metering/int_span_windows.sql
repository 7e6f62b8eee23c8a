-- Spans of readings and bills that reach beyond the days of their point in the boundary: from when until when
-- they count. Most points were always there and are not in here; a span that lies wholly outside ends before it begins.
with spans as (
    select
        district_id,
        point_id,
        span_start,
        span_end
    from {{ ref('int_register_spans') }}
    where quantity is not null
    union
    select
        district_id,
        point_id,
        span_start,
        span_end
    from {{ ref('int_bill_spans') }}
    where not superseded
),

points as (
    select
        points.district_id,
        points.point_id,
        {{ to_utc('points.valid_from', 'districts.timezone') }} as enters_at,
        {{ to_utc('points.valid_to', 'districts.timezone') }} as leaves_at
    from {{ ref('int_points') }} as points
    inner join {{ ref('stg_districts') }} as districts
        on points.district_id = districts.district_id
    where points.valid_from is not null or points.valid_to is not null
)

select
    spans.district_id,
    spans.point_id,
    spans.span_start,
    spans.span_end,
    greatest(spans.span_start, coalesce(points.enters_at, spans.span_start)) as counts_from,
    least(spans.span_end, coalesce(points.leaves_at, spans.span_end)) as counts_until
from spans
inner join points
    on spans.district_id = points.district_id and spans.point_id = points.point_id
where spans.span_start < points.enters_at or spans.span_end > points.leaves_at
